// A receipt that waits says why; a person matches it by hand, or has the app try again.
{
	const { banner, lines, link, MatchDialog, shows } = o2c_extensions.desk;

	const why_it_waits = async (name) => {
		if (!frappe.model.can_read("O2C Decision")) return "";
		const rows = await frappe.db.get_list("O2C Decision", {
			filters: { decision_type: "Cash Match", reference_doctype: "Bank Transaction", reference_name: name },
			fields: ["outcome", "reasons"],
			order_by: "decided_at desc",
			limit: 1,
		});
		return rows[0]?.outcome === "Waiting" ? rows[0].reasons : "";
	};

	const show_why = async (frm) => {
		const { name } = frm.doc;
		const reasons = await why_it_waits(name);
		if (!shows(frm, name)) return;
		const text = `<b>${__("This receipt waits for a person.")}</b>`;
		banner(frm, reasons ? `${text}<br>${lines(reasons)}` : text, "orange");
	};

	const try_again = (frm) =>
		frappe
			.call({
				method: "o2c_extensions.cash_application.api.apply",
				args: { bank_transaction: frm.doc.name },
				freeze: true,
			})
			.then(({ message }) => {
				const [text, indicator] = message.payment_entry
					? [__("Matched: {0}", [link("Payment Entry", message.payment_entry)]), "green"]
					: [__("It still waits."), "orange"];
				frappe.show_alert({ message: text, indicator }, 10);
				frm.reload_doc();
			});

	frappe.ui.form.on("Bank Transaction", {
		refresh(frm) {
			const { docstatus, deposit, unallocated_amount, allocated_amount, o2c_match_status: status } = frm.doc;
			if (docstatus !== 1 || flt(deposit) <= 0 || flt(unallocated_amount) <= 0) return;
			if (!flt(allocated_amount) && frappe.model.can_write("Bank Transaction")) {
				frm.add_custom_button(__("Match to Invoices"), () => new MatchDialog(frm))
					.removeClass("btn-default")
					.addClass("btn-primary");
				frm.add_custom_button(__("Try Again"), () => try_again(frm));
			}
			if (status === "Waiting") return show_why(frm);
		},
	});
}
