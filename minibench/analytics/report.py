"""Running reports: a script's result or the Report Builder's list, for a user who may have it."""

from __future__ import annotations

import json
import time
from typing import Any

from minibench.analytics.columns import add_total_row, get_column_as_dict, normalize_result
from minibench.analytics.report_rows import get_filtered_data
from minibench.collaboration.messages import msgprint, throw
from minibench.context import Dict, cache, db, session
from minibench.errors import NotInMinibench, PermissionError
from minibench.translate import _
from minibench.values.numbers import cint, sbool
from minibench.web.whitelist import whitelist

_PARTS = 6


def get_report_doc(report_name: str) -> Any:
	"""The Report, for a Custom Report the one that it is a view of, with its columns and filters.

	Raises:
		PermissionError: the user has none of its roles, or no right to report on its DocType.
		ValidationError: it is disabled.
	"""
	from minibench.access.permissions import check_permission as has_permission
	from minibench.model.document import get_doc

	doc = get_doc("Report", report_name)
	doc.custom_columns = []
	doc.custom_filters = []
	if doc.report_type == "Custom Report":
		view, doc = doc, get_reference_report(doc)
		doc.custom_report = report_name
		doc.custom_columns, doc.custom_filters = [], []
		if saved := json.loads(view.json or "null"):
			doc.custom_columns = saved.get("columns")
			doc.custom_filters = saved.get("filters")
		doc.is_custom_report = True
		doc.prepared_report = view.prepared_report
	if not doc.is_permitted():
		throw(_("You don't have access to Report: {0}").format(_(doc.name)), PermissionError)
	if not has_permission(doc.ref_doctype, "report"):
		throw(
			_("You don't have permission to get a report on: {0}").format(_(doc.ref_doctype)), PermissionError
		)
	if doc.disabled:
		throw(_("Report {0} is disabled").format(_(report_name)))
	return doc


def get_reference_report(report: Any) -> Any:
	"""The report behind a Custom Report."""
	from minibench.model.document import get_doc

	while report.report_type == "Custom Report":
		report = get_doc("Report", report.reference_report)
	return report


@whitelist()
def run(
	report_name: Any,
	filters: Any = None,
	user: Any = None,
	ignore_prepared_report: Any = False,
	custom_columns: Any = None,
	is_tree: Any = False,
	parent_field: Any = None,
	are_default_filters: Any = True,
) -> dict[str, Any]:
	"""A report's result, columns, message, chart, summary and so on.

	Raises:
		PermissionError: see get_report_doc().
	"""
	from minibench.access.permissions import check_permission as has_permission
	from minibench.errors_log import log_error

	user = user or session.user
	validate_filters_permissions(report_name, filters, user)
	report = get_report_doc(report_name)
	if not has_permission(report.ref_doctype, "report"):
		msgprint(_("Must have report permission to access this report."), raise_exception=True)
	if sbool(are_default_filters) and report.custom_filters:
		filters = report.custom_filters
	if report.prepared_report and not sbool(ignore_prepared_report) and not custom_columns:
		raise NotInMinibench("a prepared report")
	try:
		result = generate_report_result(report, filters, user, custom_columns, is_tree, parent_field)
	except Exception:
		log_error("Report Error")
		raise
	result["add_total_row"] = report.add_total_row and not result.get("skip_total_row", False)
	if sbool(are_default_filters) and report.custom_filters:
		result["custom_filters"] = report.custom_filters
	return result


def generate_report_result(
	report: Any,
	filters: Any = None,
	user: str | None = None,
	custom_columns: Any = None,
	is_tree: bool = False,
	parent_field: str | None = None,
) -> dict[str, Any]:
	"""Execute the report and bring what it returns into the shape that clients get."""
	filters = filters or []
	if isinstance(filters, str):
		filters = json.loads(filters)
	parts = list(get_report_result(report, filters) or [])
	parts += [None] * (_PARTS - len(parts))
	columns, result, message, chart, report_summary, skip_total_row = parts[:_PARTS]
	columns = [get_column_as_dict(column) for column in columns or []]
	own = [column["fieldname"] for column in columns]
	result = normalize_result(result, columns)
	if report.custom_columns:
		columns = report.custom_columns
	for column in custom_columns or ():
		columns.insert(column["insert_after_index"] + 1, column)
	added = [column for column in columns if column["fieldname"] not in own]
	if added:
		result = add_custom_column_data(added, result)
	if result:
		result = get_filtered_data(report.ref_doctype, columns, result, user or session.user)
	if cint(report.add_total_row) and result and not skip_total_row:
		result = add_total_row(result, columns, is_tree=is_tree, parent_field=parent_field)
	return {
		"result": result,
		"columns": columns,
		"message": message,
		"chart": chart,
		"report_summary": report_summary,
		"skip_total_row": skip_total_row or 0,
		"status": None,
		"execution_time": cache.hget("report_execution_time", report.name) or 0,
	}


