// How much of a customer's limit is used, and by what: a section that several forms show.
frappe.provide("o2c_extensions.desk");

o2c_extensions.desk.credit = {
	// Per cent of the limit; null where there is none, or where it is a true zero.
	used({ exposure, credit_limit, has_limit }) {
		return has_limit && credit_limit > 0 ? Math.max(0, (exposure / credit_limit) * 100) : null;
	},

	headline({ exposure, credit_limit, available, prepay_only, currency }) {
		const [at_stake, limit] = [exposure, credit_limit].map((amount) => format_currency(amount, currency).bold());
		if (available === null) return __("{0} are at stake; there is no credit limit.", [at_stake]);
		if (prepay_only) return __("{0} are at stake; this customer pays in advance.", [at_stake]);
		return available >= 0
			? __("{0} of {1} are used, {2} are left.", [at_stake, limit, format_currency(available, currency).bold()])
			: __("{0} are at stake, {1} more than the limit of {2}.", [
					at_stake,
					format_currency(-available, currency).bold(),
					limit,
			  ]);
	},

	bar(credit) {
		const used = this.used(credit);
		if (used === null) return "";
		const color = used > 100 ? "danger" : used > 80 ? "warning" : "success";
		return `<div class="progress" style="margin: var(--margin-sm) 0"
			><div class="progress-bar bg-${color}" style="width: ${Math.min(100, used)}%"></div></div>`;
	},

	part(label, amount, currency) {
		return `<div class="col-sm-3"><div class="text-muted small">${label}</div>${format_currency(amount, currency)}</div>`;
	},

	section(credit) {
		const part = (label, amount) => this.part(label, amount, credit.currency);
		return `<div>${this.headline(credit)}</div>
			${this.bar(credit)}
			<div class="row">
				${part(__("Open Orders"), credit.open_orders)}
				${part(__("Deliveries to Bill"), credit.deliveries_to_bill)}
				${part(__("Receivables"), credit.receivables)}
				${part(__("Unallocated Payments"), 0 - credit.unallocated_payments)}
			</div>`;
	},

	async of(customer, company) {
		const { message } = await frappe.call({
			method: "o2c_extensions.credit_control.api.exposure",
			args: { customer, company },
			type: "GET",
		});
		return message;
	},

	// In place of what was shown of the document before.
	show(frm, html, label) {
		frm.dashboard.parent.find(".o2c-credit").closest(".form-dashboard-section").remove();
		frm.dashboard.add_section(`<div class="o2c-credit">${html}</div>`, label, "custom");
		frm.dashboard.show();
	},
};
