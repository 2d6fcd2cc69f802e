"""The framework's own hooks, as `hooks.py` is an app's."""

from __future__ import annotations

app_name = "frappe"
app_title = "Framework"
app_publisher = "minibench"
app_description = "The part of Frappe Framework v15 that is embedded here"
app_license = "GPL-3.0"

# A document may be deleted although these refer to it: they are notes about it, deleted or emptied afterwards.
ignore_links_on_delete = [
	"Communication",
	"ToDo",
	"DocShare",
	"Email Unsubscribe",
	"Activity Log",
	"File",
	"Version",
	"Document Follow",
	"Comment",
	"View Log",
	"Tag Link",
	"Notification Log",
	"Email Queue",
	"Document Share Key",
	"Workspace",
	"Route History",
	"Access Log",
]

website_route_rules = [
	{"from_route": "/profile", "to_route": "me"},
	{"from_route": "/app/<path:app_path>", "to_route": "app"},
]

has_permission = {
	"User": "minibench.doctypes.user.user.has_permission",
	"File": "minibench.collaboration.file_permissions.has_permission",
	"ToDo": "minibench.collaboration.todo.has_permission",
	"Number Card": "minibench.analytics.number_card.has_permission",
	"Dashboard Chart": "minibench.analytics.dashboard_chart.has_permission",
	"Communication": "minibench.doctypes.communication.communication.has_permission",
	"Notification Settings": "minibench.doctypes.notification_settings.notification_settings.has_permission",
	"Workflow Action": "minibench.automation.workflow_actions.has_permission",
}
permission_query_conditions = {
	"User": "minibench.doctypes.user.user.get_permission_query_conditions",
	"File": "minibench.collaboration.file_permissions.get_permission_query_conditions",
	"ToDo": "minibench.collaboration.todo.get_permission_query_conditions",
	"Number Card": "minibench.analytics.number_card.get_permission_query_conditions",
	"Dashboard Chart": "minibench.analytics.dashboard_chart.get_permission_query_conditions",
	"Dashboard": "minibench.analytics.dashboard.get_permission_query_conditions",
	"Communication": (
		"minibench.doctypes.communication.communication.get_permission_query_conditions_for_communication"
	),
	"Notification Log": "minibench.automation.notification_log.get_permission_query_conditions",
	"Notification Settings": (
		"minibench.doctypes.notification_settings.notification_settings.get_permission_query_conditions"
	),
	"Workflow Action": "minibench.automation.workflow_actions.get_permission_query_conditions",
}

jinja = {
	"methods": ["minibench.template_helpers"],
	"filters": [
		"minibench.values.dateformats.global_date_format",
		"minibench.values.html.markdown",
		"minibench.values.urls.abs_url",
	],
}

doc_events = {
	"*": {
		"on_update": ["minibench.collaboration.files.attach_files_to_document"],
		"on_update_after_submit": ["minibench.collaboration.files.attach_files_to_document"],
	}
}

after_job = ["minibench.model.locking.release_document_locks"]

# Named as v15 names them: a Scheduled Job Type's name is made of its method's.
scheduler_events = {
	"cron": {
		"0/15 * * * *": ["frappe.deferred_insert.save_to_db"],
		"45 0 * * *": ["frappe.core.doctype.log_settings.log_settings.run_log_clean_up"],
	},
	"all": ["frappe.email.queue.flush"],
	"daily": [
		"frappe.sessions.clear_expired_sessions",
		"frappe.email.doctype.notification.notification.trigger_daily_alerts",
	],
}

default_log_clearing_doctypes = {
	"Error Log": 14,
	"Email Queue": 30,
	"Scheduled Job Log": 7,
	"Activity Log": 90,
}

on_session_creation = [
	"minibench.doctypes.activity_log.activity_log.login_feed",
	"minibench.doctypes.user.user.notify_admin_access_to_system_manager",
]
