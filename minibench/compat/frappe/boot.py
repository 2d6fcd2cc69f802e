"""`frappe.boot`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get_allowed_report_names": "minibench.analytics.allowed_reports",
	"get_allowed_reports": "minibench.analytics.allowed_reports",
}

__getattr__ = lazy(__name__, EXPORTS)
