"""`frappe.custom.doctype.property_setter.property_setter`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"delete_property_setter": "minibench.model.customize",
	"make_property_setter": "minibench.model.customize",
	"PropertySetter": "minibench.doctypes.property_setter.property_setter",
}

__getattr__ = lazy(__name__, EXPORTS)
