"""Finding documents by other means than their name, and copying them."""

from __future__ import annotations

from typing import Any

from minibench.context import flags
from minibench.errors import DoesNotExistError


def get_single(doctype: str) -> Any:
	"""The document of a Single DocType."""
	from minibench.model.document import get_doc

	return get_doc(doctype, doctype)


def get_last_doc(
	doctype: str, filters: Any = None, order_by: str = "creation desc", *, for_update: bool = False
) -> Any:
	"""The document that was created last.

	Raises:
		DoesNotExistError: there is none.
	"""
	from minibench.data.query import get_all
	from minibench.model.document import get_doc

	names = get_all(doctype, filters=filters, limit_page_length=1, order_by=order_by, pluck="name")
	if not names:
		raise DoesNotExistError
	return get_doc(doctype, names[0], for_update=for_update)


def set_value(doctype: str, docname: str, fieldname: Any, value: Any = None) -> Any:
	"""Set values of a document by saving it, as a client does."""
	from minibench.web.desk.client import set_value as client_set_value

	return client_set_value(doctype, docname, fieldname, value)


def copy_doc(doc: Any, ignore_no_copy: bool = True) -> Any:
	"""A new, unsaved document like this one. With `ignore_no_copy` off, fields that ask not to be copied are emptied."""
	from minibench.model.document import get_doc

	values = doc if isinstance(doc, dict) else doc.as_dict()
	copied = get_doc(_fresh(values))
	cleared = ["name", "owner", "creation", "modified", "modified_by"]
	if not flags.in_test:
		cleared.append("docstatus")
	_make_new(copied, [*cleared, "amended_from", "amendment_date"], ignore_no_copy)
	for row in copied.get_all_children():
		_make_new(row, cleared, ignore_no_copy)
	return copied


def _fresh(values: dict[str, Any]) -> dict[str, Any]:
	"""A copy deep enough that rows of the copy are not rows of the original."""
	return {
		key: [_fresh(item) if isinstance(item, dict) else item for item in value]
		if isinstance(value, list)
		else value
		for key, value in values.items()
	}


def _make_new(doc: Any, cleared: list[str], ignore_no_copy: bool) -> None:
	doc.set("__islocal", 1)
	for fieldname in cleared:
		doc.set(fieldname, None)
	if not ignore_no_copy:
		for df in doc.meta.fields:
			if df.no_copy and df.fieldname in doc.__dict__:
				doc.set(df.fieldname, None)
