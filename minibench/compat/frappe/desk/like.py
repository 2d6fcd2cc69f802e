"""`frappe.desk.like`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"toggle_like": "minibench.collaboration.likes",
}

__getattr__ = lazy(__name__, EXPORTS)
