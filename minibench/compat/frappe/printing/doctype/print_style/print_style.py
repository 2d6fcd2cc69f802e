"""`frappe.printing.doctype.print_style.print_style`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"PrintStyle": "minibench.doctypes.print_style.print_style",
}

__getattr__ = lazy(__name__, EXPORTS)
