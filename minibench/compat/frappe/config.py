"""`frappe.config`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get_modules_from_all_apps_for_user": "minibench.analytics.allowed_reports",
}

__getattr__ = lazy(__name__, EXPORTS)
