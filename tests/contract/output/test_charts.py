"""Number cards, dashboard charts, dashboards, workspaces."""

from __future__ import annotations

import json
from typing import Any

import frappe
import pytest
from frappe.desk.doctype.dashboard.dashboard import get_permitted_cards, get_permitted_charts
from frappe.desk.doctype.dashboard_chart import dashboard_chart
from frappe.desk.doctype.number_card import number_card

from tests.contract.output.tools import orders

MINE = ["Contract Order", "party", "=", "Contract Output"]
ROWS = (
	("2026-01-05", 10, "Open"),
	("2026-01-20", 30, "Open"),
	("2026-02-10", 5, "Draft"),
	("2026-04-01", 7, "Draft"),
)


def card(name: str = "Contract Card", **values: Any) -> Any:
	return frappe.get_doc(
		{
			"doctype": "Number Card",
			"label": name,
			"type": "Document Type",
			"document_type": "Contract Order",
			"function": "Count",
			"filters_json": json.dumps([MINE]),
			**values,
		}
	).insert()


def chart(name: str = "Contract Chart", **values: Any) -> Any:
	return frappe.get_doc(
		{
			"doctype": "Dashboard Chart",
			"chart_name": name,
			"chart_type": "Sum",
			"document_type": "Contract Order",
			"based_on": "posting_date",
			"value_based_on": "total",
			"timeseries": 1,
			"timespan": "Select Date Range",
			"from_date": "2026-01-01",
			"to_date": "2026-04-30",
			"time_interval": "Monthly",
			"filters_json": json.dumps([MINE]),
			**values,
		}
	).insert()


@pytest.mark.parametrize(
	("function", "expected"),
	[("Count", 4.0), ("Sum", 52.0), ("Average", 13.0), ("Minimum", 5.0), ("Maximum", 30.0)],
)
def test_each_function_of_a_card(function: str, expected: float) -> None:
	orders(*ROWS)
	doc = card(function=function, aggregate_function_based_on="total")
	result = number_card.get_result(doc, doc.filters_json)
	assert result == expected
	assert type(result) is float
	assert (
		number_card.get_result(
			frappe.as_json(doc.as_dict()), [MINE, ["Contract Order", "status", "=", "Open"]]
		)
		is not None
	)


def test_a_card_over_nothing_is_zero() -> None:
	doc = card(function="Sum", aggregate_function_based_on="total")
	assert number_card.get_result(doc, doc.filters_json) == 0.0


def test_a_card_shows_how_it_moved() -> None:
	made = orders(*ROWS)
	frappe.db.set_value(
		"Contract Order", made[0].name, "creation", "2020-01-01 00:00:00", update_modified=False
	)
	doc = card(show_percentage_stats=1, stats_time_interval="Daily")
	assert number_card.get_percentage_difference(doc.as_dict(), [list(MINE)], 4) == 300.0
	assert number_card.get_percentage_difference(doc.as_dict(), [list(MINE)], 1) == 0
	frappe.db.set_value("Contract Order", made[0].name, "creation", made[1].creation, update_modified=False)
	assert number_card.get_percentage_difference(doc.as_dict(), [list(MINE)], 4) is None
	doc.show_percentage_stats = 0
	doc.save()
	assert number_card.get_percentage_difference(doc.as_dict(), [list(MINE)], 4) is None


def test_a_card_is_for_what_the_user_may_read() -> None:
	orders(*ROWS)
	doc = card()
	frappe.set_user("clerk@contract.test")
	assert number_card.has_permission(doc, "read", "clerk@contract.test")
	frappe.set_user("viewer@contract.test")
	assert not number_card.has_permission(doc, "read", "viewer@contract.test")
	with pytest.raises(frappe.PermissionError):
		number_card.get_result(doc, doc.filters_json)


@pytest.mark.parametrize(
	"wrong",
	[
		{"function": "Sum"},
		{"type": "Report"},
		{"type": "Custom"},
		{"document_type": "Contract Order Line"},
	],
)
def test_an_incomplete_card_is_refused(wrong: dict[str, Any]) -> None:
	with pytest.raises(frappe.ValidationError):
		card(**wrong)


def test_cards_of_the_same_label_are_numbered() -> None:
	assert [card().name, card().name] == ["Contract Card", "Contract Card-1"]


def test_a_chart_over_time() -> None:
	orders(*ROWS)
	doc = chart()
	data = dashboard_chart.get(chart_name=doc.name, refresh=1)
	assert data["labels"] == ["Jan 2026", "Feb 2026", "Mar 2026", "Apr 2026"]
	assert data["datasets"] == [{"name": "Contract Chart", "values": [40, 5, 0, 7]}]
	assert frappe.db.get_value("Dashboard Chart", doc.name, "last_synced_on")


@pytest.mark.parametrize(
	("kind", "interval", "labels", "values"),
	[
		("Count", "Monthly", ["Jan 2026", "Feb 2026", "Mar 2026", "Apr 2026"], [2, 1, 0, 1]),
		("Average", "Monthly", ["Jan 2026", "Feb 2026", "Mar 2026", "Apr 2026"], [20.0, 5.0, 0, 7.0]),
		("Sum", "Quarterly", ["Quarter 1 2026", "Quarter 2 2026"], [45, 7]),
		("Sum", "Yearly", ["2026"], [52]),
	],
)
def test_kinds_and_grains(kind: str, interval: str, labels: list[str], values: list[float]) -> None:
	orders(*ROWS)
	doc = chart(chart_type=kind, time_interval=interval)
	data = dashboard_chart.get(chart_name=doc.name, refresh=1)
	assert data["labels"] == labels
	assert data["datasets"][0]["values"] == values


