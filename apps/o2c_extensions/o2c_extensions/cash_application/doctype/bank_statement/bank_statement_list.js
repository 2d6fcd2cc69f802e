frappe.listview_settings["Bank Statement"] = {
	get_indicator(doc) {
		return [__(doc.status), doc.status === "Matched" ? "green" : "orange", `status,=,${doc.status}`];
	},

	onload(list) {
		if (!frappe.user.has_role(["Cash Application Clerk", "O2C Administrator", "System Manager"])) return;
		list.page.add_inner_button(__("Import Statement"), () => {
			new frappe.ui.FileUploader({
				as_dataurl: true,
				allow_multiple: false,
				disable_file_browser: true,
				on_success: (file) => send(file, list),
			});
		});
	},
};

function send(file, list) {
	frappe
		.call({
			method: "o2c_extensions.cash_application.api.import_statement",
			args: { content: file.dataurl.split(",")[1], filename: file.name },
			freeze: true,
			freeze_message: __("Importing"),
		})
		.then(({ message }) => {
			list.refresh();
			const [doctype, names] = message.statements.length
				? ["Bank Statement", message.statements]
				: ["Bank Notification", message.notifications];
			frappe.set_route("Form", doctype, names[0]);
		});
}
