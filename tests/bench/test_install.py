"""On a real ERPNext: installing, migrating twice, uninstalling. On a copy of the given site."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.bench.conftest import Copy

pytestmark = pytest.mark.timeout(600)

# Everything that the app could have touched, with the times of the last change; DocTypes of ours only, as the framework
# imports some of its own anew at every migrate.
SNAPSHOT = """
tables = ['Role', 'Custom Field', 'Property Setter', 'Custom DocPerm', 'Has Role', 'Module Def', 'Scheduled Job Type',
	'DefaultValue', 'Singles', 'Patch Log', 'DocType', 'DocField', 'DocPerm', 'DocType Link']
columns = {'Singles': 'doctype, field, value', 'DefaultValue': 'defkey, defvalue, parent',
	'Scheduled Job Type': 'name, method, frequency, cron_format, stopped', 'Patch Log': 'patch'}
ours = {'DocType': "name like 'O2C%'", 'DocField': "parent like 'O2C%'", 'DocPerm': "parent like 'O2C%'",
	'DocType Link': "parent like 'O2C%'", 'Singles': "doctype not in ('Installed Applications', 'Portal Settings')"}
result = {}
for table in tables:
	rows = frappe.db.sql(f"select {columns.get(table, '*')} from `tab{table}` where {ours.get(table, '1=1')}")
	result[table] = sorted(json.dumps(row, default=str) for row in rows)
"""
ROW_COUNTS = """
result = {table: frappe.db.sql(f'select count(*) from `{table}`')[0][0] for table in frappe.db.get_tables(cached=False)}
"""


def snapshot(copy: Copy) -> dict[str, list[str]]:
	rows: dict[str, list[str]] = copy.execute(SNAPSHOT)
	volatile = ("installed_apps", "last_sync_on", "scheduler_last_event", "dormant_days")
	return {
		table: [row for row in lines if not any(word in row for word in volatile)]
		for table, lines in rows.items()
	}


def differences(before: dict[str, list[str]], after: dict[str, list[str]]) -> dict[str, Any]:
	found = {}
	for table in before:
		gone, new = set(before[table]) - set(after[table]), set(after[table]) - set(before[table])
		if gone or new:
			found[table] = {"gone": sorted(gone), "new": sorted(new)}
	return found


def test_installing_and_uninstalling_leaves_nothing_behind(copy: Copy) -> None:
	copy.bench("uninstall-app", "o2c_extensions", "--yes", "--no-backup")
	before = snapshot(copy)
	traces = [row for rows in before.values() for row in rows if re.search("O2C|o2c_", row)]
	assert not traces, traces
	tables_before = copy.execute(ROW_COUNTS)
	assert not [table for table in tables_before if "O2C" in table]

	copy.bench("install-app", "o2c_extensions")
	names = copy.execute(
		"""
company = frappe.get_all('Company', pluck='name')[0]
group = frappe.get_all('Customer Group', {'is_group': 0}, pluck='name')[0]
territory = frappe.get_all('Territory', {'is_group': 0}, pluck='name')[0]
customer = frappe.get_doc({'doctype': 'Customer', 'customer_name': 'O2C Uninstall', 'customer_group': group,
	'territory': territory}).insert()
frappe.get_doc({'doctype': 'Item', 'item_code': 'O2C-UNINSTALL', 'is_stock_item': 0, 'stock_uom': 'Nos',
	'item_group': frappe.get_all('Item Group', {'is_group': 0}, pluck='name')[0]}).insert()
order = frappe.get_doc({'doctype': 'Sales Order', 'customer': customer.name, 'company': company,
	'delivery_date': frappe.utils.add_days(frappe.utils.nowdate(), 7),
	'items': [{'item_code': 'O2C-UNINSTALL', 'qty': 2, 'rate': 10}]})
order.insert()
from o2c_extensions.common.casebook import join_case, record_event
from o2c_extensions.common import decisions
case = join_case(order)
record_event(case, 'Order', 'Captured', 'Sales Order', order.name)
decisions.record('Test', 'Sales Order', order.name, rule='x', rule_version=1, inputs={}, outcome='Pass', reasons=['y'])
order.submit()
user = frappe.get_doc('User', 'Administrator')
user.add_comment('Comment', 'o2c')
frappe.get_doc({'doctype': 'User', 'email': 'o2c-role@example.com', 'first_name': 'O2C', 'send_welcome_email': 0,
	'roles': [{'role': 'Credit Controller'}, {'role': 'Sales User'}]}).insert()
