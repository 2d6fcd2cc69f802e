"""`frappe.model.delete_doc`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"add_to_deleted_document": "minibench.deletion",
	"delete_doc": "minibench.deletion",
	"delete_dynamic_links": "minibench.deletion",
	"delete_from_table": "minibench.deletion",
}

__getattr__ = lazy(__name__, EXPORTS)
