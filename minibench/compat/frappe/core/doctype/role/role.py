"""`frappe.core.doctype.role.role`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get_info_based_on_role": "minibench.doctypes.role.role",
	"get_user_info": "minibench.doctypes.role.role",
	"get_users": "minibench.doctypes.role.role",
	"Role": "minibench.doctypes.role.role",
	"role_query": "minibench.doctypes.role.role",
	"STANDARD_ROLES": "minibench.doctypes.role.role",
}

__getattr__ = lazy(__name__, EXPORTS)