def get_report_result(report: Any, filters: Any) -> Any:
	"""What the report's code returns: columns, result, message, chart, summary, skip_total_row, as far as it goes."""
	if report.report_type == "Query Report":
		return report.execute_query_report(filters)
	if report.report_type == "Script Report":
		return report.execute_script_report(filters)
	return None


def timed(report_name: str, execute: Any) -> Any:
	"""Call `execute` and keep how long it took."""
	started = time.monotonic()
	result = execute()
	cache.hset("report_execution_time", report_name, time.monotonic() - started)
	return result


def validate_filters_permissions(report_name: str, filters: Any = None, user: str | None = None) -> None:
	"""Raise ValidationError where a Link filter of the report names a document that the user may not see."""
	from minibench.access.permissions import check_permission as has_permission
	from minibench.model.document import get_doc

	if not filters:
		return
	if isinstance(filters, str):
		filters = json.loads(filters)
	for field in get_doc("Report", report_name).filters:
		if field.fieldtype != "Link" or field.fieldname not in filters:
			continue
		value = filters[field.fieldname]
		if not any(has_permission(field.options, ptype, value, user=user) for ptype in ("read", "select")):
			throw(_("You do not have permission to access {0}: {1}.").format(field.options, value))


# --- columns that a user added ---------------------------------------------------------------------------------------


def add_custom_column_data(custom_columns: list[Any], result: Any) -> Any:
	"""Fill columns that show a field of a document to which another column links."""
	clashing = set()
	for column in custom_columns:
		fieldname, *doctype = column["fieldname"].split("-")
		if doctype:
			from minibench.hooks import unscrub

			clashing.add(unscrub(doctype[0]))
		column["fieldname"] = fieldname
	values = get_data_for_custom_report(custom_columns, result)
	for column in custom_columns:
		key = (column.get("doctype"), column.get("fieldname"))
		if key not in values:
			continue
		link = _link_field(column)
		if key[0] in clashing:
			column["fieldname"] = column.get("id")
		for row in result:
			reference = row.get(link["fieldname"])
			if reference:
				row[column.get("fieldname")] = values[key].get(reference)
	return result


def _link_field(column: Any) -> Any:
	"""Older views keep the link field's name alone."""
	link = column.get("link_field")
	return {"fieldname": link, "names": []} if isinstance(link, str) else link


def get_data_for_custom_report(columns: list[Any], result: Any) -> dict[tuple[Any, Any], Any]:
	"""{(DocType, field): {name: value}} for the documents that the rows link to."""
	found = {}
	for column in columns:
		if not column.get("link_field"):
			continue
		key = _link_field(column)["fieldname"]
		names = sorted({row.get(key) for row in result if row.get(key)})
		doctype, fieldname = column.get("doctype"), column.get("fieldname")
		found[(doctype, fieldname)] = get_data_for_custom_field(doctype, fieldname, names)
	return found


@whitelist()
def get_data_for_custom_field(doctype: Any, field: Any, names: Any = None) -> Dict:
	"""A field's values by name.

	Raises:
		PermissionError: the user may not read the DocType.
	"""
	from minibench.access.permissions import check_permission as has_permission
	from minibench.data.query import get_list

	if not has_permission(doctype, "read"):
		throw(_("Not Permitted to read {0}").format(_(doctype)), PermissionError)
	names = json.loads(names) if isinstance(names, str | bytes | bytearray) else names
	filters = {"name": ["in", names]} if names else {}
	return Dict(get_list(doctype, filters=filters, fields=["name", field], as_list=True, limit_page_length=0))


@whitelist()
def save_report(reference_report: Any, report_name: Any, columns: Any, filters: Any) -> Any:
	"""Keep columns and filters of a report as a Custom Report; returns its name."""
	from minibench.model.document import get_doc

	source = get_report_doc(reference_report)
	own = {"report_name": report_name, "is_standard": "No", "report_type": "Custom Report"}
	name = db.exists("Report", own)
	if name:
		report = get_doc("Report", name)
		kept = {**json.loads(report.json), "columns": json.loads(columns), "filters": json.loads(filters)}
		report.update({"json": json.dumps(kept, separators=(",", ":"))})
		report.save()
		msgprint(_("Report updated successfully"))
		return name
	report = get_doc(
		{
			"doctype": "Report",
			"report_name": report_name,
			"json": f'{{"columns":{columns},"filters":{filters}}}',
			"ref_doctype": source.ref_doctype,
			"is_standard": "No",
			"report_type": "Custom Report",
			"reference_report": reference_report,
		}
	).insert(ignore_permissions=True)
	msgprint(_("{0} saved successfully").format(_(report.name)))
	return report.name
