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


def provide_binary_file(filename: str, extension: str, content: bytes) -> None:
	local.response["type"] = "binary"
	local.response["filecontent"] = content
	local.response["filename"] = f"{_(filename)}.{extension}"


def provide_table(
	title: str, kind: str, rows: list[list[Any]], csv_params: dict[str, Any], sheet: str
) -> None:
	"""Answer with the table as `kind`: CSV or Excel."""
	if kind == "CSV":
		from minibench.analytics.spreadsheets import handle_html

		plain = [[handle_html(value) if isinstance(value, str) else value for value in row] for row in rows]
		provide_binary_file(title, "csv", get_csv_bytes(plain, csv_params))
		return
	if kind == "Excel":
		from minibench.analytics.spreadsheets import make_xlsx

		provide_binary_file(title, "xlsx", make_xlsx(rows, sheet).getvalue())
		return
	from minibench.collaboration.messages import throw

	throw(_("Unknown file format {0}").format(kind))


def table(doctype: str, fields: list[str], rows: list[list[Any]], totals: bool) -> list[list[Any]]:
	"""The rows numbered and under their labels, with a row of totals if wanted."""
	if totals:
		from minibench.analytics.columns import append_totals_row

		rows = append_totals_row(rows)
	described = [_describe(field, doctype) for field in fields]
	for index, (_label, df) in enumerate(described):
		if df is not None and df.fieldtype == "Duration":
			from minibench.values.durations import format_duration

			for row in rows:
				row[index] = format_duration(row[index], df.hide_days) if row[index] else row[index]
	return [[_("Sr"), *(label for label, _df in described)], *([i, *row] for i, row in enumerate(rows, 1))]


def _describe(field: str, doctype: str) -> tuple[str, Any]:
	"""A column's label and field."""
	from minibench.model.meta import get_meta

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
