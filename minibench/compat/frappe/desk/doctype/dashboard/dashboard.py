"""`frappe.desk.doctype.dashboard.dashboard`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"Dashboard": "minibench.doctypes.dashboard.dashboard",
	"get_permission_query_conditions": "minibench.analytics.dashboard",
	"get_permitted_cards": "minibench.analytics.dashboard",
	"get_permitted_charts": "minibench.analytics.dashboard",
}

__getattr__ = lazy(__name__, EXPORTS)
