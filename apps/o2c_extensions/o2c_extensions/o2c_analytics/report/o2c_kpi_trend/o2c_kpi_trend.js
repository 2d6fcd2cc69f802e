frappe.query_reports["O2C KPI Trend"] = {
	filters: [
		{
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
			default: frappe.defaults.get_user_default("Company"),
		},
		{
			fieldname: "kpi",
			label: __("Figure"),
			fieldtype: "Select",
			options: [
				{ value: "dso", label: __("Days Sales Outstanding") },
				{ value: "overdue_share", label: __("Overdue Share") },
				{ value: "hold_rate", label: __("Hold Rate") },
				{ value: "auto_match_rate", label: __("Auto-Match Rate") },
			],
			default: "dso",
			reqd: 1,
		},
		{
			fieldname: "date",
			label: __("As Of"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
		{
			fieldname: "months",
			label: __("Months"),
			fieldtype: "Int",
			default: 12,
		},
	],
};
