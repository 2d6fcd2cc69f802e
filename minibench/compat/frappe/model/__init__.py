"""`frappe.model`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"attachment_fieldtypes": "minibench.model.fieldtypes",
	"child_table_fields": "minibench.model.fieldtypes",
	"core_doctypes_list": "minibench.model.fieldtypes",
	"data_field_options": "minibench.model.fieldtypes",
	"data_fieldtypes": "minibench.model.fieldtypes",
	"datetime_fields": "minibench.model.fieldtypes",
	"default_fields": "minibench.model.fieldtypes",
	"display_fieldtypes": "minibench.model.fieldtypes",
	"float_like_fields": "minibench.model.fieldtypes",
	"get_permitted_fields": "minibench.access.field_permissions",
	"is_default_field": "minibench.model.fieldtypes",
	"log_types": "minibench.model.fieldtypes",
	"no_value_fields": "minibench.model.fieldtypes",
	"numeric_fieldtypes": "minibench.model.fieldtypes",
	"optional_fields": "minibench.model.fieldtypes",
	"std_fields": "minibench.model.fieldtypes",
	"table_fields": "minibench.model.fieldtypes",
}

__getattr__ = lazy(__name__, EXPORTS)
