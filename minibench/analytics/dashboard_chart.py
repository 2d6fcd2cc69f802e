"""What a chart shows: counts, sums and averages over time, by groups, or as a calendar of a year."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from minibench.analytics.module_access import in_users_modules, on_readable_doctypes, one_of, sees_everything
from minibench.collaboration.messages import throw
from minibench.context import Dict, cache, db, flags, session
from minibench.translate import _
from minibench.values.dateformats import format_date
from minibench.values.dates import get_datetime, getdate, now, now_datetime, nowdate
from minibench.values.jsonio import as_json, parse_json
from minibench.values.numbers import cint
from minibench.values.periods import (
	get_dates_from_timegrain,
	get_from_date_from_timespan,
	get_period,
	get_period_beginning,
)
from minibench.web.whitelist import whitelist

_AGGREGATES = {"Sum": "SUM", "Count": "COUNT", "Average": "AVG"}


def get_permission_query_conditions(user: str | None) -> str | None:
	"""For a list: charts over readable DocTypes and reports, of modules that the user is not barred from."""
	from minibench.analytics.allowed_reports import get_allowed_report_names

	if sees_everything(user):
		return None
	table = "`tabDashboard Chart`"
	reports = one_of(f"{table}.`report_name`", get_allowed_report_names())
	return (
		f"(({table}.`chart_type` in ('Count', 'Sum', 'Average') and {on_readable_doctypes('Dashboard Chart')}) "
		f"or ({table}.`chart_type` = 'Report' and {reports})) and {in_users_modules('Dashboard Chart', user)}"
	)


def has_permission(doc: Any, ptype: str | None = None, user: str | None = None) -> bool:
	"""Whether the user has one of the chart's roles, or without any may see what it is over."""
	from minibench.access.permissions import get_doctypes_with_read
	from minibench.access.users import get_roles
	from minibench.analytics.allowed_reports import get_allowed_report_names

	roles = get_roles(user)
	if "System Manager" in roles:
		return True
	if doc.roles:
		return not {row.role for row in doc.roles}.isdisjoint(roles)
	if doc.chart_type == "Report":
		return doc.report_name in get_allowed_report_names()
	return doc.document_type in get_doctypes_with_read()


def cache_source(function: Callable[..., Any]) -> Callable[..., Any]:
	"""For a function that supplies a chart: answer from the cache if something is there and `refresh` is not asked."""

	@wraps(function)
	def wrapper(*args: Any, **kwargs: Any) -> Any:
		from minibench.model.document import get_doc

		chart_name = kwargs.get("chart_name")
		chart = get_doc("Dashboard Chart", chart_name) if chart_name else kwargs.get("chart")
		if no_cache := kwargs.get("no_cache"):
			return function(chart=chart, no_cache=no_cache)
		if not cint(kwargs.get("refresh")):
			held = cache.get_value(f"chart-data:{parse_json(chart).name}")
			if held:
				return parse_json(held)
		return _fresh(Dict(kwargs), function, chart)

	return wrapper


def _fresh(args: Dict, function: Callable[..., Any], chart: Any) -> Any:
	from minibench.values.urls import get_link_to_form

	names = ("filters", "from_date", "to_date", "time_interval", "timespan", "heatmap_year")
	try:
		result = function(
			chart_name=args.chart_name, **{name: args[name] or None for name in names if name in args}
		)
	except TypeError as error:
		if str(error) != "'NoneType' object is not iterable":
			raise
		throw(
			_("Please check the filter values set for Dashboard Chart: {}").format(
				get_link_to_form(chart.doctype, chart.name)
			),
			title=_("Invalid Filter Value"),
		)
	if not flags.read_only and args.chart_name:
		db.set_value("Dashboard Chart", args.chart_name, "last_synced_on", now(), update_modified=False)
	return result


