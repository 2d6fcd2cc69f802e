// The workspace's editor checks conditions as they are typed, compares, simulates and activates; the desk's form stores.
frappe.ui.form.on("Credit Policy", {
	refresh(frm) {
		if (frm.is_new()) return;
		if (frappe.model.can_read("O2C Event")) {
			frm.add_custom_button(__("Open the Editor"), () =>
				window.open(`/o2c/credit-policies/${encodeURIComponent(frm.doc.name)}`, "_blank", "noopener")
			);
		}
		if (!frm.perm[0].write || frm.is_dirty()) return;
		frm.add_custom_button(__("Activate"), () =>
			frappe.confirm(__("From now on orders are decided by it. What was decided before keeps the version that it was decided by."), () =>
				frappe
					.call({
						method: "o2c_extensions.credit_control.api.activate_policy",
						args: { name: frm.doc.name },
						freeze: true,
					})
					.then(({ message }) => {
						frappe.show_alert({ message: __("{0} is in force.", [frappe.utils.escape_html(message.version)]), indicator: "green" });
						frm.reload_doc();
					})
			)
		);
	},
});
