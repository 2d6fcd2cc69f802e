"""`frappe.model.delete_doc`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"add_to_deleted_document": "minibench.model.deletion",
	"delete_doc": "minibench.model.deletion",
	"delete_dynamic_links": "minibench.model.deletion",
	"delete_from_table": "minibench.model.deletion",
}

__getattr__ = lazy(__name__, EXPORTS)
