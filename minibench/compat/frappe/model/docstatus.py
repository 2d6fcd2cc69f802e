"""`frappe.model.docstatus`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"DocStatus": "minibench.model.docstatus",
}

__getattr__ = lazy(__name__, EXPORTS)