def test_days_are_named_in_the_sites_format(settings: Any) -> None:
	orders(("2026-01-02", 1, "Open"))
	doc = chart(time_interval="Daily", from_date="2026-01-01", to_date="2026-01-03")
	data = dashboard_chart.get(chart_name=doc.name, refresh=1)
	assert data["labels"] == ["2026-01-01", "2026-01-02", "2026-01-03"]
	assert data["datasets"][0]["values"] == [0, 1, 0]


def test_the_dates_and_filters_may_be_given() -> None:
	orders(*ROWS)
	doc = chart()
	data = dashboard_chart.get(
		chart_name=doc.name,
		refresh=1,
		from_date="2026-01-01",
		to_date="2026-02-28",
		filters=json.dumps([MINE, ["Contract Order", "status", "=", "Open"]]),
	)
	assert data["labels"] == ["Jan 2026", "Feb 2026"]
	assert data["datasets"][0]["values"] == [40, 0]


def test_cancelled_documents_do_not_count() -> None:
	made = orders(*ROWS)
	made[0].submit()
	made[0].cancel()
	data = dashboard_chart.get(chart_name=chart().name, refresh=1)
	assert data["datasets"][0]["values"] == [30, 5, 0, 7]


def test_groups() -> None:
	orders(*ROWS)
	doc = chart(
		chart_type="Group By",
		group_by_based_on="status",
		group_by_type="Sum",
		aggregate_function_based_on="total",
		timeseries=0,
	)
	data = dashboard_chart.get(chart_name=doc.name, refresh=1)
	assert data["labels"] == ["Open", "Draft"]
	assert data["datasets"][0]["values"] == [40, 12]
	doc = chart(
		"Contract Chart 2",
		chart_type="Group By",
		group_by_based_on="status",
		group_by_type="Count",
		timeseries=0,
	)
	assert dashboard_chart.get(chart_name=doc.name, refresh=1)["datasets"][0]["values"] == [2, 2]


def test_groups_of_nothing() -> None:
	doc = chart(chart_type="Group By", group_by_based_on="status", group_by_type="Count", timeseries=0)
	assert dashboard_chart.get(chart_name=doc.name, refresh=1) is None


def test_a_calendar_of_a_year() -> None:
	orders(*ROWS)
	doc = chart(type="Heatmap", heatmap_year="2026")
	data = dashboard_chart.get(chart_name=doc.name, refresh=1)
	assert data["labels"] == []
	assert sorted(data["dataPoints"].values()) == [5, 7, 10, 30]


@pytest.mark.parametrize(
	"wrong",
	[
		{"document_type": None},
		{"based_on": None},
		{"chart_type": "Group By"},
		{"document_type": "Contract Settings"},
		{"custom_options": "{nonsense"},
		{"is_standard": 1, "module": "Core"},
	],
)
def test_an_incomplete_chart_is_refused(wrong: dict[str, Any]) -> None:
	with pytest.raises(frappe.ValidationError):
		chart(**wrong)


def test_a_chart_is_for_its_roles_or_for_who_may_read() -> None:
	doc = chart()
	frappe.set_user("clerk@contract.test")
	assert dashboard_chart.has_permission(doc, "read", "clerk@contract.test")
	frappe.set_user("viewer@contract.test")
	assert not dashboard_chart.has_permission(doc, "read", "viewer@contract.test")
	doc.append("roles", {"role": "Contract Viewer"})
	assert dashboard_chart.has_permission(doc, "read", "viewer@contract.test")
	assert not dashboard_chart.has_permission(doc, "read", "clerk@contract.test")


def test_a_dashboard_shows_what_is_permitted() -> None:
	frappe.get_doc(
		{
			"doctype": "Dashboard",
			"dashboard_name": "Contract Dashboard",
			"charts": [{"chart": chart().name, "width": "Full"}],
			"cards": [{"card": card().name}],
		}
	).insert()
	charts = get_permitted_charts("Contract Dashboard")
	assert [(row.chart, row.width) for row in charts] == [("Contract Chart", "Full")]
	assert [row.card for row in get_permitted_cards("Contract Dashboard")] == ["Contract Card"]


def test_there_is_one_default_dashboard() -> None:
	for name in ("Contract One", "Contract Two"):
		frappe.get_doc(
			{
				"doctype": "Dashboard",
				"dashboard_name": name,
				"is_default": 1,
				"charts": [{"chart": chart(f"C {name}").name}],
			}
		).insert()
	assert frappe.db.get_value("Dashboard", "Contract One", "is_default") == 0
	assert frappe.db.get_value("Dashboard", "Contract Two", "is_default") == 1


def test_a_workspace_can_be_saved() -> None:
	workspace = frappe.get_doc(
		{
			"doctype": "Workspace",
			"label": "Contract Workspace",
			"title": "Contract Workspace",
			"module": "Core",
			"public": 1,
			"content": "[]",
			"number_cards": [{"number_card_name": card().name, "label": "Orders"}],
			"charts": [{"chart_name": chart().name, "label": "Chart"}],
			"shortcuts": [
				{"type": "DocType", "link_to": "Contract Order", "label": "Orders", "doc_view": "List"}
			],
			"links": [
				{"type": "Card Break", "label": "Lists"},
				{"type": "Link", "label": "Orders", "link_type": "DocType", "link_to": "Contract Order"},
			],
			"quick_lists": [{"document_type": "Contract Order", "label": "Recent"}],
			"roles": [{"role": "Contract Clerk"}],
		}
	).insert()
	assert [row.label for row in frappe.get_doc("Workspace", workspace.name).links] == ["Lists", "Orders"]