frappe.permissions.add_permission('Sales Order', 'Credit Controller')

settings = frappe.get_doc('O2C Settings'); settings.decision_years = 11; settings.save()
result = [order.name, customer.name, case]
"""
	)
	assert names[2] == names[0]
	counted = ("tabSales Order", "tabSales Order Item", "tabCustomer", "tabItem", "tabUser", "tabGL Entry")
	with_app = copy.execute(ROW_COUNTS)

	copy.bench("uninstall-app", "o2c_extensions", "--yes", "--no-backup")
	after = copy.execute(ROW_COUNTS)
	assert {table: after[table] for table in counted} == {table: with_app[table] for table in counted}
	assert set(after) == set(tables_before)
	status = copy.execute(
		f"result = frappe.db.get_value('Sales Order', {names[0]!r}, ['docstatus', 'grand_total'])"
	)
	assert status == [1, 20]
	roles = copy.execute("result = frappe.get_roles('o2c-role@example.com')")
	assert "Sales User" in roles
	assert "Credit Controller" not in roles

	# What is new is this test's user, and settings that the framework fills at every installation: nothing of ours.
	found = differences(before, snapshot(copy))
	assert not {table: change["gone"] for table, change in found.items() if change["gone"]}
	new = [row for change in found.values() for row in change["new"]]
	assert not [row for row in new if re.search("O2C|o2c_|Credit Controller", row)]

	# ERPNext goes on working on documents that carried our fields.
	copy.execute(f"frappe.get_doc('Sales Order', {names[0]!r}).cancel()")


def test_migrating_twice_changes_nothing_and_keeps_what_an_administrator_edited(copy: Copy) -> None:
	copy.bench("install-app", "o2c_extensions")
	copy.execute(
		"""
field = frappe.get_doc('Custom Field', 'Sales Order-o2c_case')
field.label, field.hidden = 'Our Case', 1
field.save()
frappe.db.set_value('Property Setter', 'Customer Group-main-track_changes', 'value', '0')
role = frappe.get_doc('Role', 'O2C Analyst'); role.disabled = 1; role.save()
settings = frappe.get_doc('O2C Settings'); settings.idempotency_days = 77; settings.save()
frappe.permissions.add_permission('O2C Event', 'Sales User')
frappe.delete_doc('Role', 'Collections Agent', force=True)
frappe.db.set_value('Scheduled Job Type', {'method': ('like', 'o2c_extensions.%forget%')}, 'stopped', 1)
"""
	)
	edited = snapshot(copy)
	for _time in range(2):
		copy.bench("migrate", "--skip-search-index")
		assert not differences(edited, snapshot(copy))
	assert copy.execute("result = frappe.get_meta('Sales Order').get_label('o2c_case')") == "Our Case"
	assert copy.execute("result = frappe.db.exists('Role', 'Collections Agent')") is None


def test_a_property_setter_of_the_site_is_respected(copy: Copy) -> None:
	copy.bench("uninstall-app", "o2c_extensions", "--yes", "--no-backup")
	copy.execute(
		"frappe.make_property_setter({'doctype': 'Customer Group', 'doctype_or_field': 'DocType', "
		"'property': 'track_changes', 'property_type': 'Check', 'value': '0'})\n"
		"frappe.get_doc({'doctype': 'Role', 'role_name': 'Order Manager', 'desk_access': 1}).insert()"
	)
	copy.bench("install-app", "o2c_extensions")
	name = "Customer Group-main-track_changes"
	assert copy.execute(f"result = frappe.db.get_value('Property Setter', {name!r}, 'value')") == "0"
	copy.bench("uninstall-app", "o2c_extensions", "--yes", "--no-backup")
	assert copy.execute(f"result = frappe.db.get_value('Property Setter', {name!r}, 'value')") == "0"
	assert copy.execute("result = frappe.db.exists('Role', 'Order Manager')") == "Order Manager"
	assert copy.execute("result = frappe.db.exists('Role', 'Credit Manager')") is None
