frappe.listview_settings["Credit Limit Proposal"] = {
	add_fields: ["status", "direction", "currency"],
	has_indicator_for_draft: true,
	get_indicator(doc) {
		const colors = { Proposed: "orange", Accepted: "green", Declined: "red", Withdrawn: "gray" };
		return [__(doc.status), colors[doc.status] || "gray", `status,=,${doc.status}`];
	},
};
