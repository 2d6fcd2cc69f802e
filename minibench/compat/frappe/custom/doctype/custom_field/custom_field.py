"""`frappe.custom.doctype.custom_field.custom_field`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"create_custom_field": "minibench.model.customize",
	"create_custom_field_if_values_exist": "minibench.model.customize",
	"create_custom_fields": "minibench.model.customize",
	"CustomField": "minibench.doctypes.custom_field.custom_field",
	"rename_fieldname": "minibench.model.customize",
}

__getattr__ = lazy(__name__, EXPORTS)
