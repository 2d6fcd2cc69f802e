"""Server Scripts: which run when, and what each kind may do."""

from __future__ import annotations

from functools import partial
from typing import Any

from minibench.automation import registry
from minibench.automation.safe_exec import safe_exec
from minibench.context import flags, session
from minibench.errors import DoesNotExistError, PermissionError

EVENT_MAP = {
	"before_insert": "Before Insert",
	"after_insert": "After Insert",
	"before_validate": "Before Validate",
	"validate": "Before Save",
	"on_update": "After Save",
	"before_rename": "Before Rename",
	"after_rename": "After Rename",
	"before_submit": "Before Submit",
	"on_submit": "After Submit",
	"before_cancel": "Before Cancel",
	"on_cancel": "After Cancel",
	"on_trash": "Before Delete",
	"after_delete": "After Delete",
	"before_update_after_submit": "Before Save (Submitted Document)",
	"on_update_after_submit": "After Save (Submitted Document)",
	"before_print": "Before Print",
	"on_payment_authorized": "On Payment Authorization",
}
DEFAULT_RATE_LIMIT = 5
DEFAULT_RATE_SECONDS = 24 * 60 * 60


def get_server_script_map() -> dict[str, Any]:
	"""DocType -> event -> names; "_api": method -> name; "permission_query": DocType -> name."""
	active = registry.current()
	return {
		**active.scripts,
		"_api": active.api_scripts,
		"permission_query": active.permission_scripts,
	}


def run_for_document_event(doc: Any, method: str) -> None:
	"""Run the scripts of this document event. Scripts rest while an app is installed or the site is migrated."""
	from minibench.model.document import get_cached_doc

	event = EVENT_MAP.get(method)
	if event is None or flags.in_install or flags.in_migrate:
		return
	for name in registry.current().scripts.get(doc.doctype, {}).get(event, ()):
		get_cached_doc("Server Script", name).execute_doc(doc)


def get_permission_query_conditions(doctype: str, user: str) -> str:
	"""The SQL condition that a Permission Query script gives for what `user` sees of `doctype`; "" for no limit."""
	from minibench.model.document import get_cached_doc

	name = registry.current().permission_scripts.get(doctype)
	if not name:
		return ""
	return get_cached_doc("Server Script", name).get_permission_query_conditions(user) or ""


def execute_method(script: Any) -> Any:
	"""Run an API script within its rate limit. Returns the flags that it set.

	Raises:
		DoesNotExistError: the script is no API.
		PermissionError: a guest calls what guests may not.
		RateLimitExceededError: it was called too often.
	"""
	from minibench.web.rate_limit import rate_limit

	if not script.enable_rate_limit:
		return _execute_api(script=script)
	limit = rate_limit(
		limit=script.rate_limit_count or DEFAULT_RATE_LIMIT,
		seconds=script.rate_limit_seconds or DEFAULT_RATE_SECONDS,
	)
	return limit(partial(_execute_api, script=script))()


def _execute_api(script: Any) -> Any:
	if script.script_type != "API":
		raise DoesNotExistError
	if session.user == "Guest" and not script.allow_guest:
		raise PermissionError
	names, _locals = safe_exec(script.script, script_filename=script.name)
	return names["frappe"]["flags"]


def execute_for_document(script: Any, doc: Any) -> None:
	"""Run a document event's script with `doc` in reach. It cannot end the transaction."""
	safe_exec(script.script, _locals={"doc": doc}, restrict_commit_rollback=True, script_filename=script.name)


def execute_scheduled(script: Any) -> None:
	if script.script_type != "Scheduler Event":
		raise DoesNotExistError
	safe_exec(script.script, script_filename=script.name)


def execute_permission_query(script: Any, user: str) -> str | None:
	"""What the script left in `conditions`."""
	names: dict[str, Any] = {"user": user, "conditions": ""}
	safe_exec(script.script, None, names, script_filename=script.name)
	return names["conditions"] or None


def setup_scheduler_events(script_name: str, frequency: str, cron_format: str | None = None) -> None:
	"""Give a Scheduler Event script its Scheduled Job Type, or bring that up to date."""
	from minibench.collaboration.messages import msgprint
	from minibench.context import db
	from minibench.hooks import scrub
	from minibench.model.document import get_doc
	from minibench.translate import _

	method = scrub(f"{script_name}-{frequency}")
	existing = db.get_value("Scheduled Job Type", {"method": method})
	if not existing:
		get_doc(
			{
				"doctype": "Scheduled Job Type",
				"method": method,
				"frequency": frequency,
				"server_script": script_name,
				"cron_format": cron_format,
			}
		).insert()
		msgprint(_("Enabled scheduled execution for script {0}").format(script_name))
		return
	job = get_doc("Scheduled Job Type", existing)
	if job.frequency == frequency:
		return
	job.frequency = frequency
	job.cron_format = cron_format
	job.save()
	msgprint(_("Scheduled execution for script {0} has updated").format(script_name))
