"""`frappe.query_builder.utils`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"Column": "pypika.queries",
	"DocType": "minibench.builder",
	"PseudoColumn": "pypika.terms",
	"Table": "minibench.builder",
	"get_query": "minibench.builder",
}

__getattr__ = lazy(__name__, EXPORTS)
