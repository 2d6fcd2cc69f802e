frappe.ui.form.on("Credit Hold", {
	refresh(frm) {
		if (frm.is_new()) return;
		const amount = (field) => format_currency(frm.doc[field], frm.doc.currency);
		const name = (user) => (user ? frappe.user_info(user).fullname : "");
		const decider = name(frm.doc.decided_by);
		const banners = {
			Open: [__("Held: {0} over the limit.", [amount("excess")]), "orange"],
			"In Review": [__("In review: {0} over the limit.", [amount("excess")]), "blue"],
			"Second Review": [
				__("Approved by {0}: somebody else releases it.", [name(frm.doc.first_approved_by)]),
				"blue",
			],
			Released: [
				frm.doc.released_automatically
					? __("Released by itself: there is credit for it now.")
					: __("Released by {0}.", [decider]),
				"green",
			],
			Rejected: [__("Rejected by {0}.", [decider]), "red"],
			Withdrawn: [__("Withdrawn: the order was cancelled."), "gray"],
		};
		const [text, color] = banners[frm.doc.status] || [];
		frm.set_intro("");
		if (text) frm.set_intro(frappe.utils.escape_html(text), color);
		const doctype = frm.doc.sales_order ? "Sales Order" : frm.doc.held_doctype;
		frm.add_custom_button(__(doctype), () =>
			frappe.set_route("Form", doctype, frm.doc.sales_order || frm.doc.held_document)
		);
		const waits = !["Released", "Rejected", "Withdrawn"].includes(frm.doc.status);
		for (const field of ["comment", "priority"]) frm.set_df_property(field, "read_only", waits ? 0 : 1);
	},
});
