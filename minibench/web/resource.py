"""The REST API, version 1: `/api/resource/<DocType>/<name>` and `/api/method/<dotted.name>`."""

from __future__ import annotations

import json
from typing import Any

from minibench.context import local
from minibench.errors import PermissionError


def handle_rpc_call(method: str) -> Any:
	from minibench.web import handler

	local.form_dict.cmd = method.split("/")[0]
	return handler.handle()


def document_list(doctype: str) -> Any:
	from minibench.hooks import call
	from minibench.values.numbers import sbool
	from minibench.web.desk.client import get_list

	form = local.form_dict
	if form.get("fields"):
		form["fields"] = json.loads(form["fields"])
	form.setdefault("limit_page_length", form.limit or form.limit_page_length or 20)
	for flag in ("as_dict", "debug"):
		if form.get(flag) is not None:
			form[flag] = sbool(form[flag])
	return call(get_list, doctype, **form)


def create_doc(doctype: str) -> Any:
	from minibench.model.document import new_doc

	data = request_data()
	data.pop("doctype", None)
	return new_doc(doctype, **data).insert()


def update_doc(doctype: str, name: str) -> Any:
	data = request_data()
	data.pop("flags", None)
	return save_update(doctype, name, data)


def save_update(doctype: str, name: str, data: dict[str, Any]) -> Any:
	"""Save `data` over a document that nobody else can change meanwhile. A child row saves its parent too."""
	from minibench.model.document import get_doc

	doc = get_doc(doctype, name, for_update=True)
	doc.update(data)
	doc.save()
	if doc.get("parenttype"):
		get_doc(doc.parenttype, doc.parent).save()
	return doc


def delete_doc(doctype: str, name: str) -> str:
	from minibench.model.deletion import delete_doc as delete

	delete(doctype, name, ignore_missing=False)
	local.response.http_status_code = 202
	return "ok"


def read_doc(doctype: str, name: str) -> Any:
	from minibench.model.document import get_doc

	if "run_method" in local.form_dict:
		return execute_doc_method(doctype, name)
	doc = get_doc(doctype, name)
	if not doc.has_permission("read"):
		raise PermissionError
	doc.apply_fieldlevel_read_permissions()
	return doc


def execute_doc_method(doctype: str, name: str, method: str | None = None) -> Any:
	"""Run a document's whitelisted method: by GET for who may read it, by POST for who may write it."""
	from minibench.collaboration.messages import throw
	from minibench.model.document import get_doc
	from minibench.translate import _

	method = method or local.form_dict.pop("run_method")
	doc = get_doc(doctype, name)
	doc.is_whitelisted(method)
	needed = {"GET": "read", "POST": "write"}.get(local.request.method)
	if needed is None:
		return None
	if not doc.has_permission(needed):
		throw(_("Not permitted"), PermissionError)
	return doc.run_method(method, **local.form_dict)


def request_data() -> Any:
	"""The document's values: from the argument `data`, the JSON body, or the form."""
	from minibench.values.jsonio import parse_json

	data = local.form_dict.data
	if data is None:
		data = local.request.get_data(as_text=True)
	try:
		return parse_json(data)
	except ValueError:
		return local.form_dict
