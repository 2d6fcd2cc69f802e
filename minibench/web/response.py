"""Turns `frappe.response` into an HTTP response of the kind that the endpoint asked for."""

from __future__ import annotations

import json
import mimetypes
import sys
from collections.abc import Callable
from typing import Any

import werkzeug.utils
from werkzeug.wrappers import Response

from minibench.context import local
from minibench.values.jsonio import json_handler


def build_response(response_type: str | None = None) -> Response:
	"""The response of the type in `frappe.response.type`, or of `response_type`."""
	answer = local.response
	if "docs" in answer and not answer.docs:
		del answer["docs"]
	return BUILDERS[answer.get("type") or response_type]()


def as_json() -> Response:
	make_logs()
	answer = local.response
	status = answer.pop("http_status_code", None)
	return Response(to_json(answer), status=status or 200, mimetype="application/json")


def to_json(value: Any) -> str:
	return json.dumps(value, default=json_handler, separators=(",", ":"))


def as_csv() -> Response:
	return _named_file(f"{local.response['doctype']}.csv", local.response["result"], "text/csv")


def as_txt() -> Response:
	return _named_file(f"{local.response['doctype']}.txt", local.response["result"], "text/plain")


def as_raw() -> Response:
	answer = local.response
	mimetype = (
		answer.get("content_type")
		or mimetypes.guess_type(answer["filename"])[0]
		or "application/octet-stream"
	)
	return _named_file(
		answer["filename"], answer["filecontent"], mimetype, answer.get("display_content_as") or "attachment"
	)


def as_pdf() -> Response:
	return _named_file(local.response["filename"], local.response["filecontent"], "application/pdf", "inline")


def as_binary() -> Response:
	return _named_file(
		local.response["filename"], local.response["filecontent"], "application/octet-stream", "inline"
	)


def _named_file(name: str, content: Any, mimetype: str, disposition: str = "attachment") -> Response:
	response = Response(content, mimetype=mimetype)
	response.headers.add(
		"Content-Disposition", disposition, filename=name.replace("\n", " ").replace("\r", " ")
	)
	return response


def as_page() -> Response:
	from minibench.web.pages.serve import get_response

	response: Response = get_response(local.response["route"], local.response.get("http_status_code") or 200)
	return response


def redirect() -> Response:
	response: Response = werkzeug.utils.redirect(local.response.location, Response=Response)
	return response


BUILDERS: dict[str | None, Callable[[], Response]] = {
	"csv": as_csv,
	"txt": as_txt,
	"download": as_raw,
	"json": as_json,
	"pdf": as_pdf,
	"page": as_page,
	"redirect": redirect,
	"binary": as_binary,
}


def allows_traceback() -> bool:
	"""Does the site show tracebacks to its clients (System Settings: allow_error_traceback)?"""
	if not local.db:
		return False
	from minibench.access.defaults import get_system_settings

	return bool(get_system_settings("allow_error_traceback"))


def is_v2() -> bool:
	request = local.request
	return request is not None and request.path.startswith("/api/v2")


def report_error(status_code: int) -> Response:
	"""The JSON answer to the exception that is being handled."""
	from minibench.errors_log import get_traceback

	shown = (
		allows_traceback()
		and not local.flags.disable_traceback
		and (status_code != 404 or local.conf.logging)
	)
	kind, error, _trace = sys.exc_info()
	type_name = kind.__name__ if kind else ""
	answer = local.response
	trace = public_names(get_traceback()) if shown else ""
	if is_v2():
		entry = {"type": type_name}
		if shown:
			entry["exception"] = trace
		_take_message_of(error, entry)
		answer.errors = [entry]
	else:
		if shown:
			local.error_log.append({"exc": trace})
			answer.exception = trace.splitlines()[-1]
		answer["exc_type"] = type_name
	response = build_response("json")
	response.status_code = status_code
	return response


def public_names(trace: str) -> str:
	"""Error classes by the names that a client knows them by."""
	return trace.replace("minibench.errors.", "frappe.exceptions.")


def _take_message_of(error: BaseException | None, entry: dict[str, Any]) -> None:
	"""Move the message that was shown for `error` from the message log into `entry`."""
	marker = getattr(error, "__frappe_exc_id", None)
	for message in list(local.message_log):
		if message.get("__frappe_exc_id") == marker:
			entry.update(message)
			local.message_log.remove(message)
			entry.pop("raise_exception", None)
			entry.pop("__frappe_exc_id", None)
			return


def make_logs() -> None:
	"""Put the messages that piled up during the request into the answer."""
	answer = local.response
	if is_v2():
		if local.message_log:
			answer["messages"] = local.message_log
		if local.debug_log:
			answer["debug"] = [{"message": entry} for entry in local.debug_log]
		return
	if local.error_log and allows_traceback():
		if source := guess_exception_source(str(local.error_log[0]["exc"])):
			answer["_exc_source"] = source
		answer["exc"] = json.dumps([str(entry["exc"]) for entry in local.error_log])
	if local.message_log:
		answer["_server_messages"] = json.dumps([to_json(entry) for entry in local.message_log])
	if local.debug_log:
		answer["_debug_messages"] = to_json(local.debug_log)
	if local.flags.error_message:
		answer["_error_message"] = local.flags.error_message


def guess_exception_source(trace: str) -> str | None:
	"""The app, or the kind of script, whose file stands last in the traceback; None when it is the framework's own."""
	from minibench.hooks import get_installed_apps

	apps = [app for app in get_installed_apps() if app not in ("frappe", "erpnext")]
	for line in reversed(trace.splitlines()):
		if "<serverscript>" in line:
			return "Server Script"
		for app in apps:
			if f"/{app}/{app}/" in line:
				return f"{app} (app)"
	return None
