"""Reports: scripts and lists, for who may have them."""

from __future__ import annotations

import datetime
from typing import Any

import frappe
import pytest
from frappe.desk.query_report import (
	add_total_row,
	build_xlsx_data,
	get_column_as_dict,
	normalize_result,
	run,
	save_report,
)

from tests.contract.model.tools import order, party
from tests.contract.output.tools import make_report, orders, script_report


@pytest.mark.parametrize(
	("column", "expected"),
	[
		("Customer", {"label": "Customer", "fieldname": "customer"}),
		("Total Due:Currency", {"label": "Total Due", "fieldname": "total_due", "fieldtype": "Currency"}),
		(
			"Customer:Link/Contract Party:120",
			{
				"label": "Customer",
				"fieldname": "customer",
				"fieldtype": "Link",
				"options": "Contract Party",
				"width": "120",
			},
		),
		({"label": "A B"}, {"label": "A B", "fieldname": "a_b"}),
		(
			{"label": "A", "fieldname": "x", "fieldtype": "Int"},
			{"label": "A", "fieldname": "x", "fieldtype": "Int"},
		),
	],
)
def test_columns_in_one_shape(column: Any, expected: dict[str, Any]) -> None:
	assert get_column_as_dict(column) == expected


def test_rows_in_one_shape() -> None:
	columns = [{"fieldname": "a"}, {"fieldname": "b"}]
	assert normalize_result([[1, 2], (3, 4)], columns) == [{"a": 1, "b": 2}, {"a": 3, "b": 4}]
	assert normalize_result([{"a": 1}], columns) == [{"a": 1}]
	assert normalize_result([], columns) == []


def test_totals() -> None:
	columns = [
		{"fieldname": "name", "fieldtype": "Data"},
		{"fieldname": "total", "fieldtype": "Currency"},
		{"fieldname": "share", "fieldtype": "Percent"},
		{"fieldname": "currency", "fieldtype": "Link", "options": "Currency"},
		{"fieldname": "spent", "fieldtype": "Time"},
		{"fieldname": "note", "fieldtype": "Data"},
	]
	hour = datetime.timedelta(hours=1)
	rows = [
		{"name": "a", "total": 10, "share": 40, "currency": "EUR", "spent": hour, "note": "x"},
		{"name": "b", "total": 5.5, "share": 60, "currency": "EUR", "spent": hour, "note": "y"},
	]
	assert add_total_row(rows, columns)[-1] == ["Total", 15.5, 50.0, "EUR", 2 * hour, ""]


def test_totals_of_text_columns_and_trees() -> None:
	assert add_total_row([["a", 1], ["b", 2]], ["Name", "Count:Int"])[-1] == ["Total", 3.0]
	tree = [{"n": "r", "v": 5, "parent": ""}, {"n": "c", "v": 5, "parent": "r"}]
	columns = [{"fieldname": "n"}, {"fieldname": "v", "fieldtype": "Float"}]
	assert add_total_row(tree, columns, is_tree=True, parent_field="parent")[-1] == ["Total", 5.0]


def test_a_script_report() -> None:
	def execute(filters: Any) -> Any:
		assert filters.status == "Open"
		return (
			["Name:Data:120", "Total:Currency"],
			[["a", 10], ["b", 5]],
			"A message",
			{"data": {"labels": ["a"]}, "type": "bar"},
			[{"label": "Sum", "value": 15}],
		)

	with script_report(execute, add_total_row=1) as report:
		data = run(report.name, filters={"status": "Open"})
	assert [column["fieldname"] for column in data["columns"]] == ["name", "total"]
	assert data["result"] == [{"name": "a", "total": 10}, {"name": "b", "total": 5}, ["Total", 15.0]]
	assert data["message"] == "A message"
	assert data["chart"]["type"] == "bar"
	assert data["report_summary"] == [{"label": "Sum", "value": 15}]
	assert data["skip_total_row"] == 0
	assert data["add_total_row"]


