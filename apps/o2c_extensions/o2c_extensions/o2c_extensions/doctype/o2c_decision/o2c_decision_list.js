frappe.listview_settings["O2C Decision"] = {
	onload(listview) {
		if (!frappe.user.has_role(["System Manager", "O2C Administrator"])) return;
		listview.page.add_inner_button(__("Verify Chain"), () =>
			frappe
				.call({ method: "o2c_extensions.o2c_extensions.api.verify_decisions", type: "GET" })
				.then(({ message: report }) =>
					frappe.msgprint({
						title: __("Chain of Decisions"),
						message: frappe.utils.escape_html(report.message),
						indicator: report.intact ? "green" : "red",
					})
				)
		);
	},
};
