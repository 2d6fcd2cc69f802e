"""`frappe.desk.doctype.notification_log.notification_log`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"enqueue_create_notification": "minibench.automation.notification_log",
	"get_email_header": "minibench.automation.notification_log",
	"get_notification_logs": "minibench.automation.notification_log",
	"get_permission_query_conditions": "minibench.automation.notification_log",
	"get_title": "minibench.automation.notification_log",
	"get_title_html": "minibench.automation.notification_log",
	"make_notification_logs": "minibench.automation.notification_log",
	"mark_all_as_read": "minibench.automation.notification_log",
	"mark_as_read": "minibench.automation.notification_log",
	"NotificationLog": "minibench.doctypes.notification_log.notification_log",
	"send_notification_email": "minibench.automation.notification_log",
	"set_notifications_as_unseen": "minibench.automation.notification_log",
	"trigger_indicator_hide": "minibench.automation.notification_log",
}

__getattr__ = lazy(__name__, EXPORTS)
