"""The connections that a form shows: which other documents refer to it."""

from __future__ import annotations

from typing import Any

from minibench.context import Dict
from minibench.hooks import get_attr, get_hooks
from minibench.model.controllers import load_doctype_module
from minibench.model.meta import Meta
from minibench.translate import _


def get_dashboard_data(meta: Meta) -> Dict:
	"""From `<doctype>_dashboard.py`, the DocType's own links and the hook `override_doctype_dashboards`."""
	data = Dict()
	if not meta.custom:
		try:
			module = load_doctype_module(meta.name, meta.module, suffix="_dashboard")
		except ImportError:
			module = None
		if module is not None and hasattr(module, "get_data"):
			data = Dict(module.get_data())
	_add_links(meta, data)
	if not meta.custom:
		for hook in get_hooks("override_doctype_dashboards", {}).get(meta.name, []):
			data = Dict(get_attr(hook)(data=data))
	return data


def _add_links(meta: Meta, data: Dict) -> None:
	data.transactions = data.transactions or []
	data.non_standard_fieldnames = data.non_standard_fieldnames or {}
	data.internal_links = data.internal_links or {}
	for link in meta.links:
		if link.hidden:
			continue
		doctype = link.parent_doctype or link.link_doctype
		group = _group(data.transactions, link.group)
		if group is None:
			data.transactions.append({"label": link.group, "items": [doctype]})
		elif doctype not in group["items"]:
			group["items"].append(doctype)
		if link.is_child_table:
			data.internal_links[link.parent_doctype] = [link.table_fieldname, link.link_fieldname]
			continue
		if group is None and not data.fieldname and link.link_fieldname:
			data.fieldname = link.link_fieldname
		data.non_standard_fieldnames[link.link_doctype] = link.link_fieldname


def _group(groups: list[dict[str, Any]], label: str | None) -> dict[str, Any] | None:
	if not label:
		return None
	return next((group for group in groups if _(group.get("label") or "") == _(label)), None)
