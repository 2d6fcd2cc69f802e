// A held order says why and by how much; who may decide about it does so here.
{
	const { add_workspace_button, banner, lines, link, shows } = o2c_extensions.desk;
	const api = "o2c_extensions.credit_control.api.";
	const ended = ["Closed", "Completed", "Cancelled"];

	const show_hold = (frm, hold) => {
		const see = link("Credit Hold", hold.name);
		const policy = hold.policy_version ? `<br>${__("Policy")}: ${link("Credit Policy Version", hold.policy_version)}` : "";
		const excess = format_currency(hold.excess, hold.currency).bold();
		const decider = frappe.utils.escape_html(hold.decider).bold();
		const comment = hold.comment ? `<br>${lines(hold.comment)}` : "";
		if (hold.status === "Released") {
			if (ended.includes(frm.doc.status)) return;
			const text = __("Released by {0}, {1} over the limit ({2}).", [decider, excess, see]);
			banner(frm, text + comment, "green");
		} else if (hold.status === "Rejected") {
			banner(frm, __("Rejected by {0} ({1}).", [decider, see]) + comment, "red");
		} else {
			const text = flt(hold.excess)
				? __("Held: {0} over the limit ({1}).", [excess, see])
				: __("Held by credit control ({0}).", [see]);
			banner(frm, `${text}<br>${lines(hold.reasons)}${policy}`, "orange");
		}
	};

	const decide = (frm, hold, action, title, done) => {
		const closes = action === "Reject" ? `<br>${__("A rejected order is closed.")}` : "";
		const dialog = new frappe.ui.Dialog({
			title,
			fields: [
				{ fieldname: "why", fieldtype: "HTML", options: `<p>${lines(hold.reasons)}${closes}</p>` },
				{ fieldname: "comment", fieldtype: "Small Text", label: __("Comment") },
			],
			primary_action_label: __(action),
			primary_action({ comment }) {
				frappe
					.call({
						method: api + action.toLowerCase(),
						args: { hold: hold.name, comment },
						freeze: true,
					})
					.then(() => {
						dialog.hide();
						frappe.show_alert({ message: done, indicator: "green" });
						frm.reload_doc();
					});
			},
		});
		dialog.show();
	};

	const offer_decisions = (frm, hold) => {
		const name = frappe.utils.escape_html(frm.doc.name);
		if (hold.actions.includes("Approve")) {
			frm.add_custom_button(__("Approve"), () =>
				decide(frm, hold, "Approve", __("Approve {0}", [name]), __("{0} is approved.", [name]))
			);
		}
		if (hold.actions.includes("Release")) {
			frm.add_custom_button(__("Release"), () =>
				decide(frm, hold, "Release", __("Release {0}", [name]), __("{0} is released.", [name]))
			)
				.removeClass("btn-default")
				.addClass("btn-success");
		}
		if (hold.actions.includes("Reject")) {
			frm.add_custom_button(__("Reject"), () =>
				decide(frm, hold, "Reject", __("Reject {0}", [name]), __("{0} is rejected.", [name]))
			)
				.removeClass("btn-default")
				.addClass("btn-danger");
		}
	};

	frappe.ui.form.on("Sales Order", {
		async refresh(frm) {
			if (frm.is_new() || frm.doc.docstatus !== 1) return;
			add_workspace_button(frm, __("Order 360"), "order");
			const { name, o2c_credit_status: status } = frm.doc;
			if (!["Held", "Released", "Rejected"].includes(status)) return;
			if (!frappe.model.can_read("Credit Hold")) {
				if (status === "Held") banner(frm, __("Held: it waits for credit control."), "orange");
				return;
			}
			const { message: hold } = await frappe.call({
				method: api + "hold_of",
				args: { order: name },
				type: "GET",
			});
			if (!hold || !shows(frm, name)) return;
			show_hold(frm, hold);
			offer_decisions(frm, hold);
		},
	});
}
