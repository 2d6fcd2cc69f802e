// An overdue invoice says for how long, and how far its dunning has come; it is mailed and dunned from here.
{
	const { banner, link, shows } = o2c_extensions.desk;

	// The first instalment that is due and open; an invoice without instalments is one itself.
	const days_overdue = ({ payment_schedule, due_date, outstanding_amount }) => {
		const rows = payment_schedule?.length ? payment_schedule : [{ due_date, outstanding: outstanding_amount }];
		const open = rows.filter((row) => flt(row.outstanding) > 0).map((row) => row.due_date);
		return open.length ? frappe.datetime.get_diff(frappe.datetime.get_today(), open.sort()[0]) : 0;
	};

	const last_dunning = async (invoice) => {
		if (!frappe.model.can_read("Dunning")) return null;
		const rows = await frappe.db.get_list("Dunning", {
			filters: [
				["Overdue Payment", "sales_invoice", "=", invoice],
				["Dunning", "docstatus", "=", 1],
			],
			fields: ["name", "posting_date", "dunning_type", "o2c_dunning_level"],
			order_by: "`tabDunning`.posting_date desc, `tabDunning`.creation desc",
			limit: 1,
		});
		return rows[0] || null;
	};

	const dunned = ({ name, posting_date, dunning_type, o2c_dunning_level }) => {
		const label = o2c_dunning_level ? __("level {0}", [o2c_dunning_level]) : dunning_type;
		return __("Last dunned on {0}: {1}.", [frappe.datetime.str_to_user(posting_date), link("Dunning", name, label)]);
	};

	const show_overdue = async (frm, days) => {
		const { name, outstanding_amount, party_account_currency, currency } = frm.doc;
		const dunning = await last_dunning(name);
		if (!shows(frm, name)) return;
		const amount = format_currency(outstanding_amount, party_account_currency || currency).bold();
		const text =
			days === 1
				? __("Overdue since yesterday: {0} are open.", [amount])
				: __("Overdue for {0} days: {1} are open.", [String(days).bold(), amount]);
		const history = dunning ? dunned(dunning) : frappe.model.can_read("Dunning") ? __("Not dunned yet.") : "";
		banner(frm, `${text} ${history}`, dunning ? "red" : "orange");
	};

	const mail_again = (frm) =>
		frappe.confirm(__("Mail {0} to its customer again?", [frappe.utils.escape_html(frm.doc.name)]), () =>
			frappe
				.call({
					method: "o2c_extensions.billing.api.mail_now",
					args: { sales_invoice: frm.doc.name },
					freeze: true,
				})
				.then(({ message }) => {
					const [text, indicator] = message.email_queue
						? [__("The mail is on its way."), "green"]
						: [__("It was not mailed: its events say why."), "orange"];
					frappe.show_alert({ message: text, indicator });
					frm.reload_doc();
				})
		);

	const dun_now = (frm) => {
		const customer = frappe.utils.escape_html(frm.doc.customer_name).bold();
		frappe.confirm(__("Dun all that is due of {0} today?", [customer]), () =>
			frappe
				.call({
					method: "o2c_extensions.collections_management.api.dun_now",
					args: { customer: frm.doc.customer, company: frm.doc.company },
					freeze: true,
				})
				.then(({ message: made }) => {
					const text = made.length
						? __("Dunned: {0}", [made.map((name) => link("Dunning", name)).join(", ")])
						: __("Nothing is due for another letter today.");
					frappe.show_alert({ message: text, indicator: made.length ? "green" : "blue" }, 10);
					frm.reload_doc();
				})
		);
	};

	frappe.ui.form.on("Sales Invoice", {
		refresh(frm) {
			if (frm.doc.docstatus !== 1 || frm.doc.is_return) return;
			if (frappe.model.can_email("Sales Invoice", frm)) {
				frm.add_custom_button(__("Mail Again"), () => mail_again(frm));
			}
			const days = flt(frm.doc.outstanding_amount) > 0 ? days_overdue(frm.doc) : 0;
			if (days <= 0) return;
			if (frappe.model.can_submit("Dunning")) {
				frm.add_custom_button(__("Dun Now"), () => dun_now(frm));
			}
			return show_overdue(frm, days);
		},
	});
}
