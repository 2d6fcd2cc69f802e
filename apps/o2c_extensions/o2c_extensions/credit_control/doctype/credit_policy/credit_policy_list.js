frappe.listview_settings["Credit Policy"] = {
	add_fields: ["is_active", "active_version"],
	get_indicator({ is_active, active_version }) {
		if (is_active) return [__("In Force"), "green", "is_active,=,1"];
		return active_version ? [__("Replaced"), "gray", "is_active,=,0"] : [__("Draft"), "orange", "active_version,is,not set"];
	},
};
