"""`frappe.core.doctype.file.file`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"exclude_from_linked_with": "minibench.doctypes.file.file",
	"File": "minibench.doctypes.file.file",
	"on_doctype_update": "minibench.doctypes.file.file",
}

__getattr__ = lazy(__name__, EXPORTS)
