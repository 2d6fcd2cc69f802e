// The dialog in which a person chooses the invoices that a receipt pays.
frappe.provide("o2c_extensions.desk");

o2c_extensions.desk.MatchDialog = class MatchDialog {
	constructor(frm) {
		this.frm = frm;
		this.invoices = [];
		this.chosen = new Set();
		this.dialog = new frappe.ui.Dialog({
			title: __("Match to Invoices"),
			size: "large",
			fields: [
				{
					fieldname: "customer",
					fieldtype: "Link",
					options: "Customer",
					label: __("Customer"),
					onchange: () => this.load(),
				},
				{ fieldname: "list", fieldtype: "HTML" },
			],
			primary_action_label: __("Match"),
			primary_action: () => this.match(),
		});
		this.list = this.dialog.get_field("list").$wrapper;
		this.list.on("change", "input[type=checkbox]", ({ target }) => {
			this.chosen[target.checked ? "add" : "delete"](target.value);
			this.total();
		});
		this.dialog.show();
		this.start();
	}

	// The payer's name is often the customer's.
	async start() {
		const payer = this.frm.doc.bank_party_name;
		const known = payer
			? await frappe.db.get_list("Customer", { filters: { customer_name: payer }, limit: 2 })
			: [];
		if (known.length === 1) await this.dialog.set_value("customer", known[0].name);
		else this.load();
	}

	async load() {
		const { company, currency, deposit } = this.frm.doc;
		const customer = this.dialog.get_value("customer");
		if (this.loaded_for === customer) return;
		this.loaded_for = customer;
		const filters = { company, currency, docstatus: 1, is_return: 0, outstanding_amount: [">", 0] };
		const found = await frappe.db.get_list("Sales Invoice", {
			filters: customer ? { ...filters, customer } : filters,
			fields: ["name", "customer_name", "due_date", "outstanding_amount", "currency"],
			order_by: "due_date asc, name asc",
			limit: 50,
		});
		if (this.loaded_for !== customer) return;
		this.invoices = found;
		const exact = found.filter((row) => flt(row.outstanding_amount, 2) === flt(deposit, 2));
		this.chosen = new Set(exact.length === 1 ? [exact[0].name] : []);
		this.render();
	}

	render() {
		const rows = this.invoices.map((row) => this.row(row)).join("");
		const head = ["", __("Sales Invoice"), __("Customer"), __("Due Date")].map((text) => `<th>${text}</th>`);
		this.list.html(
			rows
				? `<table class="table table-sm small"><thead><tr>${head.join("")}
					<th class="text-right">${__("Outstanding")}</th></tr></thead><tbody>${rows}</tbody></table>
					<div class="o2c-total text-right"></div>`
				: `<div class="text-muted">${__("No invoice is open here.")}</div>`
		);
		this.total();
	}

	row({ name, customer_name, due_date, outstanding_amount, currency }) {
		const text = frappe.utils.escape_html;
		return `<tr>
			<td><input type="checkbox" value="${text(name)}" aria-label="${text(name)}"
				${this.chosen.has(name) ? "checked" : ""}></td>
			<td>${o2c_extensions.desk.link("Sales Invoice", name)}</td>
			<td>${text(customer_name)}</td>
			<td>${frappe.datetime.str_to_user(due_date)}</td>
			<td class="text-right">${format_currency(outstanding_amount, currency)}</td>
		</tr>`;
	}

	total() {
		const { deposit, currency } = this.frm.doc;
		const amounts = this.invoices.filter((row) => this.chosen.has(row.name)).map((row) => row.outstanding_amount);
		const sum = amounts.reduce((total, amount) => total + flt(amount), 0);
		const values = [sum, deposit].map((amount) => format_currency(amount, currency).bold());
		this.list.find(".o2c-total").html(__("{0} chosen, {1} received", values));
		this.dialog.get_primary_btn().prop("disabled", !this.chosen.size);
	}

	async match() {
		const { message } = await frappe.call({
			method: "o2c_extensions.cash_application.api.match_by_hand",
			args: { bank_transaction: this.frm.doc.name, invoices: [...this.chosen] },
			freeze: true,
		});
		this.dialog.hide();
		const payment = o2c_extensions.desk.link("Payment Entry", message.payment_entry);
		frappe.show_alert({ message: __("Matched: {0}", [payment]), indicator: "green" }, 10);
		this.frm.reload_doc();
	}
};
