"""`frappe.core.doctype.docshare.docshare`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"DocShare": "minibench.doctypes.docshare.docshare",
}

__getattr__ = lazy(__name__, EXPORTS)
