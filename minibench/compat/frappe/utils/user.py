"""`frappe.utils.user`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"add_role": "minibench.access.users",
	"add_system_manager": "minibench.access.users",
	"get_enabled_system_users": "minibench.access.users",
	"get_fullname_and_avatar": "minibench.access.users",
	"get_system_managers": "minibench.access.users",
	"get_user_fullname": "minibench.access.users",
	"get_users": "minibench.access.users",
	"get_users_with_role": "minibench.access.users",
	"is_website_user": "minibench.access.users",
	"UserPermissions": "minibench.access.user_access",
}

__getattr__ = lazy(__name__, EXPORTS)
