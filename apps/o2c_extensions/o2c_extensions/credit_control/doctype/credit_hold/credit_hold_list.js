frappe.listview_settings["Credit Hold"] = {
	add_fields: ["status", "excess", "currency"],
	has_indicator_for_draft: true,
	get_indicator(doc) {
		const colors = {
			Open: "orange",
			"In Review": "blue",
			"Second Review": "blue",
			Released: "green",
			Rejected: "red",
			Withdrawn: "gray",
		};
		return [__(doc.status), colors[doc.status] || "gray", `status,=,${doc.status}`];
	},
};
