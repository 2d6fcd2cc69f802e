"""Reports made with the Report Builder: a list with chosen columns, filters, order and grouping, kept as JSON."""

from __future__ import annotations

import json
from typing import Any

from minibench.analytics.columns import append_totals_row
from minibench.context import Dict
from minibench.model.meta import get_meta
from minibench.translate import _

_AGGREGATE = "_aggregate_column"
_FUNCTION_LABELS = {"avg": "Average", "sum": "Sum"}


def run_standard_report(
	report: Any, filters: dict[str, Any] | None, limit: int | None, user: str | None
) -> tuple[list[Any], list[Any]]:
	"""Columns and rows (as lists) of a Report Builder report, as `user` may see them."""
	from minibench.data.query import get_list

	params = json.loads(report.json)
	chosen = get_standard_report_columns(report, params)
	order_by, group_by, grouping = get_standard_report_order_by(report, params)
	fields = [
		_aggregate_field(grouping) if name == _AGGREGATE and grouping else _qualified(doctype, name)
		for name, doctype in chosen
	]
	rows = get_list(
		report.ref_doctype,
		fields=fields,
		filters=get_standard_report_filters(params, filters),
		order_by=order_by,
		group_by=group_by,
		as_list=True,
		limit=limit,
		user=user,
	)
	result = [list(row) for row in rows]
	if params.get("add_totals_row"):
		result = append_totals_row(result)
	return build_standard_report_columns(chosen, grouping), result


def _qualified(doctype: str, fieldname: str) -> str:
	return f"`tab{doctype}`.`{fieldname}`"


def _aggregate_field(grouping: Dict) -> str:
	if grouping["aggregate_function"] == "count":
		return f"count(*) as {_AGGREGATE}"
	return f"{grouping.aggregate_function}({grouping.aggregate_on}) as {_AGGREGATE}"


def get_standard_report_columns(report: Any, params: dict[str, Any]) -> list[Any]:
	"""(field, DocType) of every column; without a choice, the name and what the list shows."""
	columns = params.get("fields") or params.get("columns")
	if columns:
		return list(columns)
	listed = [df.fieldname for df in get_meta(report.ref_doctype).fields if df.in_list_view]
	return [[name, report.ref_doctype] for name in ["name", *listed]]


def get_standard_report_filters(params: dict[str, Any], filters: dict[str, Any] | None) -> list[Any]:
	"""The report's own filters and the caller's, whose values may be (operator, value)."""
	found = list(params.get("filters") or [])
	for key, value in (filters or {}).items():
		operator, operand = value if isinstance(value, list | tuple) else ("=", value)
		found.append([key, operator, operand])
	return found


def get_standard_report_order_by(report: Any, params: dict[str, Any]) -> tuple[str, str | None, Dict | None]:
	"""Order, grouping, and what is aggregated within a group."""
	if params.get("group_by"):
		grouping = Dict(params["group_by"])
		return f"{_AGGREGATE} desc", grouping["group_by"], grouping
	if params.get("sort_by"):
		order_by = f"{_sorted_by(params['sort_by'])} {params.get('sort_order')}"
	else:
		order_by = params.get("order_by") or f"{_qualified(report.ref_doctype, 'modified')} desc"
	if params.get("sort_by_next"):
		order_by += f", {_sorted_by(params['sort_by_next'])} {params.get('sort_order_next')}"
	return order_by, None, None


def _sorted_by(dotted: str) -> str:
	doctype, fieldname = dotted.split(".")
	return _qualified(doctype, fieldname)


def build_standard_report_columns(columns: list[Any], grouping: Dict | None) -> list[Any]:
	"""The fields behind the columns; those that are no field of the DocType get a label at least."""
	built: list[Any] = []
	for fieldname, doctype in columns:
		meta = get_meta(doctype)
		field = meta.get_field(fieldname)
		if not field:
			label = _aggregate_label(grouping, meta) if fieldname == _AGGREGATE else meta.get_label(fieldname)
			described = Dict(fieldname=fieldname, label=label)
			if fieldname == "name":
				described.update(fieldtype="Link", options=doctype)
			built.append(described)
		else:
			built.append(field)
	return built


def _aggregate_label(grouping: Dict | None, meta: Any) -> str:
	if grouping is None or grouping["aggregate_function"] == "count":
		return "Count"
	function = _FUNCTION_LABELS[grouping.aggregate_function]
	return _("{0} of {1}").format(_(function), _(meta.get_label(grouping.aggregate_on)))
