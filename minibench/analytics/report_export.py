"""A report as a CSV or Excel file."""

from __future__ import annotations

import datetime
import json
from typing import Any

from minibench.analytics.report import run
from minibench.analytics.spreadsheets import make_xlsx
from minibench.context import Dict, db, local
from minibench.translate import _
from minibench.values.numbers import cint
from minibench.values.text import cstr
from minibench.web.whitelist import whitelist

_EXCEL_TYPES = (
	str,
	bool,
	type(None),
	int,
	float,
	datetime.date,
	datetime.time,
	datetime.timedelta,
)
_INDENT = "    "


@whitelist()
def export_query() -> None:
	"""Answer the request with a report as a file.

	Raises:
		PermissionError: the user may not export documents of the report's DocType.
	"""
	from minibench.access.permission_rules import can_export
	from minibench.values.jsonio import parse_json
	from minibench.web.desk.exports import get_csv_bytes, pop_csv_params, provide_binary_file
	from minibench.web.pages.message import respond_as_web_page

	form = Dict(local.form_dict)
	csv_params = pop_csv_params(form)
	can_export(db.get_value("Report", form.report_name, "ref_doctype"), raise_exception=True)
	visible = form.visible_idx
	visible = json.loads(visible) if isinstance(visible, str) else visible
	data = Dict(
		run(
			form.report_name,
			form.filters,
			custom_columns=parse_json(form.custom_columns or "[]"),
			are_default_filters=False,
		)
	)
	data.filters = parse_json(form.applied_filters)
	if not data.columns:
		respond_as_web_page(_("No data to export"), _("You can try changing the filters of your report."))
		return
	format_duration_fields(data)
	rows, widths = build_xlsx_data(
		data, visible, form.include_indentation, include_filters=form.include_filters
	)
	if form.file_format_type == "CSV":
		provide_binary_file(form.report_name, "csv", get_csv_bytes(rows, csv_params))
	elif form.file_format_type == "Excel":
		content = make_xlsx(rows, "Query Report", column_widths=widths).getvalue()
		provide_binary_file(form.report_name, "xlsx", content)


def format_duration_fields(data: Dict) -> None:
	"""Durations as "1d 2h", in place."""
	from minibench.values.durations import format_duration

	for index, column in enumerate(data.columns):
		if column.get("fieldtype") != "Duration":
			continue
		for row in data.result:
			key = column.get("fieldname") if isinstance(row, dict) else index
			if row[key]:
				row[key] = format_duration(row[key])


def build_xlsx_data(
	data: Dict,
	visible_idx: Any,
	include_indentation: Any,
	include_filters: Any = False,
	ignore_visible_idx: bool = False,
) -> tuple[list[list[Any]], list[float]]:
	"""Rows under their labels, and the columns' widths; only the rows `visible_idx`, with the filters above if asked."""
	shown = None if not visible_idx or len(visible_idx) == len(data.result) else set(visible_idx)
	if ignore_visible_idx:
		shown = None
	rows: list[list[Any]] = _filter_rows(data.filters or {}) if cint(include_filters) else []
	columns = [column for column in data.columns if not column.get("hidden")]
	rows.append([_(column.get("label")) for column in columns])
	for index, row in enumerate(data.result):
		if shown is None or index in shown:
			rows.append(_cells(row, columns, cint(include_indentation)))
	return rows, [cint(column.get("width", 0)) / 10 for column in columns]


def _filter_rows(filters: dict[str, Any]) -> list[list[Any]]:
	rows: list[list[Any]] = []
	for name, value in filters.items():
		if value:
			shown = ", ".join(map(cstr, value)) if isinstance(value, list) else cstr(value)
			rows.append([cstr(name), shown])
	return [*rows, []]


def _cells(row: Any, columns: list[Any], include_indentation: int) -> list[Any]:
	if not isinstance(row, dict):
		return list(row or ())
	cells = []
	for index, column in enumerate(columns):
		value = row.get(column.get("fieldname"), row.get(column.get("label"), ""))
		if not isinstance(value, _EXCEL_TYPES):
			value = cstr(value)
		if include_indentation and "indent" in row and index == 0:
			value = _INDENT * cint(row["indent"]) + cstr(value)
		cells.append(value)
	return cells
