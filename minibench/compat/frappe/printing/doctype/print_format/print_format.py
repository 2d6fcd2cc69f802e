"""`frappe.printing.doctype.print_format.print_format`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"make_default": "minibench.doctypes.print_format.print_format",
	"PrintFormat": "minibench.doctypes.print_format.print_format",
}

__getattr__ = lazy(__name__, EXPORTS)
