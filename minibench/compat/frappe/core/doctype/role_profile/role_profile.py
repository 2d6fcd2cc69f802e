"""`frappe.core.doctype.role_profile.role_profile`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"RoleProfile": "minibench.doctypes.role_profile.role_profile",
}

__getattr__ = lazy(__name__, EXPORTS)
