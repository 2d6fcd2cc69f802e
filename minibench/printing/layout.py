"""Which fields of a document are printed, and in which sections and columns."""

from __future__ import annotations

import copy
from typing import Any

from minibench.context import Dict
from minibench.values.text import strip_html

_NEVER = ("Section Break", "Column Break", "Tab Break", "Button")
_BLANK_KEPT = ("Text", "Text Editor")


def make_layout(doc: Any, meta: Any, format_data: list[Any] | None = None) -> list[list[dict[str, Any]]]:
	"""Pages of sections of columns of fields, from the form's layout or from a Print Format's `format_data`.

	Only what is visible and has a value is in it. A row of a child table with `page_break` starts another page.
	"""
	page: list[dict[str, Any]] = []
	layout = [page]
	for df in format_data or meta.fields:
		df = _builder_field(df, meta) if format_data else _own_copy(df)
		if df.fieldtype == "Section Break" or not page:
			if len(page) > 1 and not page[-1]["has_data"]:
				del page[-1]
			page.append(_section(df.label if df.fieldtype == "Section Break" else None))
		elif df.fieldtype == "Column Break":
			page[-1]["columns"].append({"fields": []})
		if df.fieldtype == "HTML" and df.options:
			doc.set(df.fieldname, True)
		if not (is_visible(df, doc) and has_value(df, doc)):
			continue
		_fields(page).append(df)
		page[-1]["has_data"] = True
		if df.fieldtype == "Table":
			page = _split_at_page_breaks(df, doc, page, layout)
	return layout


def _section(label: str | None) -> dict[str, Any]:
	return {"columns": [], "has_data": False, **({"label": label} if label else {})}


def _fields(page: list[dict[str, Any]]) -> list[Any]:
	"""The fields of the column that is being filled."""
	if not page[-1]["columns"]:
		page[-1]["columns"].append({"fields": []})
	return page[-1]["columns"][-1]["fields"]  # type: ignore[no-any-return]


def _builder_field(given: Any, meta: Any) -> Any:
	"""A field of the Print Format Builder, completed by the DocType's."""
	df = Dict(given)
	original = meta.get_field(df.fieldname) if df.fieldname else None
	if original:
		df = Dict({**_as_dict(original), **df})
	df.print_hide = 0
	return df


def _as_dict(df: Any) -> dict[str, Any]:
	return dict(df.as_dict()) if hasattr(df, "as_dict") else dict(df)


def _own_copy(df: Any) -> Any:
	"""Printing writes into a table's field: which rows to show."""
	return copy.copy(df) if df.fieldtype == "Table" else df


def _split_at_page_breaks(
	df: Any, doc: Any, page: list[dict[str, Any]], layout: list[list[dict[str, Any]]]
) -> list[dict[str, Any]]:
	df.rows, df.start, df.end = [], 0, None
	for index, row in enumerate(doc.get(df.fieldname)):
		if not row.get("page_break"):
			continue
		df.end = index
		page = [_section(None)]
		layout.append(page)
		df = copy.copy(df)
		df.start, df.end = index, None
		_fields(page).append(df)
	return page


def is_visible(df: Any, doc: Any) -> bool:
	"""Whether the field is one to print, and the user may see its level."""
	if df.fieldtype in _NEVER:
		return False
	if (df.permlevel or 0) > 0 and not doc.has_permlevel_access_to(df.fieldname, df):
		return False
	return not doc.is_print_hide(df.fieldname, df)


def has_value(df: Any, doc: Any) -> bool:
	"""Whether there is something to print; zero is."""
	value = doc.get(df.fieldname)
	if value is None or value == "" or value == []:
		return False
	if isinstance(value, str) and not strip_html(value).strip():
		return df.fieldtype in _BLANK_KEPT
	return True


def get_visible_columns(data: list[Any], table_meta: Any, df: Any) -> list[Any]:
	"""The columns of a printed child table: those to print in which at least one row has a value."""
	from minibench.model.document import new_doc

	first = data[0] if data else new_doc(df.options)
	hidden = df.get("hide_in_print_layout") or []

	def is_shown(column: Any) -> bool:
		if column.fieldname in hidden or not is_visible(column, first):
			return False
		return column_has_value(data, column.get("fieldname"), column)

	if not df.get("visible_columns"):
		return [column for column in table_meta.fields if is_shown(column)]
	chosen = []
	for column in df.get("visible_columns"):
		original = table_meta.get_field(column.get("fieldname"))
		if original:
			chosen.append(Dict({**_as_dict(original), **column}))
	return [column for column in chosen if is_shown(column)]


def column_has_value(data: list[Any], fieldname: str, col_df: Any) -> bool:
	"""Whether a row has one; a column of amounts is always shown unless it is hidden when empty."""
	if col_df.fieldtype in ("Float", "Currency") and not col_df.print_hide_if_no_value:
		return True
	values = (row.get(fieldname) for row in data)
	return any(strip_html(value).strip() if isinstance(value, str) else value for value in values if value)