def test_a_report_may_do_without_the_total_row() -> None:
	def execute(filters: Any) -> Any:
		return ["Total:Currency"], [[1]], None, None, None, True

	with script_report(execute, add_total_row=1) as report:
		data = run(report.name)
	assert data["result"] == [{"total": 1}]
	assert data["skip_total_row"] is True
	assert not data["add_total_row"]


def test_filters_may_come_as_json_and_default_to_none() -> None:
	seen: list[Any] = []

	def execute(filters: Any) -> Any:
		seen.append(dict(filters))
		return [], []

	with script_report(execute) as report:
		run(report.name, filters='{"a": 1}')
		run(report.name)
	assert seen == [{"a": 1}, {}]


def test_get_data_gives_columns_and_dicts() -> None:
	def execute(filters: Any) -> Any:
		return [{"label": "Name", "fieldname": "n"}], [{"n": 1}, {"n": 2}]

	with script_report(execute) as report:
		columns, data = report.get_data(as_dict=True)
	assert columns[0].fieldname == "n"
	assert [row.n for row in data] == [1, 2]


def test_an_error_in_a_report_is_raised() -> None:
	def execute(filters: Any) -> Any:
		raise ZeroDivisionError

	with script_report(execute) as report, pytest.raises(ZeroDivisionError):
		run(report.name)


def test_rows_are_kept_to_what_user_permissions_allow() -> None:
	party("Contract Allowed")
	party("Contract Denied")
	frappe.get_doc(
		{
			"doctype": "User Permission",
			"user": "clerk@contract.test",
			"allow": "Contract Party",
			"for_value": "Contract Allowed",
		}
	).insert()
	frappe.db.set_value("DocPerm", {"parent": "Contract Order", "role": "Contract Clerk"}, "report", 1)
	frappe.clear_cache(doctype="Contract Order")

	def execute(filters: Any) -> Any:
		columns = ["Party:Link/Contract Party", "Total:Currency"]
		return columns, [["Contract Allowed", 1], ["Contract Denied", 2], [None, 3], ["Contract Gone", 4]]

	try:
		with script_report(execute) as report:
			assert len(run(report.name)["result"]) == 4
			frappe.set_user("clerk@contract.test")
			shown = [row["total"] for row in run(report.name)["result"]]
		assert shown == [1, 3, 4]
	finally:
		frappe.set_user("Administrator")
		frappe.db.rollback()
		frappe.clear_cache(doctype="Contract Order")


def test_who_may_not_report_gets_no_report() -> None:
	with script_report(lambda filters: ([], [])) as report:
		frappe.set_user("clerk@contract.test")
		with pytest.raises(frappe.PermissionError, match="permission to get a report"):
			run(report.name)


def test_who_has_none_of_its_roles_gets_no_report() -> None:
	with script_report(lambda filters: ([], []), roles=[{"role": "Contract Viewer"}]) as report:
		frappe.set_user("clerk@contract.test")
		with pytest.raises(frappe.PermissionError, match="have access to Report"):
			run(report.name)


def test_a_disabled_report_is_refused() -> None:
	with script_report(lambda filters: ([], []), disabled=1) as report:
		with pytest.raises(frappe.ValidationError, match="is disabled"):
			run(report.name)


def test_a_report_of_ones_own_is_for_the_roles_of_its_doctype() -> None:
	report = make_report(report_type="Report Builder")
	assert {row.role for row in report.roles} == {"System Manager", "Contract Clerk"}
	assert report.json == "{}"
	assert report.module == "Core"


