"""What customers keep back of invoices: opened by the match, accepted, refused, settled, and what the ledgers then say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import frappe
import pytest
from o2c_extensions.cash_application import api
from o2c_extensions.cash_application.api_deductions import accept, list_deductions, refuse
from o2c_extensions.cash_application.queries.proposals import open_now
from o2c_extensions.cash_application.services import deductions, matching
from o2c_extensions.o2c_workspace.services import screens

from tests.scenarios.o2c.test_cash import (
	DAY,
	TODAY,
	bring,
	by_hand_only,
	events,
	line,
	lines,
	make_invoice,
	outstanding,
	state,
)
from tests.scenarios.o2c.test_cash_clerks import account, booked, proposal
from tests.scenarios.o2c.test_reconciliation_rules import active, rule
from tests.support import erp, ledgers
from tests.support.camt import booking

__all__ = ["account", "by_hand_only"]

FREIGHT = "Freight Deducted - NH"
CLERK, ACCOUNTANT = "Cash Application Clerk", "Accounts User"


@pytest.fixture
def reason(account: str) -> str:
	return make_reason()


def make_reason(**values: Any) -> str:
	erp.ensure(
		"Account",
		FREIGHT,
		account_name="Freight Deducted",
		parent_account="Indirect Expenses - NH",
		company=erp.COMPANY,
	)
	code = f"D{frappe.generate_hash(length=6)}".upper()
	told = {"reason_name": "Freight", "account": FREIGHT, "needs_person": 1, **values}
	erp.insert("Deduction Reason", reason_code=code, **told)
	active(rule("Kurz", deduction_reason=code))
	return code


def short(customer: str, service: str, paid: str = "60", total: float = 100) -> tuple[Any, str]:
	"""An invoice that is paid short, and the line; it is confirmed if a person has to."""
	invoice = make_invoice(customer, service, total)
	name = line(booking(paid, DAY, invoice.name), number=frappe.generate_hash(length=8))
	if not matching.apply(name, TODAY):
		api.confirm(name)
	return invoice, name


def of(invoice: Any) -> list[Any]:
	return frappe.get_all(
		"Deduction", filters={"sales_invoice": invoice.name}, fields=["*"], order_by="date asc, creation asc"
	)


def status(invoice: Any) -> list[tuple[str, float]]:
	"""What has become of an invoice's deductions at the end of the transaction."""
	deductions.follow()
	return [(row.status, row.open_amount) for row in of(invoice)]


def todos(name: str) -> list[tuple[str, str]]:
	rows = frappe.get_all(
		"ToDo", filters={"reference_name": name}, fields=["allocated_to", "status"], order_by="creation asc"
	)
	return [(row.allocated_to, row.status) for row in rows]


def test_a_short_payment_opens_one(account: str, reason: str, customer: str, service: str) -> None:
	invoice, name = short(customer, service)
	[kept] = of(invoice)
	assert (kept.status, kept.amount, kept.open_amount, kept.currency) == ("Open", 40, 40, "EUR")
	assert (kept.customer, kept.company, kept.reason) == (customer, erp.COMPANY, reason)
	assert kept.bank_transaction == name
	assert kept.payment_entry == matching.voucher_of(name)
	assert kept.o2c_case == frappe.db.get_value("Sales Invoice", invoice.name, "o2c_case")
	assert status(invoice) == [("Open", 40)]
	assert outstanding(invoice) == 40
	assert events(invoice) == ["Received", "Short Paid"]
	assert kept.responsible == "Administrator"
	assert todos(kept.name) == [("Administrator", "Open")]
	[shown] = screens.customer(customer, erp.COMPANY, TODAY)["deductions"]
	assert (shown.name, shown.sales_invoice, shown.open_amount) == (kept.name, invoice.name, 40)


def test_a_run_opens_it_where_nobody_is_needed(account: str, customer: str, service: str) -> None:
	make_reason(needs_person=0)
	one, two = make_invoice(customer, service, 100), make_invoice(customer, service, 50)
	rows = lines(bring(booking("95", DAY, one.name), booking("47", DAY, two.name)))
	todo = matching.plan(rows, TODAY)
	planned = matching.announce(todo)
	for each in todo:
		matching.apply(each, TODAY, planned=planned)
	posted = [row for row in rows if state(row.name)[1] == "Matched"]
	made = [*of(one), *of(two)]
	assert len(made) == len(posted)
	for kept in made:
		assert (kept.status, kept.responsible, todos(kept.name)) == ("Open", None, [])


