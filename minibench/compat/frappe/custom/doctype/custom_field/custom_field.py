"""`frappe.custom.doctype.custom_field.custom_field`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"create_custom_field": "minibench.customize",
	"create_custom_field_if_values_exist": "minibench.customize",
	"create_custom_fields": "minibench.customize",
	"CustomField": "minibench.doctypes.custom_field.custom_field",
	"rename_fieldname": "minibench.customize",
}

__getattr__ = lazy(__name__, EXPORTS)
