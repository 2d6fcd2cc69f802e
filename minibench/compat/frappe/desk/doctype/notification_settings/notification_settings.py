"""`frappe.desk.doctype.notification_settings.notification_settings`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"create_notification_settings": "minibench.doctypes.notification_settings.notification_settings",
	"get_permission_query_conditions": "minibench.doctypes.notification_settings.notification_settings",
	"has_permission": "minibench.doctypes.notification_settings.notification_settings",
	"is_email_notifications_enabled": "minibench.automation.notification_log",
	"is_email_notifications_enabled_for_type": "minibench.automation.notification_log",
	"is_notifications_enabled": "minibench.automation.notification_log",
	"NotificationSettings": "minibench.doctypes.notification_settings.notification_settings",
	"set_seen_value": "minibench.doctypes.notification_settings.notification_settings",
	"toggle_notifications": "minibench.doctypes.notification_settings.notification_settings",
}

__getattr__ = lazy(__name__, EXPORTS)
