"""`frappe.utils.user`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"add_role": "minibench.users",
	"add_system_manager": "minibench.users",
	"get_enabled_system_users": "minibench.users",
	"get_fullname_and_avatar": "minibench.users",
	"get_system_managers": "minibench.users",
	"get_user_fullname": "minibench.users",
	"get_users": "minibench.users",
	"get_users_with_role": "minibench.users",
	"is_website_user": "minibench.users",
	"UserPermissions": "minibench.user_access",
}

__getattr__ = lazy(__name__, EXPORTS)
