// Blocked first, then what has run out; a review that is due is no more than a reminder.
frappe.listview_settings["Credit Profile"] = {
	add_fields: ["is_blocked", "limit_kind", "valid_until", "next_review"],
	get_indicator({ is_blocked, limit_kind, valid_until, next_review }) {
		const today = frappe.datetime.get_today();
		if (is_blocked) return [__("Blocked"), "red", "is_blocked,=,1"];
		if (valid_until && valid_until < today) return [__("Limit Expired"), "orange", `valid_until,<,${today}`];
		if (next_review && next_review <= today) return [__("Review Due"), "yellow", `next_review,<=,${today}`];
		if (limit_kind === "Prepay Only") return [__("Prepay Only"), "blue", "limit_kind,=,Prepay Only"];
		return [__(limit_kind), "gray", `limit_kind,=,${limit_kind}`];
	},
};
