frappe.listview_settings["O2C Run Item"] = {
	get_indicator(doc) {
		const colors = { Pending: "gray", Done: "green", Failed: "red" };
		return [__(doc.status), colors[doc.status], `status,=,${doc.status}`];
	},
};
