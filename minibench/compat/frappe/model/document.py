"""`frappe.model.document`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"Document": "minibench.document",
	"execute_action": "minibench.document",
	"get_doc": "minibench.document",
	"unlock_document": "minibench.document",
}

__getattr__ = lazy(__name__, EXPORTS)
