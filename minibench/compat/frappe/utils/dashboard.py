"""`frappe.utils.dashboard`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"cache_source": "minibench.analytics.dashboard_chart",
	"get_dashboards_with_link": "minibench.analytics.dashboard",
}

__getattr__ = lazy(__name__, EXPORTS)
