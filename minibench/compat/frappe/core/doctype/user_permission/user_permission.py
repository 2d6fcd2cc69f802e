"""`frappe.core.doctype.user_permission.user_permission`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"add_user_permissions": "minibench.doctypes.user_permission.user_permission",
	"check_applicable_doc_perm": "minibench.doctypes.user_permission.user_permission",
	"clear_user_permissions": "minibench.doctypes.user_permission.user_permission",
	"get_permitted_documents": "minibench.access.user_permissions",
	"get_user_permissions": "minibench.doctypes.user_permission.user_permission",
	"user_permission_exists": "minibench.access.user_permissions",
	"UserPermission": "minibench.doctypes.user_permission.user_permission",
}

__getattr__ = lazy(__name__, EXPORTS)
