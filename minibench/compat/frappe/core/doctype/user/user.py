"""`frappe.core.doctype.user.user`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get_enabled_users": "minibench.users",
	"get_permission_query_conditions": "minibench.doctypes.user.user",
	"get_restricted_ip_list": "minibench.users",
	"get_roles": "minibench.users",
	"get_system_users": "minibench.users",
	"has_permission": "minibench.doctypes.user.user",
	"User": "minibench.doctypes.user.user",
}

__getattr__ = lazy(__name__, EXPORTS)
