"""The REST API, version 2, below `/api/v2`."""

from __future__ import annotations

import json
from typing import Any

from minibench.context import local

PERMISSION_OF_METHOD = {"GET": "read", "POST": "write"}


def handle_rpc_call(method: str, doctype: str | None = None) -> Any:
	"""Run a whitelisted function: by its dotted name, or by its name in the module of a DocType's controller."""
	from minibench.hooks import get_attr
	from minibench.web.handler import run_function

	if doctype:
		from minibench.model.controllers import load_doctype_module

		method = f"{load_doctype_module(doctype).__name__}.{method}"
	return run_function(method, get_attr, "Failed to get method {0} with {1}")


def login() -> None:
	"""Nothing is left to do: logging in happened when the session was started."""


def logout() -> None:
	local.login_manager.logout()
	local.db.commit()


def read_doc(doctype: str, name: str) -> Any:
	from minibench.model.document import get_doc

	doc = get_doc(doctype, name)
	doc.check_permission("read")
	doc.apply_fieldlevel_read_permissions()
	return doc


def document_list(doctype: str) -> Any:
	from minibench.hooks import call
	from minibench.web.desk.client import get_list

	form = local.form_dict
	if form.get("fields"):
		form["fields"] = json.loads(form["fields"])
	form.limit_page_length = form.limit or 20
	return call(get_list, doctype, **form)


def count(doctype: str) -> int:
	from minibench.web.desk.reportview import get_count

	local.form_dict.doctype = doctype
	return get_count()


def create_doc(doctype: str) -> Any:
	from minibench.model.document import new_doc

	data = local.form_dict
	data.pop("doctype", None)
	return new_doc(doctype, **data).insert()


def copy_doc(doctype: str, name: str, ignore_no_copy: bool = True) -> Any:
	"""A copy of the document without what is its own, to be changed and posted as a new one."""
	from minibench.model.document import copy_doc as copy
	from minibench.model.document import get_doc

	doc = get_doc(doctype, name)
	doc.check_permission("read")
	doc.apply_fieldlevel_read_permissions()
	return copy(doc, ignore_no_copy=ignore_no_copy).as_dict(no_private_properties=True, no_nulls=True)


def update_doc(doctype: str, name: str) -> Any:
	from minibench.web.resource import save_update

	data = local.form_dict
	data.pop("flags", None)
	return save_update(doctype, name, data)


def delete_doc(doctype: str, name: str) -> str:
	from minibench.web.desk.client import delete_doc as delete

	delete(doctype, name)
	local.response.http_status_code = 202
	return "ok"


def get_meta(doctype: str) -> Any:
	from minibench.access.roles import only_for
	from minibench.model.meta import get_meta as load_meta

	only_for("All")
	return load_meta(doctype)


def execute_doc_method(doctype: str, name: str, method: str | None = None) -> Any:
	from minibench.model.document import get_doc

	method = method or local.form_dict.pop("run_method")
	doc = get_doc(doctype, name)
	doc.is_whitelisted(method)
	doc.check_permission(PERMISSION_OF_METHOD[local.request.method])
	return doc.run_method(method, **local.form_dict)


def run_doc_method_endpoint() -> Any:
	from minibench.hooks import call

	return call(run_doc_method, **local.form_dict)


def run_doc_method(method: str, document: Any, kwargs: dict[str, Any] | None = None) -> Any:
	"""Run a whitelisted method on the document as it was sent, stored or not; answer with both its value and it."""
	from minibench.hooks import get_newargs
	from minibench.model.document import get_doc
	from minibench.values.jsonio import parse_json
	from minibench.web.whitelist import is_valid_http_method, is_whitelisted

	doc = get_doc(parse_json(document))
	doc._original_modified = doc.modified
	doc.check_if_latest()
	doc.check_permission(PERMISSION_OF_METHOD[local.request.method])
	bound = getattr(doc, method)
	fn = getattr(bound, "__func__", bound)
	is_whitelisted(fn)
	is_valid_http_method(fn)
	result = doc.run_method(method, **get_newargs(fn, kwargs or {}))
	local.response.docs.append(doc)
	return result
