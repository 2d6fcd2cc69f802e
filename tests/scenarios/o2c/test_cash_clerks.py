"""What clerks do with lines, and what the ledgers then say: confirm, decline, split, book, undo; what came back."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
import pytest
from o2c_extensions.cash_application import api
from o2c_extensions.cash_application.services import matching

from tests.scenarios.o2c.test_cash import (
	DAY,
	IBAN,
	TODAY,
	bring,
	by_hand_only,
	decision,
	events,
	ledger,
	line,
	lines,
	make_account,
	make_dollar_invoice,
	make_invoice,
	outstanding,
	state,
)
from tests.support import erp, ledgers
from tests.support.camt import booking

__all__ = ["by_hand_only"]

CHARGES, DISCOUNTS = "Bank Fees - NH", "Discounts Allowed - NH"


@pytest.fixture
def account(company: str) -> str:
	for name in (CHARGES, DISCOUNTS):
		erp.ensure(
			"Account",
			name,
			account_name=name.removesuffix(" - NH"),
			parent_account="Indirect Expenses - NH",
			company=company,
		)
	values = {"default_discount_account": DISCOUNTS, "write_off_account": CHARGES}
	frappe.db.set_value("Company", company, values)
	frappe.clear_document_cache("Company", company)
	return make_account(IBAN)


def proposal(name: str, status: str = "Proposed") -> Any:
	rows = frappe.get_all(
		"Match Proposal", filters={"bank_transaction": name, "status": status}, fields=["*"]
	)
	return rows[0] if rows else None


def booked(voucher: str) -> dict[str, float]:
	"""account -> debit less credit, of one voucher."""
	found: dict[str, float] = {}
	for row in frappe.get_all(
		"GL Entry", filters={"voucher_no": voucher, "is_cancelled": 0}, fields=["account", "debit", "credit"]
	):
		found[row.account] = round(found.get(row.account, 0) + row.debit - row.credit, 2)
	return found


def terms(discount: float = 2, days: int = 10) -> str:
	name = f"Skonto {frappe.generate_hash(length=6)}"
	values = {
		"invoice_portion": 100,
		"due_date_based_on": "Day(s) after invoice date",
		"credit_days": 30,
		"discount_type": "Percentage",
		"discount": discount,
		"discount_validity_based_on": "Day(s) after invoice date",
		"discount_validity": days,
	}
	erp.insert("Payment Term", payment_term_name=name, **values)
	erp.insert("Payment Terms Template", template_name=name, terms=[{"payment_term": name, **values}])
	return name


# --- proposals ------------------------------------------------------------------------------------------------------------


def test_a_short_payment_is_proposed_and_confirmed(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	name = line(booking("60", DAY, invoice.name))
	assert matching.apply(name, TODAY) is None
	assert state(name) == ("Unreconciled", "Waiting", 60)
	shown = api.candidates(name)
	assert shown["proposal"]["customer"] == customer
	[given] = shown["proposal"]["allocations"]
	assert (given["document"], given["amount"], given["settled"], given["open"]) == (
		invoice.name,
		60,
		60,
		100,
	)
	assert {"reference", "amount"} <= {part["kind"] for part in shown["proposal"]["parts"]}
	assert all(part["text"] for part in shown["proposal"]["parts"])
	[voucher] = api.confirm(name, shown["proposal"]["digest"])["vouchers"]
	assert voucher["document_type"] == "Payment Entry"
	assert outstanding(invoice) == 40
	assert state(name) == ("Reconciled", "Matched by Hand", 0)
	assert decision(name).outcome == "Matched by Hand"
	kept = proposal(name, "Confirmed")
	assert (kept.decided_by, kept.customer) == ("Administrator", customer)


def test_the_second_clerk_is_told(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	name = line(booking("60", DAY, invoice.name))
	matching.apply(name, TODAY)
	digest = api.candidates(name)["proposal"]["digest"]
	api.confirm(name, digest)
	with pytest.raises(frappe.TimestampMismatchError):
		api.confirm(name, digest)
	assert outstanding(invoice) == 40


def test_what_has_changed_meanwhile_is_not_confirmed(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	first, second = (
		row.name for row in lines(bring(booking("60", DAY, invoice.name), booking("30", DAY, invoice.name)))
	)
	matching.apply(first, TODAY)
	matching.apply(second, TODAY)
	api.match_line(first, [{"document_type": "Sales Invoice", "document": invoice.name}])
	with pytest.raises(frappe.TimestampMismatchError):
		api.confirm(second)
	shown = api.candidates(second)["proposal"]
	assert shown["allocations"][0]["open"] == outstanding(invoice)
	api.confirm(second, shown["digest"])
	assert outstanding(invoice) == 10


def test_an_order_that_was_billed_meanwhile_is_not_paid_in_advance(
	account: str, customer: str, service: str
) -> None:
	from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice

	# Of two equal ones nobody knows which is meant.
	for _each in range(2):
		order = erp.order(customer, [{"item_code": service, "qty": 1, "rate": 70}], taxes=[])
		order.insert()
		order.submit()
	name = line(booking("70", DAY, "Vielen Dank", name=customer))
	assert matching.apply(name, TODAY) is None
	[proposed] = api.candidates(name)["proposal"]["allocations"]
	invoice = erp.on(make_sales_invoice(proposed["document"]), DAY)
	invoice.insert()
	invoice.submit()
	with pytest.raises(frappe.TimestampMismatchError):
		api.confirm(name)
	[shown] = api.candidates(name)["proposal"]["allocations"]
	assert shown["document"] != proposed["document"]


def test_declined_is_not_proposed_again(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	name = line(booking("60", DAY, invoice.name))
	matching.apply(name, TODAY)
	api.decline(name)
	assert decision(name).outcome == "Declined"
	assert matching.apply(name, TODAY) is None
	assert proposal(name) is None
	assert "declined" in decision(name).reasons
	assert api.candidates(name)["proposal"] is None
	assert state(name) == ("Unreconciled", "Waiting", 60)


def test_many_are_confirmed_each_with_its_own_outcome(account: str, customer: str, service: str) -> None:
	one, two = make_invoice(customer, service, 100), make_invoice(customer, service, 200)
	told = bring(booking("60", DAY, one.name), booking("70", DAY, two.name), booking("5", DAY, "?"))
	names = [row.name for row in lines(told)]
	for name in names:
		matching.apply(name, TODAY)
	done = api.confirm_many(names)
	assert [each["done"] for each in done] == [True, True, False]
	assert done[2]["error"]
	assert (outstanding(one), outstanding(two)) == (40, 130)


def test_of_many_only_what_was_seen_is_confirmed(account: str, customer: str, service: str) -> None:
	one, two = make_invoice(customer, service, 100), make_invoice(customer, service, 200)
	names = [row.name for row in lines(bring(booking("60", DAY, one.name), booking("70", DAY, two.name)))]
	for name in names:
		matching.apply(name, TODAY)
	seen = {name: api.candidates(name)["proposal"]["digest"] for name in names}
	done = api.confirm_many(names, {**seen, names[1]: "another"})
	assert [each["done"] for each in done] == [True, False]
	assert (outstanding(one), outstanding(two)) == (40, 200)


def test_a_parent_company_that_pays_is_learned(account: str, customer: str, service: str) -> None:
	payer = {"name": "Holding Nordsee AG", "iban": "DE89370400440532013000"}
	first, second = make_invoice(customer, service, 111), make_invoice(customer, service, 222.22)
	name = line(booking("111", DAY, "Danke", **payer))
	assert matching.apply(name, TODAY) is None
	assert proposal(name) is None, "nobody knows this payer"
	api.match_line(name, [{"document_type": "Sales Invoice", "document": first.name}])
	[link] = frappe.get_all("Payer Link", filters={"customer": customer}, fields=["*"])
	assert (link.payer, link.times_confirmed, link.source) == (payer["iban"], 1, "IBAN")
	name = line(booking("222.22", DAY, "Danke", **payer), number="2")
	matching.apply(name, TODAY)
	shown = api.candidates(name)
	assert shown["proposal"]["customer"] == customer
	parts = {part["kind"]: part for part in shown["proposal"]["parts"]}
	assert parts["history"]["seen"] == "once"
	assert "learned" in parts["history"]["text"]
	assert shown["proposal"]["status"] == "Proposed"
	api.confirm(name)
	assert outstanding(second) == 0
	api.undo(name)
	[link] = frappe.get_all("Payer Link", filters={"customer": customer}, fields=["*"])
	assert link.times_corrected == 1


# --- money ----------------------------------------------------------------------------------------------------------------


def test_an_earned_discount_is_taken(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100, payment_terms_template=terms(), due_date=None)
	day = str(frappe.utils.add_days(invoice.posting_date, 5))
	name = line(booking("98", day, invoice.name, name=customer))
	payment = matching.apply(name, TODAY)
	assert payment
	assert outstanding(invoice) == 0
	assert booked(payment) == {ledger(account): 98, "Debtors - NH": -100, DISCOUNTS: 2}
	ledgers.assert_books_balance()


def test_a_discount_takes_its_tax_along(account: str, customer: str, service: str) -> None:
	frappe.db.set_single_value("Accounts Settings", "book_tax_discount_loss", 1)
	invoice = erp.invoice(
		customer,
		[{"item_code": service, "qty": 1, "rate": 100}],
		payment_terms_template=terms(),
		due_date=None,
	)
	invoice.insert()
	invoice.submit()
	[tax] = invoice.taxes
	assert (invoice.grand_total, tax.tax_amount) == (119, 19)
	day = str(frappe.utils.add_days(invoice.posting_date, 5))
	payment = matching.apply(line(booking("116.62", day, invoice.name, name=customer)), TODAY)
	assert outstanding(invoice) == 0
	assert booked(payment) == {
		ledger(account): 116.62,
		"Debtors - NH": -119,
		tax.account_head: 0.38,
		DISCOUNTS: 2,
	}
	ledgers.assert_books_balance()


def test_who_pays_short_is_followed_up(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	name = line(booking("60", DAY, invoice.name))
	matching.apply(name, TODAY)
	kept = proposal(name)
	frappe.db.set_value("Match Proposal", kept.name, "deduction_reason", "DAMAGED")
	frappe.db.set_value("Match Proposal Allocation", {"parent": kept.name}, "deduction", 40)
	api.confirm(name)
	assert events(invoice) == ["Received", "Short Paid"]
	assert outstanding(invoice) == 40


def test_charges_and_discounts_by_hand(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	name = line(booking("90", DAY, "?"))
	given = {"document_type": "Sales Invoice", "document": invoice.name, "discount": 3, "write_off": 2}
	[voucher] = api.match_line(name, [given], charges=5)["vouchers"]
	assert outstanding(invoice) == 0
	assert booked(voucher["document"]) == {
		ledger(account): 90,
		"Debtors - NH": -100,
		DISCOUNTS: 3,
		CHARGES: 7,
	}
	ledgers.assert_books_balance()


def test_a_line_is_split_over_customers_and_accounts(account: str, customer: str, service: str) -> None:
	other = erp.make_customer()
	mine, theirs = make_invoice(customer, service, 60), make_invoice(other, service, 25)
	name = line(booking("100", DAY, "Sammler"))
	made = api.match_line(
		name,
		[
			{"document_type": "Sales Invoice", "document": mine.name},
			{"document_type": "Sales Invoice", "document": theirs.name},
			{"document_type": "Account", "document": CHARGES, "amount": 15},
		],
		keep_rest=False,
	)["vouchers"]
	assert [each["document_type"] for each in made] == ["Payment Entry", "Payment Entry", "Journal Entry"]
	assert (outstanding(mine), outstanding(theirs)) == (0, 0)
	assert state(name) == ("Reconciled", "Matched by Hand", 0)
	api.undo(name)
	assert (outstanding(mine), outstanding(theirs)) == (60, 25)
	assert state(name) == ("Unreconciled", "Waiting", 100)
	ledgers.assert_books_balance()


def test_what_a_person_says_has_to_come_out_even(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 60)
	name = line(booking("100", DAY, "?"))
	whole = {"document_type": "Sales Invoice", "document": invoice.name}
	for told, options in (
		([whole], {"keep_rest": False}),
		([{**whole, "amount": 61}], {}),
		([{**whole, "amount": -1}], {}),
		([{**whole, "document": "nothing"}], {}),
		([], {}),
		([{"document_type": "Account", "document": CHARGES, "amount": 101}], {}),
	):
		with pytest.raises(frappe.ValidationError):
			api.match_line(name, told, **options)
	assert state(name)[0] == "Unreconciled"
	api.match_line(name, [whole])
	[payment] = frappe.get_all("Payment Entry", {"party": customer}, ["unallocated_amount"])
	assert payment.unallocated_amount == 40


def test_a_credit_note_is_set_off(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	note = erp.invoice(customer, [{"item_code": service, "qty": -1, "rate": 30}], taxes=[], is_return=1)
	note.insert()
	note.submit()
	name = line(booking("70", DAY, f"{invoice.name} minus {note.name}", name=customer))
	voucher = matching.apply(name, TODAY) or api.confirm(name)["vouchers"][0]["document"]
	assert (outstanding(invoice), outstanding(note)) == (0, 0)
	assert booked(voucher)[ledger(account)] == 70
	ledgers.assert_books_balance()


def test_what_the_bank_kept_counts_beside_a_credit_note(account: str, customer: str, service: str) -> None:
	note = erp.invoice(customer, [{"item_code": service, "qty": -1, "rate": 30}], taxes=[], is_return=1)
	note.insert()
	note.submit()
	invoice = make_invoice(customer, service, 100)
	name = line(booking("65", DAY, "?"))
	given = [{"document_type": "Sales Invoice", "document": each.name} for each in (note, invoice)]
	[voucher] = api.match_line(name, given, charges=5)["vouchers"]
	assert (outstanding(invoice), outstanding(note)) == (0, 0)
	assert booked(voucher["document"])[CHARGES] == 5
	ledgers.assert_books_balance()


def test_an_earlier_payment_is_set_off_by_a_person(account: str, customer: str, service: str) -> None:
	old = make_invoice(customer, service, 50)
	first = line(booking("80", DAY, old.name, name=customer))
	assert matching.apply(first, TODAY)
	[payment] = frappe.get_all("Payment Entry", {"party": customer}, ["name", "unallocated_amount"])
	assert payment.unallocated_amount == 30
	invoice = make_invoice(customer, service, 100)
	name = line(booking("70", DAY, "?"), number="2")
	api.match_line(
		name,
		[
			{"document_type": "Sales Invoice", "document": invoice.name},
			{"document_type": "Payment Entry", "document": payment.name},
		],
	)
	assert outstanding(invoice) == 0
	assert frappe.db.get_value("Payment Entry", payment.name, "unallocated_amount") == 0
	assert state(name) == ("Reconciled", "Matched by Hand", 0)
	ledgers.assert_books_balance()
	with pytest.raises(frappe.ValidationError):
		api.undo(name)


def test_an_order_is_paid_in_advance(account: str, customer: str, service: str) -> None:
	order = erp.order(customer, [{"item_code": service, "qty": 1, "rate": 70}], taxes=[])
	order.insert()
	order.submit()
	name = line(booking("70", DAY, f"Vorkasse {order.name}", name=customer))
	voucher = matching.apply(name, TODAY) or api.confirm(name)["vouchers"][0]["document"]
	[row] = frappe.get_doc("Payment Entry", voucher).references
	assert (row.reference_doctype, row.reference_name, row.allocated_amount) == (
		"Sales Order",
		order.name,
		70,
	)
	assert frappe.db.get_value("Sales Order", order.name, "advance_paid") == 70


def test_euros_pay_dollars(company: str, service: str) -> None:
	account = make_account(IBAN)
	invoice = make_dollar_invoice(service)
	for rate, day in ((0.9, erp.DAY), (0.95, DAY)):
		erp.insert(
			"Currency Exchange",
			date=day,
			from_currency="USD",
			to_currency="EUR",
			exchange_rate=rate,
			for_selling=1,
			for_buying=1,
		)
	name = line(booking("95", DAY, invoice.name))
	voucher = matching.apply(name, TODAY) or api.confirm(name)["vouchers"][0]["document"]
	payment = frappe.get_doc("Payment Entry", voucher)
	assert (payment.paid_amount, payment.received_amount, payment.base_paid_amount) == (100, 95, 95)
	assert outstanding(invoice) == 0
	assert booked(voucher)[ledger(account)] == 95
	ledgers.assert_books_balance()


# --- straight to accounts ---------------------------------------------------------------------------------------------------


def test_booked_to_an_account_with_tax(account: str) -> None:
	erp.ensure(
		"Account",
		"Vorsteuer - NH",
		account_name="Vorsteuer",
		parent_account="Tax Assets - NH",
		account_type="Tax",
		company=erp.COMPANY,
	)
	tax = erp.insert(
		"Item Tax Template",
		title=f"Vorsteuer {frappe.generate_hash(length=6)}",
		company=erp.COMPANY,
		taxes=[{"tax_type": "Vorsteuer - NH", "tax_rate": 19}],
	)
	name = line(booking("-11.90", DAY, "Kontoführung"))
	[voucher] = api.book_to_account(name, CHARGES, cost_center="Main - NH", tax=tax.name)["vouchers"]
	assert voucher["document_type"] == "Journal Entry"
	assert booked(voucher["document"]) == {ledger(account): -11.9, CHARGES: 10, "Vorsteuer - NH": 1.9}
	assert state(name)[0] == "Reconciled"
	api.undo(name)
	assert state(name)[0] == "Unreconciled"
	ledgers.assert_books_balance()


def test_a_part_is_booked_and_the_rest_stays_open(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 80)
	name = line(booking("100", DAY, "?"))
	api.book_to_account(name, CHARGES, amount=20)
	assert state(name)[2] == 80
	api.match_line(name, [{"document_type": "Sales Invoice", "document": invoice.name}])
	assert outstanding(invoice) == 0
	assert state(name) == ("Reconciled", "Matched by Hand", 0)
	with pytest.raises(frappe.TimestampMismatchError):
		api.book_to_account(name, CHARGES)
	for account_of_customers in ("Debtors - NH",):
		with pytest.raises(frappe.ValidationError):
			api.book_to_account(line(booking("1", DAY, "!"), number="2"), account_of_customers)


# --- what came back ---------------------------------------------------------------------------------------------------------


def test_a_returned_debit_opens_the_invoice_again(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	receipt = line(booking("100", DAY, invoice.name, name=customer, end_to_end="SEPA-1"))
	payment = matching.apply(receipt, TODAY)
	name = line(
		booking("-104.50", "2026-03-16", f"Rückgabe {invoice.name}", returned="AC04", end_to_end="SEPA-1"),
		number="2",
	)
	voucher = matching.apply(name, TODAY)
	if voucher is None:
		frappe.db.set_value("Bank Transaction", name, "o2c_charges", 4.5)
		voucher = matching.apply(name, TODAY) or api.confirm(name)["vouchers"][0]["document"]
	assert outstanding(invoice) == 100
	assert booked(voucher) == {ledger(account): -104.5, "Debtors - NH": 100, CHARGES: 4.5}
	assert frappe.db.get_value("Payment Entry", payment, "docstatus") == 1, "the money did come in"
	assert events(invoice) == ["Received", "Returned"]
	row = frappe.db.get_value(
		"Bank Transaction", name, ["party", "party_type", "transaction_type", "status"], as_dict=True
	)
	assert (row.party, row.party_type, row.transaction_type, row.status) == (
		customer,
		"Customer",
		"Return",
		"Reconciled",
	)
	ledgers.assert_books_balance()
	api.undo(name)
	assert outstanding(invoice) == 0
	assert frappe.db.get_value("Bank Transaction", name, "party") is None


# --- what the workbench shows -----------------------------------------------------------------------------------------------


def test_lines_are_listed_with_counts_and_totals(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	statement = bring(
		booking("60", DAY, invoice.name),
		booking("12", DAY, "?"),
		booking("-7", DAY, "Porto"),
		opening="1000",
	)
	names = [row.name for row in lines(statement)]
	for name in names:
		matching.apply(name, TODAY)
	told = api.lines({"statement": statement})
	assert (told["total"], len(told["lines"])) == (3, 3)
	assert sorted(each["amount"] for each in told["lines"]) == [-7, 12, 60]
	assert (told["counts"]["Proposed"], told["counts"]["Left"], told["counts"]["Open"]) == (1, 1, 3)
	[proposed] = api.lines({"statement": statement, "status": "Proposed"})["lines"]
	assert proposed["proposal"]["customer"] == customer
	assert [each["document"] for each in proposed["proposal"]["documents"]] == [invoice.name]
	kind = proposed["proposal"]["kind"]
	assert api.lines({"statement": statement, "kind": kind})["total"] == 1
	assert kind in {each["kind"] for each in told["kinds"]}
	assert api.lines({"statement": statement, "text": "Porto"})["total"] == 1
	totals = api.statement_totals(statement=statement)
	assert (totals["opening"], totals["matched"], totals["open"], totals["closing"]) == (1000, 0, 65, 1065)
	api.confirm(names[[row.deposit for row in lines(statement)].index(60)])
	totals = api.statement_totals(statement=statement)
	assert (totals["matched"], totals["open"], totals["difference"]) == (60, 5, 0)
	assert api.statement_totals(bank_account=account)["closing"] == 1065


def test_open_items_are_searched(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 123.45, po_no="BEST-77")
	for text in (invoice.name.lower(), "best-77", "123,45", customer):
		found = api.search_open_items(erp.COMPANY, text, customer)
		assert [each["document"] for each in found] == [invoice.name], text
	assert api.search_open_items(erp.COMPANY, "nothing like it", customer) == []
	other = make_invoice(customer, service, 67.89)
	exactly = api.search_open_items(erp.COMPANY, documents=[other.name, "no such"])
	assert [each["document"] for each in exactly] == [other.name]


def test_only_clerks_may(account: str, customer: str, service: str) -> None:
	name = line(booking("60", DAY, "?"))
	user = erp.insert(
		"User",
		email=f"{frappe.generate_hash(length=8)}@example.com",
		first_name="Nobody",
		send_welcome_email=0,
	)
	frappe.set_user(user.name)
	try:
		for call in (
			lambda: api.lines(),
			lambda: api.candidates(name),
			lambda: api.confirm(name),
			lambda: api.confirm_many([name]),
			lambda: api.match_line(name, []),
			lambda: api.book_to_account(name, CHARGES),
			lambda: api.decline(name),
			lambda: api.undo(name),
			lambda: api.search_open_items(erp.COMPANY),
			lambda: api.statement_totals(statement="x"),
		):
			with pytest.raises(frappe.PermissionError):
				call()
	finally:
		frappe.set_user("Administrator")


def test_undo_is_never_done_again_by_a_run(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	name = line(booking("100", DAY, invoice.name))
	payment = matching.apply(name, TODAY)
	assert payment
	assert api.undo(name)["cancelled"] == [{"document_type": "Payment Entry", "document": payment}]
	assert outstanding(invoice) == 100
	assert decision(name).outcome == "Undone"
	assert matching.plan([frappe._dict(row) for row in [_row(name)]], date(2026, 3, 31)) == [name]
	assert matching.apply(name, TODAY) is None
	assert proposal(name).kind == "taken back"
	api.confirm(name)
	assert outstanding(invoice) == 0


def _row(name: str) -> Any:
	from o2c_extensions.cash_application.queries.lines import rows_of

	[row] = rows_of(names=[name])
	return row
