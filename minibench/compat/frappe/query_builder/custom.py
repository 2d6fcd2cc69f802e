"""`frappe.query_builder.custom`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"ConstantColumn": "minibench.data.builder_functions",
	"GROUP_CONCAT": "minibench.data.builder_functions:GroupConcat",
}

__getattr__ = lazy(__name__, EXPORTS)
