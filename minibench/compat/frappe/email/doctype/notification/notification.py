"""`frappe.email.doctype.notification.notification`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"DATE_BASED_EVENTS": "minibench.automation.notification",
	"evaluate_alert": "minibench.automation.notification",
	"FORBIDDEN_DOCUMENT_TYPES": "minibench.doctypes.notification.notification",
	"get_assignees": "minibench.automation.notification",
	"get_context": "minibench.automation.notification",
	"get_documents_for_today": "minibench.automation.notification",
	"get_reference_doctype": "minibench.automation.notification",
	"get_reference_name": "minibench.automation.notification",
	"Notification": "minibench.doctypes.notification.notification",
	"trigger_daily_alerts": "minibench.automation.notification",
}

__getattr__ = lazy(__name__, EXPORTS)
