frappe.ui.form.on("Credit Limit Proposal", {
	refresh(frm) {
		const open = frm.doc.status === "Proposed";
		frm.set_df_property("comment", "read_only", open ? 0 : 1);
		if (!open || frm.is_new() || !frappe.model.can_write(frm.doctype)) return;
		const decide = (call, question) =>
			frappe.prompt(
				[{ fieldname: "comment", fieldtype: "Small Text", label: __("Comment"), default: frm.doc.comment }],
				({ comment }) =>
					frappe
						.call({
							method: `o2c_extensions.credit_control.api.${call}`,
							args: { proposal: frm.doc.name, comment },
							freeze: true,
						})
						.then(() => frm.reload_doc()),
				question,
				__("Confirm")
			);
		frm.add_custom_button(__("Accept"), () =>
			decide(
				"accept_proposal",
				__("Set the limit to {0}?", [format_currency(frm.doc.proposed_limit, frm.doc.currency)])
			)
		).addClass("btn-primary");
		frm.add_custom_button(__("Decline"), () => decide("decline_proposal", __("Keep the limit as it is?")));
	},
});
