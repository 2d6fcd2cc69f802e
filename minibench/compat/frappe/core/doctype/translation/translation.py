"""`frappe.core.doctype.translation.translation`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"Translation": "minibench.doctypes.translation.translation",
}

__getattr__ = lazy(__name__, EXPORTS)
