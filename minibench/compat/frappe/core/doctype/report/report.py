"""`frappe.core.doctype.report.report`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"get_report_module_dotted_path": "minibench.doctypes.report.report",
	"is_prepared_report_enabled": "minibench.doctypes.report.report",
	"Report": "minibench.doctypes.report.report",
}

__getattr__ = lazy(__name__, EXPORTS)