@whitelist()
@cache_source
def get(
	chart_name: Any = None,
	chart: Any = None,
	no_cache: Any = None,
	filters: Any = None,
	from_date: Any = None,
	to_date: Any = None,
	timespan: Any = None,
	time_interval: Any = None,
	heatmap_year: Any = None,
	refresh: Any = None,
) -> Any:
	"""Labels and datasets of a chart given by name, or by its values. Cancelled documents do not count."""
	from minibench.model.document import get_doc

	chart = get_doc("Dashboard Chart", chart_name) if chart_name else Dict(parse_json(chart))
	timespan = timespan or chart.timespan
	if timespan == "Select Date Range":
		from_date = get_datetime(from_date) if from_date else chart.from_date
		to_date = get_datetime(to_date or chart.to_date)
	conditions = parse_json(filters) or parse_json(chart.filters_json) or []
	if isinstance(conditions, dict):
		conditions = [[chart.document_type, key, "=", value] for key, value in conditions.items()]
	conditions.append([chart.document_type, "docstatus", "<", 2, False])
	if chart.chart_type == "Group By":
		return get_group_by_chart_config(chart, conditions)
	if chart.type == "Heatmap":
		return get_heatmap_chart_config(chart, conditions, heatmap_year or chart.heatmap_year)
	timegrain = time_interval or chart.time_interval
	return get_chart_config(chart, conditions, timespan, timegrain, from_date, to_date)


def get_chart_config(
	chart: Any, filters: list[Any], timespan: str, timegrain: str, from_date: Any, to_date: Any
) -> dict[str, Any]:
	"""A line: one point for each day, week, month, quarter or year."""
	from minibench.data.query import get_list

	if not from_date:
		from_date = get_period_beginning(get_from_date_from_timespan(to_date, timespan), timegrain)
	to_date = to_date or now_datetime()
	start = from_date.strftime("%Y-%m-%d")
	field = chart.based_on
	filters.append([chart.document_type, field, ">=", start, False])
	filters.append([chart.document_type, field, "<=", to_date, False])
	data = get_list(
		chart.document_type,
		fields=[field, f"SUM({chart.value_based_on or '1'})", "COUNT(*)"],
		filters=filters,
		group_by=field,
		order_by=field,
		as_list=True,
		parent_doctype=chart.parent_document_type,
	)
	points = get_result(data, timegrain, start, to_date, chart.chart_type)
	return {
		"labels": [_label(point[0], timegrain) for point in points],
		"datasets": [{"name": chart.name, "values": [point[1] for point in points]}],
	}


def _label(date: Any, timegrain: str) -> str:
	period = get_period(date, timegrain)
	return format_date(period, parse_day_first=True) if timegrain in ("Daily", "Weekly") else period


def get_result(data: Any, timegrain: str, from_date: Any, to_date: Any, chart_type: str) -> list[list[Any]]:
	"""[last day of the period, value] for every period; `data` is (date, sum, count) in order of dates.

	Sums are cut to whole numbers, day by day, as v15 does.
	"""
	points: list[list[Any]] = [[date, 0] for date in get_dates_from_timegrain(from_date, to_date, timegrain)]
	rows = iter(data or ())
	row = next(rows, None)
	for point in points if data else ():
		count = 0
		while row is not None and getdate(row[0]) <= point[0]:
			point[1] += cint(row[1])
			count += cint(row[2])
			row = next(rows, None)
		if chart_type == "Average" and count:
			point[1] = point[1] / count
		elif chart_type == "Count":
			point[1] = count
	return points


def get_heatmap_chart_config(chart: Any, filters: list[Any], heatmap_year: Any) -> dict[str, Any]:
	"""A calendar: a value for each day of a year, by the day's first document in seconds since the epoch."""
	from minibench.data.query import get_all

	year = cint(heatmap_year) if heatmap_year else getdate(nowdate()).year
	field, value = chart.based_on, chart.value_based_on or "1"
	filters.append([chart.document_type, field, ">", f"{year}-01-01", False])
	filters.append([chart.document_type, field, "<", f"{year + 1}-01-01", False])
	rows = get_all(
		chart.document_type,
		fields=[field, f"SUM({value})", "COUNT(*)"],
		filters=filters,
		group_by=field,
		order_by=f"{field} asc",
		as_list=True,
	)
	days: dict[datetime.date, list[float]] = {}
	for moment, total, count in rows:
		day = days.setdefault(getdate(moment), [_seconds(moment), 0, 0])
		day[1] += total or 0
		day[2] += count
	return {"labels": [], "dataPoints": {day[0]: _aggregate(chart.chart_type, day) for day in days.values()}}


