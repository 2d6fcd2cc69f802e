"""`frappe.defaults`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"add_default": "minibench.access.defaults",
	"add_global_default": "minibench.access.defaults",
	"add_user_default": "minibench.access.defaults",
	"clear_default": "minibench.access.defaults",
	"clear_user_default": "minibench.access.defaults",
	"get_defaults": "minibench.access.defaults",
	"get_defaults_for": "minibench.access.defaults",
	"get_global_default": "minibench.access.defaults",
	"get_user_default": "minibench.access.defaults",
	"get_user_default_as_list": "minibench.access.defaults",
	"get_user_permission_default": "minibench.access.defaults",
	"is_a_user_permission_key": "minibench.access.defaults",
	"not_in_user_permission": "minibench.access.defaults",
	"set_default": "minibench.access.defaults",
	"set_global_default": "minibench.access.defaults",
	"set_user_default": "minibench.access.defaults",
}

__getattr__ = lazy(__name__, EXPORTS)
