"""`frappe.model.document`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"Document": "minibench.model.document",
	"execute_action": "minibench.model.document",
	"get_doc": "minibench.model.document",
	"unlock_document": "minibench.model.document",
}

__getattr__ = lazy(__name__, EXPORTS)
