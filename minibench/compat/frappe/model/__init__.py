"""`frappe.model`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"attachment_fieldtypes": "minibench.fieldtypes",
	"child_table_fields": "minibench.fieldtypes",
	"core_doctypes_list": "minibench.fieldtypes",
	"data_field_options": "minibench.fieldtypes",
	"data_fieldtypes": "minibench.fieldtypes",
	"datetime_fields": "minibench.fieldtypes",
	"default_fields": "minibench.fieldtypes",
	"display_fieldtypes": "minibench.fieldtypes",
	"float_like_fields": "minibench.fieldtypes",
	"get_permitted_fields": "minibench.field_permissions",
	"is_default_field": "minibench.fieldtypes",
	"log_types": "minibench.fieldtypes",
	"no_value_fields": "minibench.fieldtypes",
	"numeric_fieldtypes": "minibench.fieldtypes",
	"optional_fields": "minibench.fieldtypes",
	"std_fields": "minibench.fieldtypes",
	"table_fields": "minibench.fieldtypes",
}

__getattr__ = lazy(__name__, EXPORTS)
