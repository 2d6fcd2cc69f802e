frappe.listview_settings["O2C Event"] = {
	add_fields: ["stage"],
	get_indicator(doc) {
		const colors = {
			Order: "blue",
			Promise: "cyan",
			Credit: "orange",
			Release: "yellow",
			Delivery: "purple",
			Invoice: "pink",
			Collection: "red",
			Receipt: "green",
			Closed: "gray",
		};
		return [__(doc.stage, null, "O2C Event"), colors[doc.stage], `stage,=,${doc.stage}`];
	},
};
