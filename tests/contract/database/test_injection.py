"""Whatever a client sends as field, filter, order, grouping or DocType: it reads nothing that it was not to read, and
changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
import pytest

from tests.contract.database.tools import PARTY, names

REFUSED_FIELDS = [
	"(select name from tabUser)",
	"version()",
	"user()",
	"database()",
	"@@version",
	"name from tabUser",
	"select 1",
	"drop table x",
	"update x set",
	"concat(name,1)",
	"if(1,2,3)",
	"ifnull(1,2)",
	"coalesce(email,'x')",
	"nullif(a,b)",
	"name 'x'",
	"name,",
	"name, (select 1)",
	"name, email",
]
ATTEMPTS = [
	*REFUSED_FIELDS,
	"name; drop table `tabContract Party`",
	"name union select password from __Auth ",
	"name/*x*/",
	"* from tabUser",
	"1;",
	"name)",
	"sum(select 1)",
	"' or '1'='1",
	"`tabUser`.`name`",
	'" or 1=1 -- ',
]


@pytest.mark.parametrize("field", REFUSED_FIELDS)
def test_fields_that_v15_refuses(field: str):
	with pytest.raises(frappe.DataError):
		frappe.get_all(PARTY, fields=[field])


@pytest.mark.parametrize("field", ["name/*x*/", "name union select password from __Auth "])
def test_comments_and_unions(field: str):
	with pytest.raises(frappe.ValidationError):
		frappe.get_all(PARTY, fields=[field])


@pytest.mark.parametrize(
	"order_by",
	[
		"name; drop table x",
		"(select name from tabUser)",
		"name#",
		"sleep(1)",
		"`tabUser`.`name`",
		"name where 1=1",
	],
)
def test_orders_and_groups_that_v15_refuses(order_by: str):
	for clause in ("order_by", "group_by"):
		with pytest.raises(Exception) as caught:
			frappe.get_all(PARTY, fields=["name"], **{clause: order_by})
		assert isinstance(caught.value, frappe.ValidationError | frappe.db.ProgrammingError)


@pytest.mark.parametrize(
	"fieldname", ["name = 'P1' or 1=1 or '", "(select 1)", "name, email", "ifnull(name, (select 1))", "name;"]
)
def test_filter_fields_that_v15_refuses(fieldname: str):
	with pytest.raises(frappe.DataError):
		frappe.get_all(PARTY, filters=[[fieldname, "=", "P1"]])


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_values_are_values(attempt: str):
	for filters in (
		{"party_name": attempt},
		{"party_name": ["in", [attempt]]},
		{"party_name": ["like", attempt]},
	):
		assert names(PARTY, filters) == ""
		assert frappe.db.get_value(PARTY, filters) is None
	assert frappe.db.exists(PARTY, attempt) is None
	frappe.db.set_value(PARTY, "P1", "notes", attempt)
	assert frappe.db.get_value(PARTY, "P1", "notes") == attempt
	assert frappe.db.count(PARTY, {"notes": attempt}) == 1


def _calls(attempt: str) -> list[Callable[[], Any]]:
	return [
		lambda: frappe.get_all(PARTY, fields=[attempt], limit=2),
		lambda: frappe.get_all(PARTY, fields=["name"], order_by=attempt, limit=2),
		lambda: frappe.get_all(PARTY, fields=["name"], group_by=attempt, order_by=None, limit=2),
		lambda: frappe.get_all(PARTY, filters={attempt: 1}),
		lambda: frappe.get_all(PARTY, filters=[["name", attempt, 1]]),
		lambda: frappe.db.get_value(PARTY, "P1", attempt),
		lambda: frappe.db.get_value(PARTY, {attempt: 1}),
		lambda: frappe.db.get_value(PARTY, {"disabled": 0}, "name", order_by=attempt),
		lambda: frappe.db.get_value(attempt, "P1"),
		lambda: frappe.db.delete(PARTY, {attempt: 1}),
		lambda: frappe.db.set_value(PARTY, {attempt: 1}, "notes", "x"),
		lambda: frappe.db.count(PARTY, {attempt: 1}),
	]


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_nothing_leaks_and_nothing_changes(attempt: str):
	for call in _calls(attempt):
		frappe.db.savepoint("attempt")
		try:
			result = call()
		except Exception:
			result = None
		assert "pbkdf2" not in str(result) and "argon2" not in str(result)
		assert "Administrator" not in str(result)
		frappe.db.rollback(save_point="attempt")
	assert names(PARTY) == "P1 P2 P3 P4 P5"