def test_accepted_it_is_booked(account: str, reason: str, customer: str, service: str) -> None:
	invoice, _name = short(customer, service)
	[kept] = of(invoice)
	entry = accept(kept.name, "Agreed on the phone")["journal_entry"]
	assert booked(entry) == {FREIGHT: 40, "Debtors - NH": -40}
	assert outstanding(invoice) == 0
	[kept] = of(invoice)
	assert (kept.accepted_amount, kept.journal_entry, kept.comment) == (40, entry, "Agreed on the phone")
	assert kept.decided_by == "Administrator"
	assert status(invoice) == [("Accepted", 0)]
	assert todos(kept.name) == [("Administrator", "Closed")]
	assert "Deduction Accepted" in events(invoice)
	decision = frappe.get_doc("O2C Decision", kept.decision)
	assert (decision.decision_type, decision.outcome) == ("Deduction", "Accepted")
	assert "Agreed on the phone" in decision.reasons
	ledgers.assert_books_balance()


def test_only_what_is_left_is_booked(account: str, reason: str, customer: str, service: str) -> None:
	invoice, _name = short(customer, service)
	later = line(booking("15", DAY, "?"), number="L")
	api.match_line(later, [{"document_type": "Sales Invoice", "document": invoice.name}])
	assert status(invoice) == [("Open", 25)]
	entry = accept(of(invoice)[0].name)["journal_entry"]
	assert booked(entry) == {FREIGHT: 25, "Debtors - NH": -25}
	assert outstanding(invoice) == 0
	ledgers.assert_books_balance()


def test_the_second_who_decides_is_told(account: str, reason: str, customer: str, service: str) -> None:
	invoice, _name = short(customer, service)
	[kept] = of(invoice)
	accept(kept.name)
	with pytest.raises(frappe.TimestampMismatchError):
		accept(kept.name)
	with pytest.raises(frappe.TimestampMismatchError):
		refuse(kept.name)
	assert outstanding(invoice) == 0
	assert frappe.db.count("Journal Entry Account", {"reference_name": invoice.name, "docstatus": 1}) == 1


def test_refused_it_is_owed_and_settled_when_it_is_paid(
	account: str, reason: str, customer: str, service: str
) -> None:
	invoice, _name = short(customer, service)
	[kept] = of(invoice)
	refuse(kept.name, "No damage reported")
	assert status(invoice) == [("Refused", 40)]
	assert (outstanding(invoice), todos(kept.name)) == (40, [("Administrator", "Closed")])
	later = line(booking("40", DAY, "?"), number="L")
	api.match_line(later, [{"document_type": "Sales Invoice", "document": invoice.name}])
	assert status(invoice) == [("Settled", 0)]
	assert events(invoice)[-1] == "Deduction Settled"
	# Taken back, it is owed again, and still refused.
	api.undo(later)
	assert status(invoice) == [("Refused", 40)]
	with pytest.raises(frappe.TimestampMismatchError):
		refuse(kept.name)
	accept(kept.name)
	assert outstanding(invoice) == 0


def test_a_credit_note_settles_it(account: str, reason: str, customer: str, service: str) -> None:
	from erpnext.controllers.sales_and_purchase_return import make_return_doc

	invoice, _name = short(customer, service)
	note = make_return_doc("Sales Invoice", invoice.name)
	note = erp.on(note, DAY)
	note.items[0].rate = 40
	note.update_outstanding_for_self = 0
	note.insert()
	note.submit()
	if outstanding(invoice) == 0:
		assert status(invoice) == [("Settled", 0)]
	with pytest.raises(frappe.ValidationError):
		accept(of(invoice)[0].name)


def test_undone_it_was_never_kept_back(account: str, reason: str, customer: str, service: str) -> None:
	invoice, name = short(customer, service)
	[kept] = of(invoice)
	api.undo(name)
	assert status(invoice) == [("Cancelled", 0)]
	assert (outstanding(invoice), todos(kept.name)) == (100, [("Administrator", "Closed")])
	with pytest.raises(frappe.TimestampMismatchError):
		accept(kept.name)
	# Matched once more, it is kept back once more.
	matching.apply(name, TODAY)
	if proposal(name):
		api.confirm(name)
		assert sorted(row.status for row in of(invoice)) == ["Cancelled", "Open"]


