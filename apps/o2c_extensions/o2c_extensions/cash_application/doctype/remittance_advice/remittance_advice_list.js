frappe.listview_settings["Remittance Advice"] = {
	get_indicator(doc) {
		const color = { Open: "orange", Joined: "green", Partly: "blue", Unknown: "red" }[doc.status];
		return [__(doc.status), color, `status,=,${doc.status}`];
	},

	onload(list) {
		if (!frappe.user.has_role(["Cash Application Clerk", "O2C Administrator", "System Manager"])) return;
		list.page.add_inner_button(__("Import Remittance Advice"), () => {
			new frappe.ui.FileUploader({
				as_dataurl: true,
				allow_multiple: false,
				disable_file_browser: true,
				on_success: (file) => send_advice(file, list),
			});
		});
	},
};

function send_advice(file, list) {
	frappe
		.call({
			method: "o2c_extensions.cash_application.api.import_advice",
			args: { content: file.dataurl.split(",")[1], filename: file.name },
			freeze: true,
			freeze_message: __("Importing"),
		})
		.then(({ message }) => {
			list.refresh();
			if (message.advices.length === 1) {
				frappe.set_route("Form", "Remittance Advice", message.advices[0]);
			}
		});
}
