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

has_permission = {"User": "minibench.doctypes.user.user.has_permission"}
permission_query_conditions = {"User": "minibench.doctypes.user.user.get_permission_query_conditions"}

on_session_creation = [
	"minibench.doctypes.activity_log.activity_log.login_feed",
	"minibench.doctypes.user.user.notify_admin_access_to_system_manager",
]
