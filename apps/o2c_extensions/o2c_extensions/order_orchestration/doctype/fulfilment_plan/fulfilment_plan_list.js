frappe.listview_settings["Fulfilment Plan"] = {
	get_indicator(doc) {
		const colors = { Planned: "orange", Released: "green", Cancelled: "gray" };
		return [__(doc.status), colors[doc.status], `status,=,${doc.status}`];
	},
};
