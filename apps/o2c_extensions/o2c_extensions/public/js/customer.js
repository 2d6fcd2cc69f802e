// How much of a customer's limit is used, what was agreed about its credit, and the way to its credit page.
{
	const { add_workspace_button, banner, credit, link, shows } = o2c_extensions.desk;
	const text = frappe.utils.escape_html;

	const profile_of = async (customer, company) => {
		if (!frappe.model.can_read("Credit Profile")) return null;
		const rows = await frappe.db.get_list("Credit Profile", {
			filters: { customer, company },
			fields: ["name", "risk_class", "score", "valid_until", "next_review", "is_blocked", "block_reason"],
			limit: 1,
		});
		return rows[0] || null;
	};

	const agreed = ({ name, risk_class, score, valid_until, next_review }) => {
		const day = frappe.datetime.str_to_user;
		const said = [
			risk_class && `${__("Risk Class")}: ${text(risk_class)}`,
			score && `${__("Score")}: ${score}`,
			valid_until && `${__("Valid Until")}: ${day(valid_until)}`,
			next_review && `${__("Next Review")}: ${day(next_review)}`,
		].filter(Boolean);
		return `<div class="small" style="margin-top: var(--margin-sm)">${[link("Credit Profile", name), ...said].join(" · ")}</div>`;
	};

	const warn = (frm, found, profile) => {
		const today = frappe.datetime.get_today();
		const used = credit.used(found);
		if (profile?.is_blocked) return banner(frm, __("Blocked: {0}", [text(profile.block_reason || "")]), "red");
		if (profile?.valid_until && profile.valid_until < today) {
			return banner(frm, __("The credit limit was valid until {0}.", [frappe.datetime.str_to_user(profile.valid_until)]), "orange");
		}
		if (used > 80) banner(frm, credit.headline(found), used > 100 ? "red" : "orange");
	};

	frappe.ui.form.on("Customer", {
		async refresh(frm) {
			if (frm.is_new()) return;
			add_workspace_button(frm, __("Customer 360"), "customer");
			const { name } = frm.doc;
			const company = frappe.defaults.get_user_default("Company");
			if (!company || !frappe.model.can_read("Credit Hold")) return;
			add_workspace_button(frm, __("Credit"), "credit");
			const [found, profile] = await Promise.all([credit.of(name, company), profile_of(name, company)]);
			if (!shows(frm, name)) return;
			warn(frm, found, profile);
			const html = credit.section(found) + (profile ? agreed(profile) : "");
			credit.show(frm, html, __("Credit at {0}", [text(company)]));
		},
	});
}
