// The dialog in which a person deals with a bank line: what is proposed for it, what it may be as well, and any open document by hand.
frappe.provide("o2c_extensions.desk");

{
	const API = "o2c_extensions.cash_application.api";
	const text = (value) => frappe.utils.escape_html(value ?? "");

	o2c_extensions.desk.ask_cash = (method, args, more = {}) =>
		frappe.call({ method: `${API}.${method}`, args, ...more }).then(({ message }) => message);

	// What was made is told with its links, and the form shows the line as it is now.
	o2c_extensions.desk.line_was_dealt_with = (frm, vouchers, words) => {
		const links = vouchers.map(({ document_type, document }) => o2c_extensions.desk.link(document_type, document));
		frappe.show_alert({ message: words.replace("{0}", links.join(", ")), indicator: "green" }, 10);
		frm.reload_doc();
	};

	o2c_extensions.desk.MatchDialog = class MatchDialog {
		constructor(frm) {
			this.frm = frm;
			this.found = [];
			this.chosen = new Map();
			this.dialog = new frappe.ui.Dialog({
				title: __("Match {0}", [frm.doc.name]),
				size: "large",
				fields: [
					{ fieldname: "proposal", fieldtype: "HTML" },
					{ fieldtype: "Section Break", label: __("By hand") },
					{
						fieldname: "wanted",
						fieldtype: "Data",
						label: __("Number, customer, order or amount"),
						onchange: () => this.search(),
					},
					{ fieldname: "list", fieldtype: "HTML" },
				],
				primary_action_label: __("Match"),
				primary_action: () => this.match(),
			});
			this.proposal = this.dialog.get_field("proposal").$wrapper;
			this.list = this.dialog.get_field("list").$wrapper;
			this.proposal.on("click", "[data-do]", ({ currentTarget }) => this[currentTarget.dataset.do](currentTarget));
			this.list.on("change", "input", ({ target }) => this.take(target));
			this.dialog.show();
			this.load();
		}

		async load() {
			this.told = await o2c_extensions.desk.ask_cash("candidates", { line: this.frm.doc.name }, { type: "GET" });
			const { proposal, reasons, nearest } = this.told;
			this.proposal.html(
				(proposal ? this.proposed(proposal) : "") +
					reasons.map((reason) => `<p class="text-muted">${text(reason.text)}</p>`).join("") +
					(nearest.length ? `<h6>${proposal ? __("What it may be as well") : __("What it may be")}</h6>` : "") +
					nearest.map((near, place) => this.near(near, place)).join("")
			);
			this.search();
		}

		proposed({ customer, probability, allocations, booked, kept, parts }) {
			const { currency } = this.told.line;
			const rows = [
				...allocations.map((given) => [
					o2c_extensions.desk.link(given.document_type, given.document),
					this.besides(given),
					given.amount,
				]),
				...booked.map(({ account, amount, cost_center, tax }) => [
					text(account),
					text([cost_center, tax].filter(Boolean).join(", ")),
					amount,
				]),
				...(kept ? [[__("stays on the customer's account"), "", kept]] : []),
			];
			const table = rows
				.map(
					([what, how, amount]) =>
						`<tr><td>${what}</td><td>${how}</td><td class="text-right">${format_currency(amount, currency)}</td></tr>`
				)
				.join("");
			return `<h6>${__("Proposed")} · ${__("{0} % sure", [format_number(probability, null, 1)])}
				${customer ? ` · ${o2c_extensions.desk.link("Customer", customer)}` : ""}</h6>
				<table class="table table-sm small"><tbody>${table}</tbody></table>
				<ul class="small">${parts.map((part) => `<li>${text(part.text)}</li>`).join("")}</ul>
				<p><button class="btn btn-sm btn-primary" data-do="confirm">${__("Confirm")}</button>
				<button class="btn btn-sm btn-default" data-do="decline">${__("Decline")}</button></p>`;
		}

		// What a document gets besides the money.
		besides({ discount, write_off, charges, currency }) {
			const told = [
				[discount, __("discount {0}", [format_currency(discount, currency)])],
				[write_off, __("written off {0}", [format_currency(write_off, currency)])],
				[charges, __("bank charges {0}", [format_currency(charges, currency)])],
			];
			return told
				.filter(([amount]) => flt(amount))
				.map(([, words]) => words)
				.join(", ");
		}

		near({ customer, documents, probability, why_not }, place) {
			const links = documents.map((each) => o2c_extensions.desk.link(each.document_type, each.document));
			return `<p class="small"><b>${text(customer)}</b> ${links.join(", ")}
				· ${__("{0} % sure", [format_number(probability, null, 1)])}<br>${text(why_not)}
				<button class="btn btn-xs btn-default" data-do="use" data-place="${place}">${__("Use this")}</button></p>`;
		}

		async confirm() {
			const { digest } = this.told.proposal;
			const args = { line: this.frm.doc.name, digest };
			const { vouchers } = await o2c_extensions.desk.ask_cash("confirm", args, { freeze: true });
			this.close(vouchers, __("Matched: {0}"));
		}

		async decline() {
			await o2c_extensions.desk.ask_cash("decline", { line: this.frm.doc.name }, { freeze: true });
			this.close([], __("Declined: it is not proposed again."));
		}

		async use(button) {
			const { documents } = this.told.nearest[Number(button.dataset.place)];
			this.found = await this.open_items({ documents: documents.map(({ document }) => document) });
			this.chosen = new Map();
			this.found.forEach((item) => this.choose(item));
			this.render();
		}

		open_items(wanted) {
			const { company } = this.told.line;
			return o2c_extensions.desk.ask_cash("search_open_items", { company, ...wanted }, { type: "GET" });
		}

		async search() {
			if (!this.told) return;
			const wanted = this.dialog.get_value("wanted") || "";
			const { proposal, nearest } = this.told;
			const customer = proposal?.customer || nearest[0]?.customer;
			if (!wanted && !customer) return this.render();
			const found = await this.open_items(wanted ? { text: wanted } : { customer });
			// What is chosen stays in sight, whatever is looked for next.
			const kept = this.found.filter((item) => this.chosen.has(item.document));
			this.found = [...kept, ...found.filter((item) => !this.chosen.has(item.document))];
			this.render();
		}

		left() {
			const given = [...this.chosen.values()].reduce((sum, { amount }) => sum + flt(amount), 0);
			return flt(Math.abs(this.told.line.unallocated_amount) - given, 2);
		}

		choose(item) {
			const amount = Math.max(0, Math.min(Math.abs(item.open), this.left()));
			// A credit is set off as a whole: so much more there is to give.
			const is_credit = item.open * this.told.line.amount < 0;
			this.chosen.set(item.document, { amount: is_credit ? -Math.abs(item.open) : amount, write_off: 0 });
		}

		take({ dataset, type, checked, value }) {
			const { document: name, field } = dataset;
			if (type === "checkbox") {
				if (checked) this.choose(this.found.find((item) => item.document === name));
				else this.chosen.delete(name);
				return this.render();
			}
			if (this.chosen.has(name)) this.chosen.get(name)[field] = flt(value);
			this.total();
		}

		render() {
			const heads = ["", __("Document"), __("Customer"), __("Due Date"), __("Outstanding"), __("Amount"), __("Write off")];
			this.list.html(
				this.found.length
					? `<table class="table table-sm small"><thead><tr>${heads.map((head) => `<th>${head}</th>`).join("")}
						</tr></thead><tbody>${this.found.map((item) => this.row(item)).join("")}</tbody></table>
						<div class="o2c-total text-right"></div>`
					: `<div class="text-muted">${__("Nothing found")}</div>`
			);
			this.total();
		}

		row(item) {
			const { document_type, document: name, customer_name, due_date, open, currency } = item;
			const given = this.chosen.get(name);
			const is_credit = given && given.amount < 0;
			const input = (field, label) =>
				given && !is_credit
					? `<input type="number" step="any" class="form-control input-xs" data-document="${text(name)}" data-field="${field}"
						value="${given[field] || ""}" aria-label="${text(`${label} ${name}`)}">`
					: "";
			return `<tr>
				<td><input type="checkbox" data-document="${text(name)}" aria-label="${text(name)}" ${given ? "checked" : ""}></td>
				<td>${o2c_extensions.desk.link(document_type, name)}</td>
				<td>${text(customer_name)}</td>
				<td>${frappe.datetime.str_to_user(due_date)}</td>
				<td class="text-right">${format_currency(open, currency)}</td>
				<td>${input("amount", __("Amount"))}</td>
				<td>${input("write_off", __("Write off"))}</td>
			</tr>`;
		}

		total() {
			const { unallocated_amount, currency } = this.told.line;
			const values = [this.left(), Math.abs(unallocated_amount)].map((amount) => format_currency(amount, currency).bold());
			this.list.find(".o2c-total").html(__("{0} of {1} are left", values));
			this.dialog.get_primary_btn().prop("disabled", !this.chosen.size);
		}

		async match() {
			const allocations = this.found
				.filter((item) => this.chosen.has(item.document))
				.map(({ document_type, document: name }) => {
					const { amount, write_off } = this.chosen.get(name);
					return { document_type, document: name, amount: amount < 0 ? null : amount, write_off };
				});
			const args = { line: this.frm.doc.name, allocations };
			const { vouchers } = await o2c_extensions.desk.ask_cash("match_line", args, { freeze: true });
			this.close(vouchers, __("Matched: {0}"));
		}

		close(vouchers, words) {
			this.dialog.hide();
			o2c_extensions.desk.line_was_dealt_with(this.frm, vouchers, words);
		}
	};
}