def test_a_list_made_with_the_report_builder() -> None:
	orders(
		("2026-01-05", 10, "Open"),
		("2026-01-06", 30, "Open"),
		("2026-01-07", 20, "Draft"),
	)
	spec = {
		"fields": [
			["posting_date", "Contract Order"],
			["total", "Contract Order"],
			["name", "Contract Order"],
		],
		"filters": [
			["Contract Order", "status", "=", "Open"],
			["Contract Order", "party", "=", "Contract Output"],
		],
		"sort_by": "Contract Order.total",
		"sort_order": "desc",
		"add_totals_row": 1,
	}
	report = make_report(report_type="Report Builder", json=frappe.as_json(spec))
	columns, data = report.get_data()
	assert [column.fieldname for column in columns] == ["posting_date", "total", "name"]
	assert columns[2].fieldtype == "Link"
	assert [row[1] for row in data] == [30, 10, 40]
	assert data[-1][0] == "Total"
	_columns, data = report.get_data(filters={"total": [">", 15]}, as_dict=True)
	assert [row.total for row in data][:1] == [30]


def test_a_list_grouped_with_the_report_builder() -> None:
	orders(("2026-01-05", 10, "Open"), ("2026-01-06", 30, "Open"), ("2026-01-07", 5, "Draft"))
	spec = {
		"fields": [["status", "Contract Order"], ["_aggregate_column", "Contract Order"]],
		"filters": [["Contract Order", "party", "=", "Contract Output"]],
		"group_by": {
			"group_by": "`tabContract Order`.`status`",
			"aggregate_function": "sum",
			"aggregate_on": "total",
		},
	}
	report = make_report(report_type="Report Builder", json=frappe.as_json(spec))
	columns, data = report.get_data()
	assert columns[1].label == "Sum of Total"
	assert data == [["Open", 40.0], ["Draft", 5.0]]


def test_a_saved_view_of_a_report() -> None:
	def execute(filters: Any) -> Any:
		return ["Party:Link/Contract Party", "Total:Currency"], [["Contract View", filters.get("total", 1)]]

	party("Contract View", email="view@contract.test")
	columns = [
		{"fieldname": "party", "label": "Party", "fieldtype": "Link", "options": "Contract Party"},
		{
			"fieldname": "email",
			"label": "Email",
			"fieldtype": "Data",
			"doctype": "Contract Party",
			"link_field": {"fieldname": "party", "names": []},
		},
	]
	with script_report(execute) as report:
		name = save_report(report.name, "Contract Saved View", frappe.as_json(columns), '{"total": 7}')
		data = run(name)
	assert [column["fieldname"] for column in data["columns"]] == ["party", "email"]
	assert data["result"][0]["email"] == "view@contract.test"
	assert data["result"][0]["total"] == 7
	assert data["custom_filters"] == {"total": 7}


def test_rows_for_a_spreadsheet() -> None:
	data = frappe._dict(
		columns=[
			{"label": "Name", "fieldname": "n", "width": 120},
			{"label": "Secret", "fieldname": "s", "hidden": 1},
			{"label": "Total", "fieldname": "t"},
		],
		result=[{"n": "a", "s": 1, "t": 5, "indent": 1}, {"n": "b", "t": 6}, ["Total", 11]],
		filters={"status": ["Open", "Draft"], "empty": None},
	)
	rows, widths = build_xlsx_data(data, [], 1, include_filters=1)
	assert rows == [["status", "Open, Draft"], [], ["Name", "Total"], ["    a", 5], ["b", 6], ["Total", 11]]
	assert widths == [12, 0]
	rows, _widths = build_xlsx_data(data, [1], 0)
	assert rows == [["Name", "Total"], ["b", 6]]


def test_only_the_administrator_saves_standard_reports() -> None:
	frappe.set_user("clerk@contract.test")
	with pytest.raises(frappe.ValidationError, match="Only Administrator"):
		report = frappe.get_doc(
			{
				"doctype": "Report",
				"report_name": "Contract Standard",
				"ref_doctype": "Contract Order",
				"report_type": "Script Report",
				"is_standard": "Yes",
			}
		)
		report.validate()


def test_an_order_is_listed_for_its_reporters() -> None:
	order()
	report = make_report(report_type="Report Builder")
	assert report.is_permitted()
	frappe.set_user("viewer@contract.test")
	assert not report.is_permitted()
