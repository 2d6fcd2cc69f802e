"""The paths below /api: version 1 at /api and /api/v1, version 2 at /api/v2."""

from __future__ import annotations

from typing import Any

from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, Rule, Submount
from werkzeug.wrappers import Response

from minibench.context import local
from minibench.errors import DoesNotExistError
from minibench.web import files, handler, resource, resource_v2
from minibench.web.response import build_response


def _rule(path: str, endpoint: Any, *methods: str) -> Rule:
	return Rule(path, endpoint=endpoint, methods=list(methods) or None)


def _version_1() -> list[Rule]:
	return [
		_rule("/method/<path:method>", resource.handle_rpc_call),
		_rule("/resource/<doctype>", resource.document_list, "GET"),
		_rule("/resource/<doctype>", resource.create_doc, "POST"),
		_rule("/resource/<doctype>/<path:name>/", resource.read_doc, "GET"),
		_rule("/resource/<doctype>/<path:name>/", resource.update_doc, "PUT"),
		_rule("/resource/<doctype>/<path:name>/", resource.delete_doc, "DELETE"),
		_rule("/resource/<doctype>/<path:name>/", resource.execute_doc_method, "POST"),
	]


def _version_2() -> list[Rule]:
	return [
		_rule("/method/login", resource_v2.login),
		_rule("/method/logout", resource_v2.logout),
		_rule("/method/ping", handler.ping),
		_rule("/method/upload_file", files.upload_file),
		_rule("/method/<method>", resource_v2.handle_rpc_call),
		_rule("/method/run_doc_method", resource_v2.run_doc_method_endpoint, "GET", "POST"),
		_rule("/method/<doctype>/<method>", resource_v2.handle_rpc_call),
		_rule("/document/<doctype>", resource_v2.document_list, "GET"),
		_rule("/document/<doctype>", resource_v2.create_doc, "POST"),
		_rule("/document/<doctype>/<path:name>/", resource_v2.read_doc, "GET"),
		_rule("/document/<doctype>/<path:name>/copy", resource_v2.copy_doc, "GET"),
		_rule("/document/<doctype>/<path:name>/", resource_v2.update_doc, "PATCH", "PUT"),
		_rule("/document/<doctype>/<path:name>/", resource_v2.delete_doc, "DELETE"),
		_rule(
			"/document/<doctype>/<path:name>/method/<method>/", resource_v2.execute_doc_method, "GET", "POST"
		),
		_rule("/doctype/<doctype>/meta", resource_v2.get_meta, "GET"),
		_rule("/doctype/<doctype>/count", resource_v2.count, "GET"),
	]


URL_MAP = Map(
	[Submount("/api", _version_1()), Submount("/api/v1", _version_1()), Submount("/api/v2", _version_2())],
	strict_slashes=False,
	merge_slashes=False,
)


def handle(request: Any) -> Any:
	"""Answer a request below /api.

	Raises:
		DoesNotExistError: nothing lives at this path.
		MethodNotAllowed: something does, but not for this HTTP method.
	"""
	try:
		endpoint, arguments = URL_MAP.bind_to_environ(request.environ).match()
	except NotFound:
		raise DoesNotExistError from None
	data = endpoint(**arguments)
	if isinstance(data, Response):
		return data
	if data is not None:
		local.response["data"] = data
	return build_response("json")
