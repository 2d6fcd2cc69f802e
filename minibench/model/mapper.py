"""Making one document from another: a delivery note from a sales order."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import Dict, flags
from minibench.epoch import remember
from minibench.errors import PermissionError
from minibench.hooks import get_attr, get_hooks
from minibench.model.document import get_cached_doc, get_doc, new_doc
from minibench.model.fieldtypes import child_table_fields, default_fields
from minibench.translate import _
from minibench.values.text import cstr
from minibench.web.whitelist import whitelist

TableMap = dict[str, Any]


@whitelist()
def make_mapped_doc(method: Any, source_name: Any, selected_children: Any = None, args: Any = None) -> Any:
	"""Call a whitelisted mapping function for a client, with the rows that the user has chosen."""
	overrides = get_hooks("override_whitelisted_methods", {}).get(method, [])
	function = _whitelisted(overrides[-1] if overrides else method)
	if args:
		flags.args = Dict(json.loads(args))
	flags.selected_children = json.loads(selected_children) if selected_children else None
	return function(source_name)


@whitelist()
def map_docs(method: Any, source_names: Any, target_doc: Any, args: Any = None) -> Any:
	"""Map several source documents onto one target."""
	function = _whitelisted(method)
	for source in json.loads(source_names):
		target_doc = function(source, target_doc, *([json.loads(args)] if args else []))
	return target_doc


def _whitelisted(method: str) -> Callable[..., Any]:
	from minibench.web.whitelist import whitelisted

	function: Callable[..., Any] = get_attr(method)
	if function not in whitelisted:
		raise PermissionError
	return function


def get_mapped_doc(
	from_doctype: str,
	from_docname: str,
	table_maps: dict[str, TableMap],
	target_doc: Any = None,
	postprocess: Callable[..., Any] | None = None,
	ignore_permissions: bool = False,
	ignore_child_tables: bool = False,
	cached: bool = False,
) -> Any:
	"""A new, unsaved document, or the given one, with values and rows of the source.

	Args:
		table_maps: source DocType -> what to do with it: `doctype` (the target's), `field_map`, `field_no_map`,
			`validation`, `condition`, `filter`, `postprocess`, `add_if_empty`, `reset_value`, `ignore`.
		postprocess: called with source and target in the end.

	Raises:
		PermissionError: the user may not read the source or create the target.
		ValidationError: a `validation` of the map does not hold.
	"""
	from minibench.access.defaults import get_system_settings

	strict = get_system_settings("apply_strict_user_permissions")
	if not target_doc:
		target_doc = new_doc(table_maps[from_doctype]["doctype"])
	elif isinstance(target_doc, str):
		target_doc = get_doc(json.loads(target_doc))
	if not strict and not ignore_permissions and not target_doc.has_permission("create"):
		target_doc.raise_no_permission_to("create")
	source_doc = (get_cached_doc if cached else get_doc)(from_doctype, from_docname)
	if not ignore_permissions and not source_doc.has_permission("read"):
		source_doc.raise_no_permission_to("read")
	target_doc.run_method("before_mapping", source_doc, table_maps)
	map_doc(source_doc, target_doc, table_maps[source_doc.doctype])
	if not ignore_child_tables:
		_map_tables(source_doc, target_doc, table_maps)
	if postprocess:
		postprocess(source_doc, target_doc)
	target_doc.run_method("after_mapping", source_doc)
	target_doc.set_onload("load_after_mapping", True)
	# Under strict user permissions only the mapped values tell whether the user may create the target.
	if strict and not ignore_permissions and not target_doc.has_permission("create"):
		target_doc.raise_no_permission_to("create")
	return target_doc


def _map_tables(source_doc: Any, target_doc: Any, table_maps: dict[str, TableMap]) -> None:
	had_rows: dict[str, bool] = {}
	chosen = flags.selected_children or {}
	for df in source_doc.meta.get_table_fields():
		table_map = table_maps.get(df.options) or _same_table(df, target_doc)
		if not table_map:
			continue
		parentfield = target_doc.get_parentfield_of_doctype(table_map["doctype"])
		if table_map.get("reset_value"):
			setattr(target_doc, parentfield, [])
		for row in source_doc.get(df.fieldname):
			if "condition" in table_map and not table_map["condition"](row):
				continue
			if df.fieldname in chosen and row.name not in chosen[df.fieldname]:
				continue
			# Whether rows are added "if empty" is decided by what was there before the first one came.
			had_rows.setdefault(parentfield, bool(target_doc.get(parentfield)))
			if table_map.get("ignore") or (table_map.get("add_if_empty") and had_rows[parentfield]):
				continue
			if table_map.get("filter") and table_map["filter"](row):
				continue
			map_child_doc(row, target_doc, table_map, source_doc)


def _same_table(df: Any, target_doc: Any) -> TableMap | None:
	"""A table that both documents have under the same name is copied without being asked for."""
	target = target_doc.meta.get_field(df.fieldname)
	if target and target.options == df.options and not df.no_copy and not target.no_copy:
		return {"doctype": target.options}
	return None


def map_doc(source_doc: Any, target_doc: Any, table_map: TableMap, source_parent: Any = None) -> None:
	"""Give one document or row the values of another one."""
	for key, condition in (table_map.get("validation") or {}).items():
		if condition[0] == "=" and source_doc.get(key) != condition[1]:
			throw(_("Cannot map because following condition fails:") + f" {key}={cstr(condition[1])}")
	map_fields(source_doc, target_doc, table_map, source_parent)
	if "postprocess" in table_map:
		table_map["postprocess"](source_doc, target_doc, source_parent)


def map_fields(source_doc: Any, target_doc: Any, table_map: TableMap, source_parent: Any) -> None:
	"""Copy fields of the same name, then those of `field_map`; fetch what read-only fields show of linked documents."""
	skipped, copied = _fields(source_doc.meta, target_doc.meta, tuple(table_map.get("field_no_map") or ()))
	for df in copied:
		value = source_doc.get(df.fieldname)
		if value not in (None, ""):
			target_doc.set(df.fieldname, value)
		elif df.fieldtype == "Link" and not target_doc.get(df.fieldname):
			# A link to the kind of document that is mapped is a link to that document.
			if df.options == source_doc.doctype:
				target_doc.set(df.fieldname, source_doc.name)
			elif source_parent and df.options == source_parent.doctype:
				target_doc.set(df.fieldname, source_parent.name)
	field_map = table_map.get("field_map") or {}
	for source_key, target_key in field_map.items() if isinstance(field_map, dict) else field_map:
		value = source_doc.get(source_key)
		if value not in (None, ""):
			target_doc.set(target_key, value)
	if source_doc.idx:
		target_doc.idx = source_doc.idx
	for df in target_doc.meta.get_link_fields():
		if target_doc.get(df.fieldname):
			map_fetch_fields(target_doc, df, skipped)


def _fields(source: Any, target: Any, excepted: tuple[str, ...]) -> tuple[frozenset[str], list[Any]]:
	"""The fields that are not taken over, and those of the target that are; the same for all rows of a table."""

	def find() -> tuple[frozenset[str], list[Any]]:
		skipped = frozenset(
			(
				*source.uncopied_fieldnames,
				*target.uncopied_fieldnames,
				*default_fields,
				*child_table_fields,
				*excepted,
			)
		)
		return skipped, [df for df in target.fields if df.fieldname not in skipped]

	return remember(("mapped fields", source.name, target.name, excepted), find)


def map_fetch_fields(target_doc: Any, df: Any, no_copy_fields: Collection[str]) -> None:
	"""Fill read-only fields that are fetched from the document that one link field points to."""
	linked_doc = None
	for fetched in target_doc.meta.get_fields_to_fetch(df.fieldname):
		if not (fetched.fieldtype == "Read Only" or fetched.read_only):
			continue
		if fetched.fieldname in no_copy_fields:
			continue
		if target_doc.get(fetched.fieldname) and fetched.fieldtype != "Read Only":
			continue
		if linked_doc is None:
			try:
				linked_doc = get_doc(df.options, target_doc.get(df.fieldname))
			except Exception:
				return
		value = linked_doc.get(fetched.fetch_from.split(".")[1])
		if value not in (None, ""):
			target_doc.set(fetched.fieldname, value)


def map_child_doc(source_d: Any, target_parent: Any, table_map: TableMap, source_parent: Any = None) -> Any:
	"""Add a row to the target's table with the values of a source row."""
	doctype = table_map["doctype"]
	parentfield = target_parent.get_parentfield_of_doctype(doctype)
	row = new_doc(doctype, parent_doc=target_parent, parentfield=parentfield)
	map_doc(source_d, row, table_map, source_parent)
	row.idx = None
	target_parent.append(parentfield, row)
	return row
