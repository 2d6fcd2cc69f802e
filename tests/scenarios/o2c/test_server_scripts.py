"""The example Server Scripts: at rest on arrival, at work once an administrator enables them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from frappe.utils import add_days, nowdate
from o2c_extensions.setup import ledger, server_scripts

from tests.support import erp
from tests.support.engines import Engine
from tests.support.smtp import MailCatcher

NAMES = [script["name"] for script in server_scripts.SCRIPTS]


@pytest.fixture(autouse=True)
def switched_on(engine: Engine) -> Iterator[None]:
	with engine.config(server_script_enabled=1):
		yield
		frappe.db.rollback()
		frappe.cache.delete_value("server_script_map")


@pytest.fixture(autouse=True)
def examples() -> None:
	"""As they arrive, whatever an administrator of this site has made of them."""
	for name in NAMES:
		if frappe.db.exists("Server Script", name):
			frappe.delete_doc("Server Script", name)
	_forget()
	server_scripts.sync()


def _forget() -> None:
	kept = [name for name in ledger.made("Server Script") if name not in NAMES]
	found = ledger._read()
	found["Server Script"] = kept
	frappe.db.set_global(ledger._KEY, frappe.as_json(found))


def enable(name: str, **values: Any) -> Any:
	script = frappe.get_doc("Server Script", name)
	script.update({"disabled": 0, **values})
	frappe.local.message_log = []
	script.save()
	assert not [line for line in frappe.local.message_log if "Compilation" in str(line)]
	return script


def submitted_order(customer: str, service: str) -> Any:
	order = erp.order(customer, [{"item_code": service, "qty": 1, "rate": 100}])
	order.insert()
	order.submit()
	return order


def test_they_arrive_disabled() -> None:
	rows = frappe.get_all("Server Script", filters={"name": ("in", NAMES)}, fields=["name", "disabled"])
	assert {row.name: row.disabled for row in rows} == dict.fromkeys(NAMES, 1)


def test_they_arrive_where_server_scripts_are_off(engine: Engine, customer: str, service: str) -> None:
	for name in NAMES:
		frappe.delete_doc("Server Script", name)
	_forget()
	with engine.config(server_script_enabled=0):
		server_scripts.sync()
		assert frappe.db.count("Server Script", {"name": ("in", NAMES)}) == 3
		submitted_order(customer, service)


def test_what_an_administrator_made_of_them_stays() -> None:
	enable("O2C Order Check", script="doc.po_no = 'X'")
	frappe.delete_doc("Server Script", "O2C Weekly Digest")
	server_scripts.sync()
	assert frappe.db.get_value("Server Script", "O2C Order Check", "script") == "doc.po_no = 'X'"
	assert not frappe.db.exists("Server Script", "O2C Weekly Digest")


def test_order_status_tells_how_an_order_stands(customer: str, service: str) -> None:
	order = submitted_order(customer, service)
	order.db_set({"o2c_promised_date": "2026-03-09", "o2c_credit_status": "Passed"})
	enable("O2C Order Status")
	frappe.local.form_dict = frappe._dict(order=order.name)
	frappe.get_doc("Server Script", "O2C Order Status").execute_method()
	said = frappe.response["message"]
	assert (said["order"], said["status"], said["credit"]) == (order.name, order.status, "Passed")
	assert str(said["promised"]) == "2026-03-09"


@pytest.mark.parametrize("asked", [{}, {"order": "no such order"}])
def test_order_status_needs_an_order(asked: dict[str, str]) -> None:
	script = enable("O2C Order Status")
	frappe.local.form_dict = frappe._dict(asked)
	with pytest.raises((frappe.ValidationError, frappe.DoesNotExistError)):
		script.execute_method()


def test_order_status_is_for_those_who_may_read_the_order(customer: str, service: str) -> None:
	order = submitted_order(customer, service)
	script = enable("O2C Order Status")
	user = erp.insert(
		"User", email=f"{frappe.generate_hash(length=8)}@example.com", first_name="A", send_welcome_email=0
	)
	frappe.set_user(user.name)
	frappe.local.form_dict = frappe._dict(order=order.name)
	with pytest.raises(frappe.PermissionError):
		script.execute_method()


def test_order_check_refuses_days_gone_by(customer: str, service: str) -> None:
	enable("O2C Order Check")
	line = {"item_code": service, "qty": 1, "rate": 100}
	today = nowdate()
	with pytest.raises(frappe.ValidationError, match="delivery date has passed"):
		erp.order(customer, [line], day=add_days(today, -5)).insert()
	frappe.local.message_log = []
	order = erp.order(customer, [line], day=today).insert()
	assert "purchase order number is missing" in str(frappe.local.message_log)
	frappe.local.message_log = []
	order.po_no = "PO 1"
	order.save()
	assert "purchase order number" not in str(frappe.local.message_log)


def test_weekly_digest_is_mailed_to_administrators(smtp: MailCatcher, customer: str, service: str) -> None:
	name = f"{frappe.generate_hash(length=8)}@example.com"
	erp.insert(
		"User",
		email=name,
		first_name="A",
		send_welcome_email=0,
		roles=[{"role": "O2C Administrator"}],
	)
	lines = [{"item_code": service, "qty": 1, "rate": 100}]
	invoice = erp.invoice(customer, lines, day="2026-03-02", due_date="2026-03-03")
	invoice.insert()
	invoice.submit()
	frappe.db.delete("Email Queue")
	script = enable("O2C Weekly Digest")
	assert frappe.db.get_value("Scheduled Job Type", {"server_script": script.name}, "frequency") == "Weekly"
	script.execute_scheduled_method()
	mails = frappe.get_all("Email Queue", pluck="name")
	recipients = frappe.get_all("Email Queue Recipient", filters={"parent": ("in", mails)}, pluck="recipient")
	assert name in recipients
	message = frappe.db.get_value("Email Queue", mails[0], "message")
	assert "digest" in message
	assert "Overdue invoices" in message
