"""A statement books a batch as one amount; the notification tells the payments in it, before or after."""

from __future__ import annotations

import base64
import re
from decimal import Decimal
from typing import Any

import frappe
import pytest
from o2c_extensions.cash_application import api, tasks
from o2c_extensions.cash_application.services.clerks import match_by_hand
from o2c_extensions.cash_application.services.matching import apply as apply_receipt
from o2c_extensions.cash_application.services.statements import import_statement

from tests.scenarios.o2c.test_cash import (
	DAY,
	IBAN,
	TODAY,
	account,
	by_hand_only,
	make_invoice,
	outstanding,
)
from tests.support import camt
from tests.support.camt import Detail, booking

__all__ = ["account", "by_hand_only"]


def batch(*parts: Detail, reference: str = "BATCH-1") -> Any:
	total = sum((part.amount for part in parts), Decimal(0))
	return booking(total, DAY, "Sammelgutschrift", bank_reference=reference, batch=parts)


def whole(amount: str, reference: str = "BATCH-1") -> Any:
	return booking(amount, DAY, "Sammelgutschrift", bank_reference=reference)


def notification(*bookings: Any, number: str = "N1") -> bytes:
	"""A camt.054 of these bookings, as a bank sends it beside its camt.053: without balances."""
	told = camt.statement(IBAN, "0", bookings, number=number)
	told = re.sub(r"<Bal>.*?</Bal>", "", told, flags=re.DOTALL)
	return camt.document([told.replace("Stmt>", "Ntfctn>")], kind="054")


def bring(*bookings: Any, number: str = "1", opening: str = "0") -> str:
	[name] = import_statement(camt.file(IBAN, opening, bookings, number=number), "a.xml", TODAY)
	return name


def lines(statement: str, docstatus: int = 1) -> list[tuple[float, str]]:
	rows = frappe.get_all(
		"Bank Transaction",
		filters={"o2c_bank_statement": statement, "docstatus": docstatus},
		fields=["deposit", "bank_party_name"],
		order_by="deposit asc",
	)
	return [(row.deposit, row.bank_party_name or "") for row in rows]


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
	"""What workers are asked to look at, which the story does itself."""
	asked: list[dict[str, Any]] = []
	original = frappe.enqueue

	def noted(method: Any, **values: Any) -> Any:
		if method == "o2c_extensions.cash_application.tasks.look_at_notifications":
			asked.append(values)
			return None
		return original(method, **values)

	monkeypatch.setattr(frappe, "enqueue", noted)
	return asked


PARTS = (Detail(Decimal("10.50"), "erste", name="A GmbH"), Detail(Decimal("19.50"), "zweite", name="B GmbH"))
SPLIT = [(10.5, "A GmbH"), (19.5, "B GmbH")]


def balance(statement: str) -> tuple[float, float, float]:
	row = frappe.db.get_value(
		"Bank Statement", statement, ["opening_balance", "closing_balance", "deposits"], as_dict=True
	)
	return (row.opening_balance, row.closing_balance, row.deposits)


def test_a_notification_after_the_statement_takes_its_line_apart(account: str) -> None:
	statement = bring(whole("30"), booking("5", DAY, "einzeln", bank_reference="X"))
	before = balance(statement)
	[name] = import_statement(notification(batch(*PARTS)), "n.xml", TODAY)
	assert lines(statement) == [(5, ""), *SPLIT]
	assert lines(statement, 2) == [(30, "")], "what was there stays, cancelled"
	assert balance(statement) == before
	told = frappe.get_doc("Bank Notification", name)
	assert (told.status, told.bank_account) == ("Used", account)
	assert (told.batches[0].payments, told.batches[0].amount) == (2, 30)
	original = told.batches[0].bank_transaction
	assert frappe.db.exists("O2C Decision", {"decision_type": "Batch Split", "reference_name": original})


def test_a_notification_before_the_statement_waits_for_it(account: str) -> None:
	[name] = import_statement(notification(batch(*PARTS)), "n.xml", TODAY)
	assert frappe.db.get_value("Bank Notification", name, "status") == "Waiting"
	statement = bring(whole("30"), booking("5", DAY, "einzeln", bank_reference="X"))
	assert lines(statement) == [(5, ""), *SPLIT]
	assert frappe.db.get_value("Bank Notification", name, "status") == "Used"
	row = frappe.db.get_value("Bank Statement", statement, ["new_lines", "known_lines"], as_dict=True)
	assert (row.new_lines, row.known_lines) == (3, 0)


