"""`frappe.model.base_document`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"BaseDocument": "minibench.model.base_document",
	"get_controller": "minibench.model.controllers",
}

__getattr__ = lazy(__name__, EXPORTS)
