// A line that waits says why; a person confirms what is proposed, matches it by hand, takes a match back, or has the app try again.
{
	const { add_workspace_button, ask_cash, banner, line_was_dealt_with, lines, link, MatchDialog, shows } = o2c_extensions.desk;

	const why_it_waits = async (name) => {
		if (!frappe.model.can_read("O2C Decision")) return "";
		const rows = await frappe.db.get_list("O2C Decision", {
			filters: { decision_type: "Cash Match", reference_doctype: "Bank Transaction", reference_name: name },
			fields: ["outcome", "reasons"],
			order_by: "decided_at desc",
			limit: 1,
		});
		return ["Waiting", "Proposed"].includes(rows[0]?.outcome) ? rows[0].reasons : "";
	};

	const show_why = async (frm) => {
		const { name } = frm.doc;
		const reasons = await why_it_waits(name);
		if (!shows(frm, name)) return;
		const text = `<b>${__("This line waits for a person.")}</b>`;
		banner(frm, reasons ? `${text}<br>${lines(reasons)}` : text, "orange");
	};

	const try_again = (frm) =>
		ask_cash("apply", { bank_transaction: frm.doc.name }, { freeze: true }).then(({ payment_entry }) => {
			const [text, indicator] = payment_entry
				? [__("Matched: {0}", [link("Payment Entry", payment_entry)]), "green"]
				: [__("It still waits."), "orange"];
			frappe.show_alert({ message: text, indicator }, 10);
			frm.reload_doc();
		});

	// What it made is cancelled, so it is asked first.
	const take_back = async (frm) => {
		const { vouchers } = await ask_cash("candidates", { line: frm.doc.name }, { type: "GET" });
		const names = vouchers.map((each) => link(each.payment_document, each.payment_entry)).join(", ");
		frappe.confirm(__("Take the match with {0} back? What the app has made is cancelled.", [names]), async () => {
			const { cancelled } = await ask_cash("undo", { line: frm.doc.name }, { freeze: true });
			line_was_dealt_with(frm, cancelled, cancelled.length ? __("Cancelled: {0}") : __("The line is open again."));
		});
	};

	frappe.ui.form.on("Bank Transaction", {
		refresh(frm) {
			const { docstatus, unallocated_amount, allocated_amount, o2c_match_status: status } = frm.doc;
			if (docstatus !== 1) return;
			const is_open = flt(unallocated_amount) > 0;
			if (frappe.model.can_write("Bank Transaction")) {
				if (is_open) {
					frm.add_custom_button(__("Match"), () => new MatchDialog(frm))
						.removeClass("btn-default")
						.addClass("btn-primary");
				}
				if (is_open && !flt(allocated_amount)) frm.add_custom_button(__("Try Again"), () => try_again(frm));
				if (flt(allocated_amount)) frm.add_custom_button(__("Take back"), () => take_back(frm));
			}
			add_workspace_button(frm, __("Cash Workbench"), () => `cash?line=${encodeURIComponent(frm.doc.name)}`);
			if (is_open && status === "Waiting") return show_why(frm);
		},
	});
}
