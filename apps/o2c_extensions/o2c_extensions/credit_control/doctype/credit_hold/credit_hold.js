frappe.ui.form.on("Credit Hold", {
	refresh(frm) {
		if (frm.is_new()) return;
		const amount = (field) => format_currency(frm.doc[field], frm.doc.currency);
		const decider = frm.doc.decided_by ? frappe.user_info(frm.doc.decided_by).fullname : "";
		const banners = {
			Open: [__("Held: {0} over the limit.", [amount("excess")]), "orange"],
			"In Review": [__("In review: {0} over the limit.", [amount("excess")]), "blue"],
			Released: [__("Released by {0}.", [decider]), "green"],
			Rejected: [__("Rejected by {0}.", [decider]), "red"],
			Withdrawn: [__("Withdrawn: the order was cancelled."), "gray"],
		};
		const [text, color] = banners[frm.doc.status] || [];
		frm.set_intro("");
		if (text) frm.set_intro(frappe.utils.escape_html(text), color);
		frm.add_custom_button(__("Sales Order"), () =>
			frappe.set_route("Form", "Sales Order", frm.doc.sales_order)
		);
		frm.set_df_property("comment", "read_only", ["Open", "In Review"].includes(frm.doc.status) ? 0 : 1);
	},
});
