frappe.query_reports["Credit Holds"] = {
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
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			options: [
				{ value: "Cause", label: __("Cause") },
				{ value: "Checkpoint", label: __("Checkpoint") },
				{ value: "Customer", label: __("Customer") },
				{ value: "Hold", label: __("Hold") },
			],
			default: "Cause",
			reqd: 1,
		},
		{
			fieldname: "customer",
			label: __("Customer"),
			fieldtype: "Link",
			options: "Customer",
		},
	],
};
