"""`frappe.desk.query_report`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"add_custom_column_data": "minibench.analytics.report",
	"add_total_row": "minibench.analytics.columns",
	"build_xlsx_data": "minibench.analytics.report_export",
	"export_query": "minibench.analytics.report_export",
	"format_duration_fields": "minibench.analytics.report_export",
	"generate_report_result": "minibench.analytics.report",
	"get_column_as_dict": "minibench.analytics.columns",
	"get_columns_dict": "minibench.analytics.columns",
	"get_data_for_custom_field": "minibench.analytics.report",
	"get_data_for_custom_report": "minibench.analytics.report",
	"get_filtered_data": "minibench.analytics.report_rows",
	"get_linked_doctypes": "minibench.analytics.report_rows",
	"get_reference_report": "minibench.analytics.report",
	"get_report_doc": "minibench.analytics.report",
	"get_report_result": "minibench.analytics.report",
	"get_script": "minibench.analytics.report_script",
	"normalize_result": "minibench.analytics.columns",
	"run": "minibench.analytics.report",
	"save_report": "minibench.analytics.report",
	"validate_filters_permissions": "minibench.analytics.report",
}

__getattr__ = lazy(__name__, EXPORTS)
