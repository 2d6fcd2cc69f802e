frappe.listview_settings["Deduction"] = {
	get_indicator(doc) {
		const color = { Open: "orange", Accepted: "green", Refused: "red", Settled: "green", Cancelled: "gray" }[
			doc.status
		];
		return [__(doc.status), color, `status,=,${doc.status}`];
	},
};
