"""`frappe.query_builder.terms`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"SubQuery": "minibench.data.builder_terms",
	"subqry": "minibench.data.builder_terms:SubQuery",
}

__getattr__ = lazy(__name__, EXPORTS)
