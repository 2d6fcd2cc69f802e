"""`frappe.core.doctype.user.user`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"create_contact": "minibench.doctypes.user.user_links",
	"generate_keys": "minibench.doctypes.user.user_account",
	"get_all_roles": "minibench.doctypes.user.user_lists",
	"get_enabled_users": "minibench.access.users",
	"get_perm_info": "minibench.doctypes.user.user_lists",
	"get_permission_query_conditions": "minibench.doctypes.user.user",
	"get_restricted_ip_list": "minibench.access.users",
	"get_role_profile": "minibench.doctypes.user.user_account",
	"get_roles": "minibench.doctypes.user.user_lists",
	"get_system_users": "minibench.access.users",
	"has_permission": "minibench.doctypes.user.user",
	"impersonate": "minibench.doctypes.user.user_account",
	"notify_admin_access_to_system_manager": "minibench.doctypes.user.user_mail",
	"reset_password": "minibench.doctypes.user.user_account",
	"sign_up": "minibench.doctypes.user.user_account",
	"STANDARD_USERS": "minibench.access.users",
	"switch_theme": "minibench.doctypes.user.user_account",
	"test_password_strength": "minibench.doctypes.user.user_account",
	"update_password": "minibench.doctypes.user.user_account",
	"User": "minibench.doctypes.user.user",
	"user_query": "minibench.doctypes.user.user_lists",
	"verify_password": "minibench.doctypes.user.user_account",
}

__getattr__ = lazy(__name__, EXPORTS)
