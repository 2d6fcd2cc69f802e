"""`frappe.defaults`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"add_default": "minibench.defaults",
	"add_global_default": "minibench.defaults",
	"add_user_default": "minibench.defaults",
	"clear_default": "minibench.defaults",
	"clear_user_default": "minibench.defaults",
	"get_defaults": "minibench.defaults",
	"get_defaults_for": "minibench.defaults",
	"get_global_default": "minibench.defaults",
	"get_user_default": "minibench.defaults",
	"get_user_default_as_list": "minibench.defaults",
	"get_user_permission_default": "minibench.defaults",
	"is_a_user_permission_key": "minibench.defaults",
	"not_in_user_permission": "minibench.defaults",
	"set_default": "minibench.defaults",
	"set_global_default": "minibench.defaults",
	"set_user_default": "minibench.defaults",
}

__getattr__ = lazy(__name__, EXPORTS)
