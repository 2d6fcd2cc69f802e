"""`frappe.desk.reportview`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"clean_params": "minibench.web.desk.reportview",
	"compress": "minibench.web.desk.reportview",
	"delete_bulk": "minibench.web.desk.reportview",
	"delete_items": "minibench.web.desk.reportview",
	"execute": "minibench.web.desk.reportview",
	"export_query": "minibench.web.desk.reportview",
	"get": "minibench.web.desk.reportview",
	"get_count": "minibench.web.desk.reportview",
	"get_form_params": "minibench.web.desk.reportview",
	"get_list": "minibench.web.desk.reportview",
	"get_meta_and_docfield": "minibench.web.desk.reportview",
	"get_parenttype_and_fieldname": "minibench.web.desk.reportview",
	"get_sidebar_stats": "minibench.web.desk.reportview",
	"get_stats": "minibench.web.desk.reportview",
	"is_standard": "minibench.web.desk.reportview",
	"parse_json": "minibench.web.desk.reportview",
	"raise_invalid_field": "minibench.web.desk.reportview",
	"save_report": "minibench.web.desk.reportview",
	"scrub_user_tags": "minibench.web.desk.reportview",
	"setup_group_by": "minibench.web.desk.reportview",
	"validate_args": "minibench.web.desk.reportview",
	"validate_fields": "minibench.web.desk.reportview",
	"validate_filters": "minibench.web.desk.reportview",
}

__getattr__ = lazy(__name__, EXPORTS)
