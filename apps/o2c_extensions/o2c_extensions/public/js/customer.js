// How much of a customer's limit is used, and by what.
{
	const { add_workspace_button, banner, shows } = o2c_extensions.desk;

	const part = (label, amount, currency) =>
		`<div class="col-sm-3"><div class="text-muted small">${label}</div>${format_currency(amount, currency)}</div>`;

	const used = ({ exposure, credit_limit }) => Math.max(0, (exposure / credit_limit) * 100);

	const bar = (credit) => {
		const share = Math.min(100, used(credit));
		const color = used(credit) > 100 ? "danger" : share > 80 ? "warning" : "success";
		return `<div class="progress" style="margin: var(--margin-sm) 0"
			><div class="progress-bar bg-${color}" style="width: ${share}%"></div></div>`;
	};

	const headline = ({ exposure, credit_limit, available, currency }) => {
		const [at_stake, limit] = [exposure, credit_limit].map((amount) => format_currency(amount, currency).bold());
		if (available === null) return __("{0} are at stake; there is no credit limit.", [at_stake]);
		return available >= 0
			? __("{0} of {1} are used, {2} are left.", [at_stake, limit, format_currency(available, currency).bold()])
			: __("{0} are at stake, {1} more than the limit of {2}.", [
					at_stake,
					format_currency(-available, currency).bold(),
					limit,
			  ]);
	};

	const section = (credit) => `<div class="o2c-credit">
		<div>${headline(credit)}</div>
		${credit.available === null ? "" : bar(credit)}
		<div class="row">
			${part(__("Open Orders"), credit.open_orders, credit.currency)}
			${part(__("Deliveries to Bill"), credit.deliveries_to_bill, credit.currency)}
			${part(__("Receivables"), credit.receivables, credit.currency)}
			${part(__("Unallocated Payments"), 0 - credit.unallocated_payments, credit.currency)}
		</div></div>`;

	frappe.ui.form.on("Customer", {
		async refresh(frm) {
			if (frm.is_new()) return;
			add_workspace_button(frm, __("Customer 360"), "customer");
			const { name } = frm.doc;
			const company = frappe.defaults.get_user_default("Company");
			if (!company || !frappe.model.can_read("Credit Hold")) return;
			const { message: credit } = await frappe.call({
				method: "o2c_extensions.credit_control.api.exposure",
				args: { customer: name, company },
				type: "GET",
			});
			if (!shows(frm, name)) return;
			frm.dashboard.parent.find(".o2c-credit").closest(".form-dashboard-section").remove();
			const share = credit.available === null ? 0 : used(credit);
			if (share > 80) banner(frm, headline(credit), share > 100 ? "red" : "orange");
			const label = __("Credit at {0}", [frappe.utils.escape_html(company)]);
			frm.dashboard.add_section(section(credit), label, "custom");
			frm.dashboard.show();
		},
	});
}
