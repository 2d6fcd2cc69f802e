"""`frappe.model.mapper`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get_mapped_doc": "minibench.model.mapper",
	"make_mapped_doc": "minibench.model.mapper",
	"map_child_doc": "minibench.model.mapper",
	"map_doc": "minibench.model.mapper",
	"map_docs": "minibench.model.mapper",
	"map_fetch_fields": "minibench.model.mapper",
	"map_fields": "minibench.model.mapper",
}

__getattr__ = lazy(__name__, EXPORTS)
