"""Runs a whitelisted function, or a whitelisted method of a document, for a request."""

from inspect import signature
from typing import Any

from werkzeug.wrappers import Response

from minibench.context import local, session
from minibench.hooks import call
from minibench.web.files import download_file, upload_file, uploadfile
from minibench.web.whitelist import (
	is_valid_http_method,
	is_whitelisted,
	throw_permission_error,
	whitelist,
)


def handle() -> Any:
	"""Run `form_dict.cmd`. Its value goes into the response as `message`, unless it is a Response itself."""
	command = local.form_dict.cmd
	# Logging in has happened already, when the session was started.
	data = None if command == "login" else execute_cmd(command)
	if isinstance(data, Response):
		return data
	if data is not None:
		local.response["message"] = data
	return None


def execute_cmd(cmd: str, from_async: bool = False) -> Any:
	"""Run the function that the request calls `cmd`: an app's override, an API script, or a whitelisted function.

	Raises:
		ValidationError: there is no such function.
		PermissionError: it is not whitelisted, for guests not, or not for this HTTP method.
	"""
	return run_function(cmd, get_attr, "Failed to get method for command {0} with {1}")


def run_function(name: str, find: Any, not_found: str) -> Any:
	from minibench.automation.server_script import get_server_script_map
	from minibench.collaboration.messages import throw
	from minibench.hooks import get_hooks
	from minibench.translate import _

	overrides = get_hooks("override_whitelisted_methods", {}).get(name)
	if overrides:
		name = overrides[-1]
	script = get_server_script_map().get("_api", {}).get(name)
	if script:
		return run_server_script(script)
	try:
		method = find(name)
	except Exception as error:
		throw(_(not_found).format(name, error))
	if method is not run_doc_method:
		is_whitelisted(method)
		is_valid_http_method(method)
	return call(method, **local.form_dict)


def run_server_script(script: str) -> Any:
	"""Run an API script. Returns its flags, or None when it wrote into `frappe.response` itself."""
	from minibench.model.document import get_doc

	flags = get_doc("Server Script", script).execute_method()
	return flags if flags != {} else None


def get_attr(cmd: str) -> Any:
	"""The function that a request calls `cmd`: a dotted name, or one of this module's short names."""
	if "." not in cmd:
		return SHORT_NAMES[cmd]
	from minibench.hooks import get_attr as get_dotted

	return get_dotted(cmd)


@whitelist(allow_guest=True)
def ping() -> str:
	return "pong"


@whitelist(allow_guest=True)
def logout() -> None:
	local.login_manager.logout()
	local.db.commit()


@whitelist(allow_guest=True)
def web_logout() -> None:
	from minibench.translate import _
	from minibench.web.pages.message import respond_as_web_page

	logout()
	respond_as_web_page(
		_("Logged Out"),
		_("You have been successfully logged out"),
		indicator_color="green",
		primary_action="/login",
	)


@whitelist()
def get_logged_user() -> str:
	return str(session.user)


def run_doc_method(
	method: str,
	docs: Any = None,
	dt: str | None = None,
	dn: str | None = None,
	arg: Any = None,
	args: Any = None,
) -> None:
	"""Run a whitelisted method of a document: of the stored one `dt`, `dn`, or of the one that is sent as `docs`."""
	from minibench.model.document import get_doc
	from minibench.values.jsonio import parse_json

	args = args or arg
	if dt:
		doc = get_doc(dt, dn or dt)
	else:
		doc = get_doc(parse_json(docs))
		doc._original_modified = doc.modified
		doc.check_if_latest()
	if not doc or not doc.has_permission("read"):
		throw_permission_error()
	try:
		args = parse_json(args)
	except ValueError:
		pass

	bound = getattr(doc, method)
	fn = getattr(bound, "__func__", bound)
	is_whitelisted(fn)
	is_valid_http_method(fn)
	accepted = list(signature(bound).parameters)
	if not accepted or accepted == ["self"]:
		result = doc.run_method(method)
	elif "args" in accepted or not isinstance(args, dict):
		result = doc.run_method(method, args)
	else:
		result = doc.run_method(method, **args)

	local.response.docs.append(doc)
	if result is None:
		return
	if int(local.form_dict.get("as_csv") or 0):
		from minibench.analytics.spreadsheets import build_csv_response
		from minibench.translate import _

		build_csv_response(result, _(doc.doctype).replace(" ", ""))
		return
	local.response["message"] = result


SHORT_NAMES = {
	"ping": ping,
	"logout": logout,
	"web_logout": web_logout,
	"upload_file": upload_file,
	"uploadfile": uploadfile,
	"download_file": download_file,
	"run_doc_method": run_doc_method,
	"runserverobj": run_doc_method,
}
"""What may be called without saying where it lives."""
