"""A report's columns and rows in one shape, and the row of totals below them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from minibench.context import Dict
from minibench.hooks import scrub
from minibench.values.numbers import flt

_SUMMED = ("Currency", "Int", "Float", "Percent", "Duration")
_NO_LABEL = ("Currency", "Int", "Float", "Percent", "Date")


def get_column_as_dict(col: Any) -> Dict:
	"""A column given as a dict, or as "Label:Fieldtype/Options:Width"."""
	if not isinstance(col, str):
		column = Dict(col)
		if "fieldname" not in column:
			column.fieldname = scrub(column["label"])
		return column
	label, *rest = col.split(":")
	column = Dict()
	if rest:
		fieldtype, slash, options = rest[0].partition("/")
		column.fieldtype = fieldtype
		if slash:
			column.options = options
		if len(rest) == 2:
			column.width = rest[1]
	column.label = label
	column.fieldname = scrub(label)
	return column


def get_columns_dict(columns: list[Any]) -> Dict:
	"""Each column by its index and by its field name."""
	found = Dict()
	for index, column in enumerate(columns):
		described = get_column_as_dict(column)
		found[index] = described  # type: ignore[index]
		found[described["fieldname"]] = described
	return found


def normalize_result(result: Any, columns: list[Any]) -> Any:
	"""Rows as dicts; those that are lists get their columns' field names."""
	if not result or not isinstance(result[0], list | tuple):
		return result
	names = [column["fieldname"] for column in columns]
	return [{name: row[index] for index, name in enumerate(names)} for row in result]


def add_total_row(
	result: list[Any],
	columns: list[Any],
	meta: Any = None,
	is_tree: bool = False,
	parent_field: str | None = None,
) -> list[Any]:
	"""Append a row (a list) of sums, and of averages for percentages. Of a tree, only the roots count."""
	totals: list[Any] = [""] * len(columns)
	for index, column in enumerate(columns):
		fieldname, fieldtype, options = _kind(column, meta)
		is_percent = False
		for row in result:
			if index >= len(row):
				continue
			cell = row.get(fieldname) if isinstance(row, dict) else row[index]
			fieldtype = fieldtype or _guess(cell)
			is_percent = is_percent or fieldtype == "Percent"
			if fieldtype in _SUMMED and flt(cell) and not (is_tree and row.get(parent_field)):
				totals[index] = flt(totals[index]) + flt(cell)
			elif fieldtype == "Time" and cell:
				totals[index] = (totals[index] or timedelta()) + cell
		if fieldtype == "Link" and options == "Currency":
			first = result[0]
			totals[index] = first.get(fieldname) if isinstance(first, dict) else first[index]
		if is_percent:
			totals[index] = flt(totals[index]) / len(result)
	if get_first_fieldtype(columns) not in _NO_LABEL:
		from minibench.translate import _

		totals[0] = _("Total")
	result.append(totals)
	return result


def _guess(cell: Any) -> str | None:
	if isinstance(cell, int):
		return "Int"
	return "Float" if isinstance(cell, float) else None


def _kind(column: Any, meta: Any) -> tuple[Any, Any, Any]:
	"""Field name, field type and options of a column."""
	if not isinstance(column, str):
		return column.get("fieldname"), column.get("fieldtype"), column.get("options")
	if meta:
		field = meta.get_field(column)
		return (field.fieldname, field.fieldtype, None) if field else (None, None, None)
	_label, colon, rest = column.partition(":")
	if not colon:
		return None, None, None
	fieldtype, _slash, options = (rest.split(":")[0] or "Data").partition("/")
	return None, fieldtype, options or None


def get_first_fieldtype(columns: list[Any]) -> str | None:
	"""The first column's field type."""
	first = columns[0]
	if isinstance(first, str):
		parts = first.split(":")
		return parts[1].split("/", 1)[0] if len(parts) > 1 else None
	return first.get("fieldtype")  # type: ignore[no-any-return]


def append_totals_row(data: Any) -> Any:
	"""Append a row of the sums of whatever numbers there are, as the Report Builder does."""
	if not data:
		return data
	rows = list(data)
	totals: list[Any] = [""] * len(rows[0])
	for row in rows:
		for index, cell in enumerate(row):
			if isinstance(cell, float | int):
				totals[index] = (totals[index] or 0) + cell
	if not isinstance(totals[0], int | float):
		totals[0] = "Total"
	return [*rows, totals]
