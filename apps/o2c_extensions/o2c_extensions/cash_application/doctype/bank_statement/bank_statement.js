frappe.ui.form.on("Bank Statement", {
	refresh(frm) {
		frm.disable_save();
		frm.add_custom_button(__("Bank Transactions"), () =>
			frappe.set_route("List", "Bank Transaction", { o2c_bank_statement: frm.doc.name })
		);
		if (frm.doc.status === "Imported" && frappe.model.can_create("O2C Run")) {
			frm.add_custom_button(__("Match Receipts"), () =>
				frappe
					.call({
						method: "o2c_extensions.o2c_extensions.api.start_run",
						args: { kind: "Cash Application", parameters: { statements: [frm.doc.name] } },
					})
					.then(({ message }) => frappe.set_route("Form", "O2C Run", message.run))
			);
		}
		if (frm.doc.difference) {
			frm.dashboard.set_headline(__("The lines of this statement do not make its closing balance."));
		}
	},
});
