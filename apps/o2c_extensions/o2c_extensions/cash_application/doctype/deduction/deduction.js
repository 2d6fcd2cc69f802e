// What was kept back is accepted, and booked, or refused.
{
	const DECIDERS = [
		...["Cash Application Clerk", "Cash Application Manager", "Collections Manager"],
		...["O2C Administrator", "System Manager"],
	];

	const decide = (frm, method, title, description) =>
		frappe.prompt(
			[{ fieldname: "comment", fieldtype: "Small Text", label: __("Comment"), description }],
			({ comment }) =>
				frappe
					.call({
						method: `o2c_extensions.cash_application.api_deductions.${method}`,
						args: { deduction: frm.doc.name, comment },
						freeze: true,
					})
					.then(() => frm.reload_doc()),
			title,
			title
		);

	frappe.ui.form.on("Deduction", {
		refresh(frm) {
			frm.disable_save();
			const { status, open_amount, currency } = frm.doc;
			if (!["Open", "Refused"].includes(status) || !frappe.user.has_role(DECIDERS)) return;
			if (flt(open_amount) && frappe.model.can_submit("Journal Entry")) {
				const amount = format_currency(open_amount, currency);
				const says = __("{0} are booked to the reason's account.", [amount]);
				frm.add_custom_button(__("Accept"), () => decide(frm, "accept", __("Accept"), says));
			}
			if (status === "Open") {
				const says = __("It stays open on the invoice and is dunned.");
				frm.add_custom_button(__("Refuse"), () => decide(frm, "refuse", __("Refuse"), says));
			}
		},
	});
}
