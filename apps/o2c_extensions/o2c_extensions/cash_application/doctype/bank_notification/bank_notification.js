frappe.ui.form.on("Bank Notification", {
	refresh(frm) {
		frm.disable_save();
	},
});
