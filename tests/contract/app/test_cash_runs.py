"""Receipts applied by runs, and by several processes at once: each line once, no invoice beyond what is open on it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import frappe
import pytest
from frappe.utils import now_datetime
from o2c_extensions.cash_application.services import matching
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


@pytest.mark.timeout(300)
def test_of_clerks_who_confirm_at_once_one_wins(
	shop: Shop, in_process: Callable[..., Any], tmp_path: Path
) -> None:
	"""Three clerks have the same proposal on their pages, and confirm it at once."""
	statement = bring(shop, shop.invoices[0], amount="60")
	[line] = shop.lines(statement)
	frappe.db.set_value("Bank Transaction", line, "bank_party_name", None)
	assert matching.apply(line, TODAY) is None
	frappe.db.commit()
	meeting = tmp_path / "meeting"
	processes = [in_process("confirming_process.py", line, "3", str(meeting)) for _clerk in range(3)]
	outputs = [process.communicate(timeout=240)[0] for process in processes]
	assert [process.returncode for process in processes] == [0, 0, 0], "\n".join(outputs)
	assert sorted(output.strip().split("\n")[-1] for output in outputs) == ["told", "told", "won"]
	frappe.db.rollback()
	assert shop.outstanding() == [40, 100, 100, 100]
	assert [payment.paid_amount for payment in shop.payments()] == [60]
	statuses = frappe.get_all("Match Proposal", {"bank_transaction": line}, pluck="status")
	assert statuses == ["Confirmed"]


@pytest.mark.timeout(300)
def test_a_run_that_is_killed_goes_on_with_the_same_choices(
	shop: Shop, queue: list[tuple[str, int]], in_process: Callable[..., Any]
) -> None:
	"""kill -9 between any two lines: what was decided when the run was planned is what the next process posts."""
	statement = bring(shop, *shop.invoices, *shop.invoices[:2], "no name")
	run = queue[0][0]
	reached = 1
	while True:
		process = in_process("worker_process.py", run)
		wait_for_lines(statement, reached, process)
		process.kill()
		process.wait()
		frappe.db.rollback()
		if frappe.db.get_value("O2C Run", run, "status") == "Completed":
			break
		decided = choices(statement)
		assert len(decided) == 7, "decided together, before the first was posted"
		reached += 1
		frappe.db.set_value("O2C Run", run, "heartbeat", now_datetime() - timedelta(hours=1))
		frappe.db.commit()
	assert reached > 2, "it was killed in the middle"
	assert shop.outstanding() == [0, 0, 0, 0]
	payments = shop.payments()
	assert sorted((payment.paid_amount, payment.unallocated_amount) for payment in payments) == [(100, 0)] * 4
	assert choices(statement) == decided


def choices(statement: str) -> dict[str, str]:
	"""line -> what was decided about it, whatever has become of it."""
	rows = frappe.get_all(
		"Match Proposal",
		{"bank_transaction": ("in", Shop("", []).lines(statement)), "status": ("!=", "Superseded")},
		["bank_transaction", "digest"],
	)
	return {row.bank_transaction: row.digest for row in rows}


def wait_for_lines(statement: str, number: int, process: Any) -> None:
	"""Wait until so many lines are reconciled, or the process has ended."""
	deadline = time.monotonic() + 120
	while time.monotonic() < deadline:
		frappe.db.rollback()
		done = frappe.db.count("Bank Transaction", {"o2c_bank_statement": statement, "status": "Reconciled"})
		if done >= number or process.poll() is not None:
			return
		time.sleep(0.02)
	process.kill()
	raise AssertionError(f"nothing happens: {process.communicate()[0]}")


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
