"""Tables as files: CSV and Excel."""

import csv
import io
from typing import Any

from minibench.context import local
from minibench.translate import _


def pop_csv_params(form: Any) -> dict[str, Any]:
	"""Take the CSV dialect out of the request's arguments."""
	from minibench.values.numbers import cint

	return {
		"delimiter": str(form.pop("csv_delimiter", ","))[0],
		"quoting": cint(form.pop("csv_quoting", csv.QUOTE_NONNUMERIC)),
	}


def get_csv_bytes(rows: list[list[Any]], csv_params: dict[str, Any]) -> bytes:
	file = io.StringIO()
	csv.writer(file, **csv_params).writerows(rows)
	return file.getvalue().encode()


def build_csv_response(rows: list[list[Any]], filename: str) -> None:
	local.response["result"] = get_csv_bytes(rows, {"quoting": csv.QUOTE_NONNUMERIC}).decode()
	local.response["doctype"] = filename
	local.response["type"] = "csv"


def provide_binary_file(filename: str, extension: str, content: bytes) -> None:
	local.response["type"] = "binary"
	local.response["filecontent"] = content
	local.response["filename"] = f"{_(filename)}.{extension}"


def provide_table(
	title: str, kind: str, rows: list[list[Any]], csv_params: dict[str, Any], sheet: str
) -> None:
	"""Answer with the table as `kind`: CSV or Excel."""
	if kind == "CSV":
		plain = [[_without_html(value) for value in row] for row in rows]
		provide_binary_file(title, "csv", get_csv_bytes(plain, csv_params))
		return
	if kind == "Excel":
		from minibench.analytics.spreadsheets import make_xlsx

		provide_binary_file(title, "xlsx", make_xlsx(rows, sheet).getvalue())
		return
	from minibench.collaboration.messages import throw

	throw(_("Unknown file format {0}").format(kind))


def _without_html(value: Any) -> Any:
	if isinstance(value, str) and "<" in value:
		from minibench.values.text import strip_html

		return strip_html(value).strip()
	return value


def table(doctype: str, fields: list[str], rows: list[list[Any]], totals: bool) -> list[list[Any]]:
	"""The rows numbered and under their labels, with a row of totals if wanted."""
	if totals and rows:
		rows = [*rows, _totals(rows)]
	described = [_describe(field, doctype) for field in fields]
	for index, (_label, df) in enumerate(described):
		if df is not None and df.fieldtype == "Duration":
			from minibench.values.durations import format_duration

			for row in rows:
				row[index] = format_duration(row[index], df.hide_days) if row[index] else row[index]
	return [[_("Sr"), *(label for label, _df in described)], *([i, *row] for i, row in enumerate(rows, 1))]


def _describe(field: str, doctype: str) -> tuple[str, Any]:
	"""A column's label and field."""
	from minibench.meta import get_meta

	key = field.split(" as ", 1)[0]
	if "(" in key:
		return key.split("(", 1)[0].capitalize(), None
	owner, column = doctype, key.strip("`")
	if "." in key:
		first, column = (part.strip("`") for part in key.split(".")[:2])
		owner = first.removeprefix("tab")
	if owner == doctype and column == "name":
		return _("ID", context="Label of name column in report"), None
	df = get_meta(owner).get_field(column)
	label = _(df.label) if df and df.label else _(column)
	return (f"{label} ({_(owner)})" if owner != doctype else label), df


def _totals(rows: list[list[Any]]) -> list[Any]:
	total: list[Any] = [""] * len(rows[0])
	for row in rows:
		for index, value in enumerate(row):
			if isinstance(value, int | float):
				total[index] = (total[index] or 0) + value
	if not isinstance(total[0], int | float):
		total[0] = "Total"
	return total
