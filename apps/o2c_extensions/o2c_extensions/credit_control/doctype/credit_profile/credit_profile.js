frappe.ui.form.on("Credit Profile", {
	refresh(frm) {
		if (frm.is_new() || !frappe.model.can_read("O2C Event")) return;
		const { customer, company } = frm.doc;
		const place = `/o2c/credit/${encodeURIComponent(customer)}?company=${encodeURIComponent(company)}`;
		frm.add_custom_button(__("Credit"), () => window.open(place, "_blank", "noopener"));
	},
});
