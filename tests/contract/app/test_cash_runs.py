"""Receipts applied by runs, and by several processes at once: each line once, no invoice beyond what is open on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import frappe
import pytest
from o2c_extensions.cash_application.services.statements import import_statement
from o2c_extensions.common import batch, decisions

from tests.support import camt, erp
from tests.support.camt import booking

DAY, TODAY = "2026-03-10", date(2026, 3, 31)
IBAN = "DE28990000000000990099"


@dataclass
class Shop:
	customer: str
	invoices: list[str]

	def lines(self, statement: str) -> list[str]:
		return frappe.get_all(
			"Bank Transaction",
			filters={"o2c_bank_statement": statement},
			order_by="creation asc, name asc",
			pluck="name",
		)

	def payments(self, docstatus: int = 1) -> list[Any]:
		return frappe.get_all(
			"Payment Entry",
			filters={"party": self.customer, "docstatus": docstatus},
			fields=["name", "paid_amount", "unallocated_amount"],
		)

	def outstanding(self) -> list[float]:
		return [frappe.db.get_value("Sales Invoice", name, "outstanding_amount") for name in self.invoices]


@pytest.fixture
def shop(committed: None, queue: object) -> Iterator[Shop]:
	"""A customer with four open invoices of 100, and a bank account; committed, and taken out again."""
	erp.found_company()
	frappe.db.set_single_value("O2C Settings", "match_receipts", 1)
	frappe.clear_document_cache("O2C Settings", "O2C Settings")
	label = f"Bank {frappe.generate_hash(length=6)}"
	customer, item = erp.make_customer(), erp.make_item(is_stock_item=0)
	erp.insert("Bank", bank_name=label)
	account = erp.insert(
		"Account",
		account_name=label,
		parent_account="Bank Accounts - NH",
		account_type="Bank",
		company=erp.COMPANY,
	).name
	erp.insert(
		"Bank Account",
		account_name=label,
		bank=label,
		account=account,
		is_company_account=1,
		company=erp.COMPANY,
		iban=IBAN,
	)
	made = Shop(customer, [])
	for _number in range(4):
		invoice = erp.invoice(customer, [{"item_code": item, "qty": 1, "rate": 100}], taxes=[])
		invoice.insert()
		invoice.submit()
		made.invoices.append(invoice.name)
	frappe.db.commit()
	yield made
	frappe.db.rollback()
	_take_out(made, f"{label} - {label}", account, item)
	frappe.db.commit()
	frappe.clear_document_cache("O2C Settings", "O2C Settings")


def _take_out(shop: Shop, bank_account: str, account: str, item: str) -> None:
	payments = frappe.get_all("Payment Entry", filters={"party": shop.customer}, pluck="name")
	lines = frappe.get_all("Bank Transaction", filters={"bank_account": bank_account}, pluck="name")
	documents = [*payments, *lines, *shop.invoices]
	for ledger in ("GL Entry", "Payment Ledger Entry"):
		frappe.db.delete(ledger, {"voucher_no": ("in", documents)})
	for table in (
		"Payment Entry Reference",
		"Bank Transaction Payments",
		"Sales Invoice Item",
		"Payment Schedule",
	):
		frappe.db.delete(table, {"parent": ("in", documents)})
	for table in ("O2C Event", "Comment"):
		frappe.db.delete(table, {"reference_name": ("in", documents)})
	proposals = frappe.get_all("Match Proposal", {"bank_transaction": ("in", lines)}, pluck="name")
	frappe.db.delete("Match Proposal Allocation", {"parent": ("in", proposals)})
	frappe.db.delete("Match Proposal", {"name": ("in", proposals)})
	frappe.db.delete("Payer Link", {"customer": shop.customer})
	frappe.db.delete("Payment Entry", {"name": ("in", payments)})
	frappe.db.delete("Bank Transaction", {"name": ("in", lines)})
	frappe.db.delete("Bank Statement", {"bank_account": bank_account})
	frappe.db.delete("Sales Invoice", {"name": ("in", shop.invoices)})
	frappe.db.delete("Item Price", {"item_code": item})
	bank = frappe.db.get_value("Bank Account", bank_account, "bank")
	for doctype, name in (
		("Bank Account", bank_account),
		("Bank", bank),
		("Account", account),
		("Customer", shop.customer),
		("Item", item),
	):
		frappe.delete_doc(doctype, name, force=True)


def bring(shop: Shop, *texts: str, amount: str = "100") -> str:
	bookings = [
		booking(
			amount,
			DAY,
			text,
			bank_reference=f"R{number}",
			name=shop.customer if text in shop.invoices else "",
		)
		for number, text in enumerate(texts)
	]
	[statement] = import_statement(camt.file(IBAN, "0", bookings), "a.xml", TODAY)
	frappe.db.commit()
	return statement


def test_an_import_starts_a_run_that_applies_the_receipts(shop: Shop, queue: list[tuple[str, int]]) -> None:
	statement = bring(shop, *shop.invoices[:3], "no name")
	[(run, _attempt)] = queue
	made = frappe.get_doc("O2C Run", run)
	assert made.kind == "Cash Application"
	assert frappe.parse_json(made.parameters) == {"date": "2026-03-31", "statements": [statement]}
	batch.execute(run)
	assert frappe.db.get_value("O2C Run", run, ["status", "done", "failed"]) == ("Completed", 4, 0)
	assert shop.outstanding() == [0, 0, 0, 100]
	results = frappe.get_all("O2C Run Item", filters={"run": run}, pluck="result")
	assert sorted(results) == sorted([*(payment.name for payment in shop.payments()), "Waiting"])
	again = batch.start("Cash Application", {"date": "2026-03-31", "statements": [statement]})
	frappe.db.commit()
	batch.execute(again)
	assert len(shop.payments()) == 3


def test_several_runs_share_the_receipts(shop: Shop, queue: list[tuple[str, int]]) -> None:
	statement = bring(shop, *shop.invoices)
	shared = {"date": "2026-03-31", "statements": [statement], "parts": 2}
	runs = [batch.start("Cash Application", {**shared, "part": part}) for part in (0, 1)]
	frappe.db.commit()
	for run in runs:
		batch.execute(run)
	did = [set(frappe.get_all("O2C Run Item", filters={"run": run}, pluck="item_key")) for run in runs]
	assert did[0] | did[1] == set(shop.lines(statement))
	assert not did[0] & did[1]
	assert shop.outstanding() == [0, 0, 0, 0]
	with pytest.raises(frappe.ValidationError):
		batch.start("Cash Application", {**shared, "part": 2})


def test_a_failing_item_leaves_nothing_half_written(
	shop: Shop, queue: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
	statement = bring(shop, *shop.invoices[:3])
	victim = shop.lines(statement)[1]
	record = decisions.record

	def fail_once(kind: str, doctype: str, line: str, **values: Any) -> str:
		name = record(kind, doctype, line, **values)
		if line == victim:
			raise RuntimeError("the power is gone")
		return name

	monkeypatch.setattr(decisions, "record", fail_once)
	run = queue[0][0]
	batch.execute(run)
	assert frappe.db.get_value("O2C Run", run, ["status", "done", "failed"]) == (
		"Completed with Errors",
		2,
		1,
	)
	assert shop.outstanding() == [0, 100, 0, 100]
	assert len(shop.payments()) == 2
	assert shop.payments(0) == []
	row = frappe.db.get_value(
		"Bank Transaction", victim, ["status", "o2c_match_status", "unallocated_amount"]
	)
	assert (row[0], row[1] or "", row[2]) == ("Unreconciled", "", 100)
	assert not frappe.db.exists("O2C Decision", {"reference_name": victim})
	monkeypatch.setattr(decisions, "record", record)
	batch.retry(run)
	frappe.db.commit()
	batch.execute(run)
	assert frappe.db.get_value("O2C Run", run, "status") == "Completed"
	assert shop.outstanding() == [0, 0, 0, 100]
	assert frappe.db.get_value("Bank Statement", statement, "status") == "Matched"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("announce", ["announced", "one by one"])
def test_several_at_once_apply_each_line_once(
	shop: Shop, in_process: Callable[..., Any], announce: str
) -> None:
	"""Three processes take the same lines, in different orders; six lines name four invoices, two of them twice."""
	statement = bring(shop, *shop.invoices, *shop.invoices[:2])
	lines = shop.lines(statement)
	orders = (lines, lines[::-1], lines[3:] + lines[:3])
	processes = [in_process("applying_process.py", announce, *order) for order in orders]
	outputs = [process.communicate(timeout=240)[0] for process in processes]
	assert [process.returncode for process in processes] == [0, 0, 0], "\n".join(outputs)
	frappe.db.rollback()
	assert shop.outstanding() == [0, 0, 0, 0]
	payments = shop.payments()
	assert sorted((payment.paid_amount, payment.unallocated_amount) for payment in payments) == [(100, 0)] * 4
	statuses = frappe.get_all("Bank Transaction", filters={"name": ("in", lines)}, pluck="o2c_match_status")
	assert sorted(statuses) == ["Matched"] * 4 + ["Waiting"] * 2


def test_a_statement_is_uploaded_over_http(shop: Shop, http: Any) -> None:
	content = camt.file(IBAN, "0", [booking("100", DAY, shop.invoices[0])])
	frappe.db.set_single_value("O2C Settings", "match_receipts", 0)
	frappe.clear_document_cache("O2C Settings", "O2C Settings")
	frappe.db.commit()
	session = http.login()
	url = "/api/method/o2c_extensions.cash_application.api."
	for _time in range(2):
		answer = session.post(
			f"{url}import_statement", files={"file": ("mai.xml", content, "application/xml")}
		)
		assert answer.status_code == 200, answer.text
	frappe.db.rollback()
	[statement] = answer.json()["message"]["statements"]
	assert frappe.db.get_value("Bank Statement", statement, "file_name") == "mai.xml"
	[line] = shop.lines(statement)
	[row] = session.get(f"{url}unmatched_receipts", params={"bank_account": _account(statement)}).json()[
		"message"
	]
	assert row["name"] == line
	answer = session.post(
		f"{url}match_by_hand", json={"bank_transaction": line, "invoices": [shop.invoices[1]]}
	)
	frappe.db.rollback()
	assert [payment.name for payment in shop.payments()] == [answer.json()["message"]["payment_entry"]]
	assert shop.outstanding() == [100, 0, 100, 100]
	refused = session.post(
		f"{url}import_statement", files={"file": ("bad.xml", content[:-9], "application/xml")}
	)
	assert refused.status_code == 417
	assert "XML" in refused.text


def _account(statement: str) -> str:
	return str(frappe.db.get_value("Bank Statement", statement, "bank_account"))
