"""`frappe.query_builder.utils`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"Column": "pypika.queries",
	"DocType": "minibench.data.builder",
	"PseudoColumn": "pypika.terms",
	"Table": "minibench.data.builder",
	"get_query": "minibench.data.builder",
}

__getattr__ = lazy(__name__, EXPORTS)
