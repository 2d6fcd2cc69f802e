// A hold says what became of it, why, and how the customer stands now; and leads to the queue and the customer's credit.
{
	const SHARED = ["/assets/o2c_extensions/js/desk.js", "/assets/o2c_extensions/js/credit_bar.js"];
	const name_of = (user) => (user ? frappe.user_info(user).fullname : "");

	const banner = ({ status, excess, currency, decided_by, first_approved_by, released_automatically }) => {
		const amount = format_currency(excess, currency);
		const held = flt(excess) ? __("Held: {0} over the limit.", [amount]) : __("Held by credit control.");
		const reviewed = flt(excess) ? __("In review: {0} over the limit.", [amount]) : __("In review.");
		const banners = {
			Open: [held, "orange"],
			"In Review": [reviewed, "blue"],
			"Second Review": [__("Approved by {0}: somebody else releases it.", [name_of(first_approved_by)]), "blue"],
			Released: [
				released_automatically
					? __("Released by itself: there is credit for it now.")
					: __("Released by {0}.", [name_of(decided_by)]),
				"green",
			],
			Rejected: [__("Rejected by {0}.", [name_of(decided_by)]), "red"],
			Withdrawn: [__("Withdrawn: the order was cancelled."), "gray"],
		};
		return banners[status] || [];
	};

	const reasons = ({ reasons, policy_version }) => {
		const { lines, link } = o2c_extensions.desk;
		const policy = policy_version ? `<br>${__("Policy")}: ${link("Credit Policy Version", policy_version)}` : "";
		return `<div style="margin-bottom: var(--margin-sm)">${lines(reasons)}${policy}</div>`;
	};

	const show_credit = async (frm) => {
		const { name, customer, company } = frm.doc;
		await frappe.require(SHARED);
		const { add_workspace_button, credit, shows } = o2c_extensions.desk;
		if (!shows(frm, name)) return;
		const [hold, account] = [name, customer].map(encodeURIComponent);
		add_workspace_button(frm, __("Queue"), () => `holds?hold=${hold}`);
		add_workspace_button(frm, __("Credit"), () => `credit/${account}?company=${encodeURIComponent(company)}`);
		if (!frappe.model.can_read("Customer")) return;
		const found = await credit.of(customer, company);
		if (!shows(frm, name)) return;
		credit.show(frm, reasons(frm.doc) + credit.section(found), __("Why it is held, and the exposure now"));
	};

	frappe.ui.form.on("Credit Hold", {
		refresh(frm) {
			if (frm.is_new()) return;
			const [text, color] = banner(frm.doc);
			frm.set_intro("");
			if (text) frm.set_intro(frappe.utils.escape_html(text), color);
			const doctype = frm.doc.sales_order ? "Sales Order" : frm.doc.held_doctype;
			frm.add_custom_button(__(doctype), () =>
				frappe.set_route("Form", doctype, frm.doc.sales_order || frm.doc.held_document)
			);
			const waits = !["Released", "Rejected", "Withdrawn"].includes(frm.doc.status);
			for (const field of ["comment", "priority"]) frm.set_df_property(field, "read_only", waits ? 0 : 1);
			return show_credit(frm);
		},
	});
}