def _aggregate(kind: str, day: list[float]) -> float:
	_moment, total, count = day
	return {"Sum": total, "Count": count, "Average": total / count}[kind]


def _seconds(moment: Any) -> float:
	seconds: float = get_datetime(moment).timestamp()
	return int(seconds) if seconds == int(seconds) else seconds


def get_group_by_chart_config(chart: Any, filters: list[Any]) -> dict[str, Any] | None:
	"""A value for each value of a field, the largest first; None where there is nothing."""
	from minibench.data.query import get_list

	function = get_aggregate_function(chart.group_by_type)
	data = get_list(
		chart.document_type,
		fields=[
			f"{chart.group_by_based_on} as name",
			f"{function}({chart.aggregate_function_based_on or '1'}) as count",
		],
		filters=filters,
		parent_doctype=chart.parent_document_type,
		group_by=chart.group_by_based_on,
		order_by="count desc",
		ignore_ifnull=True,
	)
	if not data:
		return None
	return {
		"labels": [row.get("name", "Not Specified") for row in data],
		"datasets": [{"name": chart.name, "values": [row["count"] for row in data]}],
	}


def get_aggregate_function(chart_type: str) -> str:
	"""The SQL function of a chart type."""
	return _AGGREGATES[chart_type]


# --- making charts ---------------------------------------------------------------------------------------------------


@whitelist()
def create_dashboard_chart(args: Any) -> Any:
	"""Make a chart; a name that is taken gets a number."""
	from minibench.model.document import new_doc
	from minibench.model.naming import append_number_if_name_exists

	given = parse_json(args)
	chart = new_doc("Dashboard Chart")
	chart.update(given)
	if given.get("custom_options"):
		chart.custom_options = json.dumps(given.get("custom_options"))
	if db.exists("Dashboard Chart", given.chart_name):
		chart.chart_name = append_number_if_name_exists("Dashboard Chart", given.chart_name)
	chart.insert(ignore_permissions=True)
	return chart


@whitelist()
def create_report_chart(args: Any) -> None:
	"""Make a chart over a report, and put it on a dashboard if one is named."""
	chart = create_dashboard_chart(args)
	given = parse_json(args)
	given.chart_name = chart.chart_name
	if given.dashboard:
		add_chart_to_dashboard(as_json(given))


@whitelist()
def add_chart_to_dashboard(args: Any) -> None:
	"""Put a chart on a dashboard."""
	from minibench.model.document import get_doc

	given = parse_json(args)
	dashboard = get_doc("Dashboard", given.dashboard)
	name = given.chart_name or given.name
	if given.set_standard and dashboard.is_standard:
		chart = get_doc("Dashboard Chart", name)
		chart.is_standard = 1
		chart.module = dashboard.module
		chart.save()
	dashboard.append("charts", {"chart": name})
	dashboard.save()


@whitelist()
def get_charts_for_user(
	doctype: Any, txt: Any, searchfield: Any, start: Any, page_len: Any, filters: Any
) -> Any:
	"""For a link field: the user's own charts and the public ones."""
	from minibench.data.query import get_list

	mine = {"owner": session.user, "is_public": 1}
	return get_list("Dashboard Chart", fields=["name"], filters=filters, or_filters=mine, as_list=True)


@whitelist()
def get_parent_doctypes(child_type: str) -> list[str]:
	"""The DocTypes that have `child_type` as a child table."""
	from minibench.data.query import get_all

	table = {"fieldtype": "Table", "options": child_type}
	own = get_all("DocField", filters=table, pluck="parent")
	custom = get_all("Custom Field", filters=table, pluck="dt")
	return [*own, *custom]
