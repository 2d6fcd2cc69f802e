frappe.query_reports["Bank Proof"] = {
	filters: [
		{
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
			default: frappe.defaults.get_user_default("Company"),
			reqd: 1,
		},
		{
			fieldname: "bank_account",
			label: __("Bank Account"),
			fieldtype: "Link",
			options: "Bank Account",
			get_query: () => ({
				filters: { is_company_account: 1, company: frappe.query_report.get_filter_value("company") },
			}),
		},
		{
			fieldname: "to_date",
			label: __("At the End Of"),
			fieldtype: "Date",
			default: frappe.datetime.add_days(frappe.datetime.month_start(), -1),
			reqd: 1,
		},
	],
	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		return data && !data.indent ? `<b>${shown}</b>` : shown;
	},
};
