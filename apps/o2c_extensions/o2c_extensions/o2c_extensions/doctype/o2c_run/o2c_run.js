frappe.ui.form.on("O2C Run", {
	setup(frm) {
		frappe.realtime.on("o2c_run", (message) => {
			if (message.run === frm.doc.name) frm.events.show_progress(frm, message);
		});
	},

	refresh(frm) {
		if (frm.is_new()) return frm.events.offer_kinds(frm);
		frm.disable_save();
		const api = "o2c_extensions.o2c_extensions.api.";
		const call = (method) =>
			frappe.call({ method: api + method, args: { run: frm.doc.name } }).then(() => frm.reload_doc());
		if (["Queued", "Running"].includes(frm.doc.status) && !frm.doc.stop_requested) {
			frm.add_custom_button(__("Stop"), () => call("stop_run"));
		}
		if (["Completed with Errors", "Failed", "Stopped"].includes(frm.doc.status)) {
			frm.add_custom_button(__("Retry"), () => call("retry_run"));
		}
		frm.events.show_progress(frm, frm.doc);
	},

	offer_kinds(frm) {
		frappe
			.call({ method: "o2c_extensions.o2c_extensions.api.run_kinds", type: "GET" })
			.then(({ message: kinds }) => frm.set_df_property("kind", "options", kinds));
	},

	show_progress(frm, counts) {
		if (frm.doc.status !== counts.status) return frm.reload_doc();
		if (counts.status !== "Running") return;
		const text = __("{0} of {1} done, {2} failed", [counts.done, counts.total, counts.failed]);
		frm.dashboard.show_progress(__("Progress"), counts.progress, text);
	},
});