def test_undoing_takes_back_what_was_booked_for_it(
	account: str, reason: str, customer: str, service: str
) -> None:
	invoice, name = short(customer, service)
	entry = accept(of(invoice)[0].name)["journal_entry"]
	undone = [each["document"] for each in api.undo(name)["cancelled"]]
	assert entry in undone
	assert frappe.db.get_value("Journal Entry", entry, "docstatus") == 2
	assert status(invoice) == [("Cancelled", 0)]
	assert outstanding(invoice) == 100
	ledgers.assert_books_balance()


def test_whose_entry_is_cancelled_is_open_again(
	account: str, reason: str, customer: str, service: str
) -> None:
	invoice, _name = short(customer, service)
	entry = accept(of(invoice)[0].name)["journal_entry"]
	frappe.get_doc("Journal Entry", entry).cancel()
	assert outstanding(invoice) == 40
	assert status(invoice) == [("Open", 40)]
	assert accept(of(invoice)[0].name)["journal_entry"] != entry


def test_the_latest_short_payment_takes_over(account: str, reason: str, customer: str, service: str) -> None:
	invoice, _name = short(customer, service)
	second = line(booking("30", DAY, invoice.name), number="L")
	matching.apply(second, TODAY)
	api.confirm(second)
	assert [row.amount for row in of(invoice)] == [40, 10]
	assert status(invoice) == [("Settled", 0), ("Open", 10)]


def test_a_reason_without_an_account_is_not_accepted(account: str, customer: str, service: str) -> None:
	make_reason(account=None)
	invoice, _name = short(customer, service)
	with pytest.raises(frappe.ValidationError, match="has no account"):
		accept(of(invoice)[0].name)
	assert outstanding(invoice) == 40


@pytest.fixture
def acting() -> Iterator[Callable[..., None]]:
	"""Go on as a new user with these roles."""
	# In tests the framework asks nobody for roles.
	frappe.flags.in_test = False
	yield lambda *roles: frappe.set_user(make_user(*roles))
	frappe.flags.in_test = True
	frappe.set_user("Administrator")


def make_user(*roles: str) -> str:
	name = f"{frappe.generate_hash(length=8)}@example.com"
	frappe.set_user("Administrator")
	erp.insert(
		"User",
		email=name,
		first_name="Deduction",
		send_welcome_email=0,
		roles=[{"role": each} for each in roles],
	)
	return name


def test_who_may_decide(
	account: str, reason: str, customer: str, service: str, acting: Callable[..., None]
) -> None:
	invoice, _name = short(customer, service)
	[kept] = of(invoice)
	acting("O2C Analyst")
	with pytest.raises(frappe.PermissionError):
		refuse(kept.name)
	# Whoever may not book it, as ERPNext sees it, accepts nothing.
	acting(CLERK)
	with pytest.raises(frappe.PermissionError):
		accept(kept.name)
	acting(ACCOUNTANT)
	with pytest.raises(frappe.PermissionError):
		accept(kept.name)
	assert status(invoice) == [("Open", 40)]
	acting(CLERK, ACCOUNTANT)
	assert [row["name"] for row in list_deductions(customer=customer, status="Open")] == [kept.name]
	accept(kept.name)
	assert outstanding(invoice) == 0


def test_it_is_written_by_matches_only(account: str, reason: str, customer: str, service: str) -> None:
	invoice, _name = short(customer, service)
	[kept] = of(invoice)
	doc = frappe.get_doc("Deduction", kept.name)
	doc.amount = 1
	with pytest.raises(frappe.PermissionError):
		doc.save()
	with pytest.raises(frappe.PermissionError):
		frappe.get_doc({"doctype": "Deduction", "customer": customer}).insert()
	with pytest.raises(frappe.PermissionError):
		frappe.delete_doc("Deduction", kept.name)
	assert open_now([("Sales Invoice", invoice.name)], lock=False) == {("Sales Invoice", invoice.name): 40}
