frappe.ui.form.on("Remittance Advice", {
	refresh(frm) {
		frm.disable_save();
		if (frm.doc.difference) {
			frm.dashboard.set_headline(__("The documents do not make the total of this advice."));
		}
		if (frm.doc.bank_transaction) {
			frm.add_custom_button(__("Bank Transaction"), () =>
				frappe.set_route("Form", "Bank Transaction", frm.doc.bank_transaction)
			);
		}
	},
});
