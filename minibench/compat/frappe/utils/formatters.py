"""`frappe.utils.formatters`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"format_value": "minibench.values.formatting",
}

__getattr__ = lazy(__name__, EXPORTS)
