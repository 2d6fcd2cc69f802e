"""`frappe.desk.doctype.dashboard_chart.dashboard_chart`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"add_chart_to_dashboard": "minibench.analytics.dashboard_chart",
	"create_dashboard_chart": "minibench.analytics.dashboard_chart",
	"create_report_chart": "minibench.analytics.dashboard_chart",
	"DashboardChart": "minibench.doctypes.dashboard_chart.dashboard_chart",
	"get": "minibench.analytics.dashboard_chart",
	"get_aggregate_function": "minibench.analytics.dashboard_chart",
	"get_chart_config": "minibench.analytics.dashboard_chart",
	"get_charts_for_user": "minibench.analytics.dashboard_chart",
	"get_group_by_chart_config": "minibench.analytics.dashboard_chart",
	"get_heatmap_chart_config": "minibench.analytics.dashboard_chart",
	"get_parent_doctypes": "minibench.analytics.dashboard_chart",
	"get_permission_query_conditions": "minibench.analytics.dashboard_chart",
	"get_result": "minibench.analytics.dashboard_chart",
	"has_permission": "minibench.analytics.dashboard_chart",
}

__getattr__ = lazy(__name__, EXPORTS)
