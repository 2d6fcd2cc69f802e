"""`frappe.core.doctype.custom_docperm.custom_docperm`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"CustomDocPerm": "minibench.doctypes.custom_docperm.custom_docperm",
}

__getattr__ = lazy(__name__, EXPORTS)