@pytest.mark.parametrize("first", ["notification", "statement"])
def test_whatever_comes_again_brings_nothing_twice(account: str, first: str) -> None:
	notice = notification(batch(*PARTS))
	if first == "notification":
		import_statement(notice, "n.xml", TODAY)
	statement = bring(whole("30"))
	import_statement(notice, "n.xml", TODAY)
	import_statement(notification(batch(*PARTS), number="N2"), "again.xml", TODAY)
	overlapping = bring(whole("30"), booking("7", DAY, "neu", bank_reference="Y"), number="2")
	assert lines(statement) == SPLIT
	assert lines(overlapping) == [(7, "")]
	known = frappe.db.get_value("Bank Statement", overlapping, "known_lines")
	assert known == 1


def test_a_line_that_was_matched_stays_whole(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 30)
	statement = bring(whole("30"))
	[line] = frappe.get_all("Bank Transaction", filters={"o2c_bank_statement": statement}, pluck="name")
	match_by_hand(line, [invoice.name])
	[name] = import_statement(notification(batch(*PARTS)), "n.xml", TODAY)
	assert lines(statement) == [(30, "")]
	assert frappe.db.get_value("Bank Notification", name, "status") == "Waiting"


def test_it_is_looked_at_again_when_the_match_is_taken_back(
	account: str, customer: str, service: str, jobs: list[dict[str, Any]]
) -> None:
	invoice = make_invoice(customer, service, 30)
	statement = bring(whole("30"))
	[line] = frappe.get_all("Bank Transaction", filters={"o2c_bank_statement": statement}, pluck="name")
	match_by_hand(line, [invoice.name])
	[name] = import_statement(notification(batch(*PARTS)), "n.xml", TODAY)
	assert not jobs
	api.undo(line)
	[job, *_again] = jobs
	tasks.look_at_notifications(job["bank_account"], job["day"])
	assert (lines(statement), lines(statement, 2)) == (SPLIT, [(30, "")])
	assert frappe.db.get_value("Bank Notification", name, "status") == "Used"
	assert outstanding(invoice) == 30
	# Once more, it finds nothing to do.
	tasks.look_at_notifications(job["bank_account"], job["day"])
	assert lines(statement) == SPLIT


def test_a_match_that_no_notification_is_about_is_taken_back_without_a_job(
	account: str, customer: str, service: str, jobs: list[dict[str, Any]]
) -> None:
	invoice = make_invoice(customer, service, 30)
	[line] = frappe.get_all(
		"Bank Transaction", filters={"o2c_bank_statement": bring(whole("30"))}, pluck="name"
	)
	match_by_hand(line, [invoice.name])
	api.undo(line)
	assert not jobs


def test_the_payments_of_a_batch_pay_their_invoices(account: str, customer: str, service: str) -> None:
	first, second = make_invoice(customer, service, 40), make_invoice(customer, service, 60)
	statement = bring(whole("100"))
	parts = (Detail(Decimal(40), first.name), Detail(Decimal(60), second.name))
	import_statement(notification(batch(*parts)), "n.xml", TODAY)
	for name in frappe.get_all(
		"Bank Transaction", filters={"o2c_bank_statement": statement, "docstatus": 1}, pluck="name"
	):
		assert apply_receipt(name, TODAY)
	assert (outstanding(first), outstanding(second)) == (0, 0)


def test_another_batch_of_the_amount_is_not_meant(account: str) -> None:
	statement = bring(whole("30", "OTHER"))
	import_statement(notification(batch(*PARTS)), "n.xml", TODAY)
	assert lines(statement) == [(30, "")]


def test_over_rest_a_notification_makes_no_line(account: str) -> None:
	before = frappe.db.count("Bank Transaction")
	answer = api.import_statement(base64.b64encode(notification(batch(*PARTS))).decode(), "n.xml")
	assert (answer["statements"], len(answer["notifications"])) == ([], 1)
	assert frappe.db.count("Bank Transaction") == before
