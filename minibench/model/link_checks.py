"""Whether other documents refer to one that is to be deleted or cancelled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from minibench.collaboration.messages import throw
from minibench.context import Dict, db
from minibench.data.schema import quote
from minibench.errors import LinkExistsError
from minibench.hooks import get_hooks
from minibench.model.link_fields import get_dynamic_link_fields, get_link_fields
from minibench.model.meta import get_meta
from minibench.translate import _

Method = Literal["Delete", "Cancel"]
_AT_ONCE = 100
_SUBMITTED, _CANCELLED = 1, 2


def check_if_doc_is_linked(doc: Any, method: Method = "Delete") -> None:
	"""Raise LinkExistsError if a Link field of another document holds this one's name.

	Deleting is forbidden by any such document, cancelling by a submitted one.
	"""
	ignored = set(get_hooks("ignore_links_on_delete")) if method == "Delete" else set()
	if method == "Cancel":
		ignored.update(doc.get("ignore_linked_doctypes") or ())
	tables = []
	for link in get_link_fields(doc.doctype):
		if link.parent in ignored or (method == "Cancel" and link.fieldname == "amended_from"):
			continue
		if link.issingle:
			if db.get_single_value(link.parent, link.fieldname) == doc.name:
				raise_link_exists_exception(doc, link.parent, link.parent)
		elif _has_column(link.parent, link.fieldname):
			condition = f"{quote(link.fieldname)} = ?"
			tables.append((link, condition, [doc.name]))
	for row in _referring_rows(tables):
		parenttype = row.parenttype if row.parent else row.doctype
		if parenttype in ignored or (method == "Cancel" and row.docstatus != _SUBMITTED):
			continue
		if row.doctype == doc.doctype and (row.parent or row.name) == doc.name:
			continue
		raise_link_exists_exception(doc, parenttype, row.parent or row.name)


def check_if_doc_is_dynamically_linked(doc: Any, method: Method = "Delete") -> None:
	"""Raise LinkExistsError if a Dynamic Link field refers to this document; see check_if_doc_is_linked()."""
	never = set(get_hooks("ignore_links_on_delete"))
	ignored = never | (set(doc.get("ignore_linked_doctypes") or ()) if method == "Cancel" else set())
	tables = []
	for link in get_dynamic_link_fields():
		if link.parent in ignored:
			continue
		if link.issingle:
			values = db.get_singles_dict(link.parent)
			if (
				values.get(link.options) == doc.doctype
				and values.get(link.fieldname) == doc.name
				and _counts(method, int(values.docstatus or 0))
			):
				raise_link_exists_exception(doc, link.parent, link.parent)
		elif _has_column(link.parent, link.fieldname) and _has_column(link.parent, link.options):
			condition = f"{quote(link.options)} = ? and {quote(link.fieldname)} = ?"
			tables.append((link, condition, [doc.doctype, doc.name]))
	for row in _referring_rows(tables):
		if not _counts(method, row.docstatus):
			continue
		in_table = bool(get_meta(row.doctype).istable)
		doctype = row.parenttype if in_table else row.doctype
		if doctype in ignored:
			continue
		position = f"at Row: {row.idx}" if in_table else ""
		raise_link_exists_exception(doc, doctype, row.parent if in_table else row.name, position)


def _counts(method: Method, docstatus: int) -> bool:
	return docstatus != _CANCELLED if method == "Delete" else docstatus == _SUBMITTED


def _has_column(doctype: str, fieldname: str) -> bool:
	"""A customization may name what an app has taken away since; that must not stand in the way."""
	return fieldname in db.get_db_table_columns(f"tab{doctype}")


def _referring_rows(tables: Iterable[tuple[Dict, str, list[Any]]]) -> Iterator[Dict]:
	"""Rows that satisfy their table's condition, all tables asked in one statement."""
	tables = list(tables)
	keys = ("doctype", "name", "docstatus", "idx", "parent", "parenttype")
	for start in range(0, len(tables), _AT_ONCE):
		selects: list[str] = []
		params: list[Any] = []
		for link, condition, values in tables[start : start + _AT_ONCE]:
			parents = "parent, parenttype" if get_meta(link.parent).istable else "null, null"
			table = quote(f"tab{link.parent}")
			selects.append(f"select ?, name, docstatus, idx, {parents} from {table} where {condition}")
			params += [link.parent, *values]
		for row in db.execute(" union all ".join(selects), params):
			yield Dict(zip(keys, row, strict=True))


def raise_link_exists_exception(
	doc: Any, reference_doctype: str, reference_docname: str, row: str = ""
) -> None:
	"""Say which document refers to `doc`.

	Raises:
		LinkExistsError: always.
	"""
	doc_link = f'<a href="/app/Form/{doc.doctype}/{doc.name}">{doc.name}</a>'
	reference_link = f'<a href="/app/Form/{reference_doctype}/{reference_docname}">{reference_docname}</a>'
	# A Single is called what its DocType is called: once is enough.
	shown = "" if reference_doctype == reference_docname else _(reference_doctype)
	throw(
		_("Cannot delete or cancel because {0} {1} is linked with {2} {3} {4}").format(
			_(doc.doctype), doc_link, shown, reference_link, row
		),
		LinkExistsError,
	)
