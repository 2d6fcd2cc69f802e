"""`frappe.core.doctype.version.version`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get_diff": "minibench.collaboration.version",
	"on_doctype_update": "minibench.doctypes.version.version",
	"Version": "minibench.doctypes.version.version",
}

__getattr__ = lazy(__name__, EXPORTS)
