"""`frappe.utils.password_strength`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"test_password_strength": "minibench.access.password_strength:estimate",
}

__getattr__ = lazy(__name__, EXPORTS)
