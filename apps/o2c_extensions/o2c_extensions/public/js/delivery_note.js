// A draft for an order that is held says so before anybody loads a lorry: the server refuses it anyway.
{
	const { banner, link, shows } = o2c_extensions.desk;

	const held_among = (orders) =>
		frappe.db.get_list("Sales Order", {
			filters: { name: ["in", orders], o2c_credit_status: ["in", ["Held", "Rejected"]] },
			fields: ["name", "customer_name", "o2c_credit_status"],
		});

	const sentence = (order) => {
		const values = [link("Sales Order", order.name), frappe.utils.escape_html(order.customer_name)];
		return order.o2c_credit_status === "Held"
			? __("Sales Order {0} of {1} is held by credit control.", values)
			: __("Sales Order {0} of {1} was rejected by credit control.", values);
	};

	frappe.ui.form.on("Delivery Note", {
		async refresh(frm) {
			const { name, docstatus, is_return, items } = frm.doc;
			if (docstatus !== 0 || is_return || !frappe.model.can_read("Sales Order")) return;
			const orders = [...new Set((items || []).map((row) => row.against_sales_order).filter(Boolean))];
			if (!orders.length) return;
			const held = await held_among(orders);
			if (!held.length || !shows(frm, name)) return;
			const until = __("This delivery can be neither saved nor submitted until that is released.");
			frm.set_intro(""); // It would ask for the submission that is refused.
			banner(frm, [...held.map(sentence), until].join("<br>"), "red");
		},
	});
}
