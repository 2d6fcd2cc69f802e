"""`frappe.core.doctype.file.file`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"exclude_from_linked_with": "minibench.doctypes.file.file",
	"File": "minibench.doctypes.file.file",
	"get_permission_query_conditions": "minibench.collaboration.file_permissions",
	"has_permission": "minibench.collaboration.file_permissions",
	"on_doctype_update": "minibench.doctypes.file.file",
	"URL_PREFIXES": "minibench.collaboration.file_storage",
}

__getattr__ = lazy(__name__, EXPORTS)
