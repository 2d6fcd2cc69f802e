"""`frappe.apps`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get_apps": "minibench.web.pages.home",
	"get_default_path": "minibench.web.pages.home",
}

__getattr__ = lazy(__name__, EXPORTS)
