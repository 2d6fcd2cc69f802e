"""`frappe.desk.doctype.dashboard_chart_source.dashboard_chart_source`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get_config": "minibench.analytics.dashboard",
}

__getattr__ = lazy(__name__, EXPORTS)
