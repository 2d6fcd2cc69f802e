"""What a client sees of an exception: JSON for the API and scripts, a page for browsers."""

from __future__ import annotations

import logging
from typing import Any

from werkzeug.wrappers import Response

from minibench.context import local
from minibench.errors import AuthenticationError, QueryDeadlockError, QueryTimeoutError, SessionStopped

log = logging.getLogger("minibench.web")


def respond(error: Exception) -> Any:
	"""The response to the exception that is being handled."""
	try:
		return _respond(error)
	except Exception:
		log.exception("The answer to an error failed itself")
		return Response("Server Error", status=500, mimetype="text/plain")


def _respond(error: Exception) -> Any:
	from minibench.web.response import report_error

	if not getattr(local, "initialised", False) or local.request is None:
		log.exception("A request could not begin")
		return Response("Server Error", status=500, mimetype="text/plain")
	status = getattr(error, "http_status_code", 500)
	if not local.session.user:
		# The session could not be made: whoever it is has not shown who they are.
		local.session.user = "Guest"
	if wants_json():
		response: Any = report_error(status)
	elif status == 429:
		from minibench.web.rate_limit import respond as too_many

		response = too_many() or _page("Too Many Requests", "", status)
	else:
		response = _error_page(error, status)
	cookies, login = getattr(local, "cookie_manager", None), getattr(local, "login_manager", None)
	if status >= 500:
		_remember(error)
	if type(error) is AuthenticationError and cookies is not None and login is not None:
		login.clear_cookies()
	return response


def wants_json() -> bool:
	"""Does the client read JSON rather than a page?"""
	accept = local.request.headers.get("Accept") or ""
	if accept and (local.is_ajax or "application/json" in accept):
		return True
	return local.request.path.startswith("/api/") and not accept.startswith("text")


def _error_page(error: Exception, status: int) -> Any:
	from minibench.translate import _

	if isinstance(error, SessionStopped):
		return _page(
			_("Updating"),
			_("The system is being updated. Please refresh again after a few moments."),
			503,
			"orange",
		)
	if isinstance(error, QueryTimeoutError | QueryDeadlockError):
		status = 508
	known = {
		401: (_("Session Expired"), _("Your session has expired, please login again to continue.")),
		403: (_("Not Permitted"), _("You do not have enough permissions to complete the action")),
		404: (_("Not Found"), _("The resource you are looking for is not available")),
	}
	if status in known:
		return _page(*known[status], status)
	return _page(_("Server Error"), _traceback(), status, width=640)


def _traceback() -> str:
	from markupsafe import escape

	from minibench.errors_log import get_traceback
	from minibench.web.response import allows_traceback

	if local.flags.disable_traceback or not allows_traceback():
		return ""
	return f"<pre>{escape(get_traceback())}</pre>"


def _page(title: str, html: str, status: int, color: str = "red", **kwargs: Any) -> Any:
	from minibench.web.pages.message import respond_as_web_page
	from minibench.web.pages.serve import get_response

	respond_as_web_page(title, html, http_status_code=status, indicator_color=color, **kwargs)
	return get_response("message", http_status_code=status)


def _remember(error: Exception) -> None:
	"""Write an error that nobody foresaw to the log, and to the Error Log once this transaction is undone."""
	log.error("%s %s failed", local.request.method, local.request.path, exc_info=error)
	if local.db and not isinstance(error, SessionStopped):
		from minibench.errors_log import log_error_snapshot

		log_error_snapshot(error)
