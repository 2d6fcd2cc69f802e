"""Payments ahead, short, in another currency, by journal and found in the bank's statement, as v15 books them."""

from __future__ import annotations

from typing import Any

import frappe
import pytest
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from erpnext.accounts.doctype.sales_invoice.sales_invoice import create_dunning
from erpnext.accounts.utils import reconcile_against_document
from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice

from tests.golden.test_erp_sales import stage
from tests.support import erp
from tests.support.erp import Facts
from tests.support.golden import Golden

JOURNAL = "voucher_type total_debit total_credit difference title"
JOURNAL_ROWS = (
	"account party debit credit debit_in_account_currency credit_in_account_currency reference_type reference_name "
	"account_currency exchange_rate against_account is_advance cost_center"
)


@pytest.fixture
def customer(facts: Facts) -> str:
	name = erp.make_customer()
	facts.name(customer=name)
	return name


@pytest.fixture
def service(facts: Facts) -> str:
	name = erp.make_item(is_stock_item=0)
	facts.name(service=name)
	return name


@pytest.fixture
def discount_account() -> Any:
	frappe.db.set_value("Company", erp.COMPANY, "default_discount_account", "Sales - NH")
	yield
	frappe.db.rollback()
	frappe.clear_document_cache("Company", erp.COMPANY)


def dated(payment: Any, day: str) -> Any:
	payment.update({"posting_date": day, "reference_no": "R 1", "reference_date": day})
	return payment


def settled(document: Any) -> Any:
	document.insert()
	document.submit()
	return document


def test_paid_ahead(customer: str, service: str, facts: Facts, golden: Golden) -> None:
	order = settled(erp.order(customer, [{"item_code": service, "qty": 2, "rate": 50}]))
	advance = settled(
		dated(
			get_payment_entry("Sales Order", order.name, party_amount=40.5, bank_account=erp.BANK),
			"2026-03-03",
		)
	)
	stage(golden, facts, "1 paid ahead", advance=advance, order=order)
	invoice = erp.on(make_sales_invoice(order.name), "2026-03-04")
	invoice.allocate_advances_automatically = 1
	invoice.insert()
	golden(
		facts.of(
			invoice,
			erp.INVOICE,
			advances="reference_type reference_name advance_amount allocated_amount ref_exchange_rate remarks",
		),
		"2 draft",
	)
	invoice.submit()
	stage(golden, facts, "3 billed", advance=advance, invoice=invoice, order=order)
	invoice.cancel()
	stage(golden, facts, "4 cancelled", advance=advance, invoice=invoice, order=order)


def test_two_invoices_one_payment_and_a_deduction(
	customer: str, service: str, facts: Facts, golden: Golden
) -> None:
	first = settled(erp.invoice(customer, [{"item_code": service, "qty": 1, "rate": 100}]))
	second = settled(erp.invoice(customer, [{"item_code": service, "qty": 3, "rate": 33.33}]))
	payment = dated(get_payment_entry("Sales Invoice", first.name, bank_account=erp.BANK), "2026-03-05")
	payment.append(
		"references",
		{"reference_doctype": "Sales Invoice", "reference_name": second.name, "allocated_amount": 50},
	)
	payment.append("deductions", {"account": "Write Off - NH", "cost_center": "Main - NH", "amount": 1.5})
	payment.paid_amount = payment.received_amount = 119 + 50 - 1.5 + 30
	settled(payment)
	stage(golden, facts, "paid", payment=payment, first=first, second=second)


@pytest.mark.usefixtures("discount_account")
def test_early_payment(customer: str, service: str, facts: Facts, golden: Golden) -> None:
	name = f"Skonto {frappe.generate_hash(length=6)}"
	term = erp.insert(
		"Payment Term",
		payment_term_name=name,
		invoice_portion=100,
		credit_days=30,
		due_date_based_on="Day(s) after invoice date",
		discount_type="Percentage",
		discount=2,
		discount_validity=10,
		discount_validity_based_on="Day(s) after invoice date",
	)
	template = erp.insert(
		"Payment Terms Template",
		template_name=name,
		allocate_payment_based_on_payment_terms=1,
		terms=[
			{
				"payment_term": term.name,
				"invoice_portion": 100,
				"credit_days": 30,
				"due_date_based_on": "Day(s) after invoice date",
				"discount_type": "Percentage",
				"discount": 2,
				"discount_validity": 10,
				"discount_validity_based_on": "Day(s) after invoice date",
			}
		],
	)
	facts.name(term=term, template=template)
	invoice = erp.invoice(
		customer,
		[{"item_code": service, "qty": 1, "rate": 123.45}],
		payment_terms_template=template.name,
		due_date=None,
	)
	settled(invoice)
	stage(golden, facts, "1 billed", invoice=invoice)
	payment = get_payment_entry(
		"Sales Invoice", invoice.name, bank_account=erp.BANK, reference_date="2026-03-09"
	)
	settled(dated(payment, "2026-03-09"))
	stage(golden, facts, "2 paid", payment=payment, invoice=invoice)


def test_dollars(service: str, facts: Facts, golden: Golden) -> None:
	erp.ensure(
		"Account",
		"Debtors USD - NH",
		account_name="Debtors USD",
		parent_account="Accounts Receivable - NH",
		account_type="Receivable",
		account_currency="USD",
		company=erp.COMPANY,
	)
	customer = erp.make_customer(
		default_currency="USD", accounts=[{"company": erp.COMPANY, "account": "Debtors USD - NH"}]
	)
	facts.name(customer=customer)
	invoice = erp.invoice(
		customer, [{"item_code": service, "qty": 3, "rate": 99.99}], currency="USD", conversion_rate=0.9
	)
	settled(invoice)
	stage(golden, facts, "1 billed", invoice=invoice)
	payment = dated(get_payment_entry("Sales Invoice", invoice.name, bank_account=erp.BANK), "2026-03-09")
	payment.source_exchange_rate = 0.95
	payment.received_amount = payment.base_received_amount = round(payment.paid_amount * 0.95, 2)
	settled(payment)
	stage(golden, facts, "2 paid", payment=payment, invoice=invoice)
	gains = frappe.get_all(
		"Journal Entry Account",
		{"reference_type": "Sales Invoice", "reference_name": invoice.name},
		pluck="parent",
	)
	golden(len(gains), "2 paid/gains")
	for number, name in enumerate(gains, 1):
		gain = frappe.get_doc("Journal Entry", name)
		facts.name(**{f"gain{number}": gain})
		golden(
			{"is": facts.of(gain, JOURNAL, accounts=JOURNAL_ROWS), "books": facts.books(gain)},
			f"2 paid/gain {number}",
		)
	payment.reload()
	payment.cancel()
	stage(golden, facts, "3 undone", payment=payment, invoice=invoice)


def test_journal_pays_an_invoice(customer: str, service: str, facts: Facts, golden: Golden) -> None:
	invoice = settled(erp.invoice(customer, [{"item_code": service, "qty": 1, "rate": 100}]))
	facts.name(invoice=invoice)
	journal = frappe.get_doc(
		{
			"doctype": "Journal Entry",
			"voucher_type": "Journal Entry",
			"company": erp.COMPANY,
			"posting_date": "2026-03-10",
			"user_remark": "Ausbuchung",
			"accounts": [
				{
					"account": "Debtors - NH",
					"party_type": "Customer",
					"party": customer,
					"credit_in_account_currency": 19,
					"reference_type": "Sales Invoice",
					"reference_name": invoice.name,
				},
				{"account": "Write Off - NH", "debit_in_account_currency": 19, "cost_center": "Main - NH"},
			],
		}
	)
	settled(journal)
	facts.name(journal=journal)
	golden(
		{"is": facts.of(journal, JOURNAL, accounts=JOURNAL_ROWS), "books": facts.books(journal)}, "journal"
	)
	stage(golden, facts, "written off", invoice=invoice)
	journal.reload()
	journal.cancel()
	golden(facts.books(journal), "journal cancelled")
	stage(golden, facts, "open again", invoice=invoice)


def test_bank_statement(customer: str, service: str, facts: Facts, golden: Golden) -> None:
	bank = erp.insert("Bank", bank_name=f"Bank {frappe.generate_hash(length=6)}")
	account = erp.insert(
		"Bank Account",
		account_name=f"Konto {frappe.generate_hash(length=6)}",
		bank=bank.name,
		is_company_account=1,
		company=erp.COMPANY,
		account=_bank_ledger(),
	)
	facts.name(bank=bank, account=account, ledger=account.account)
	invoice = settled(erp.invoice(customer, [{"item_code": service, "qty": 1, "rate": 100}]))
	payment = settled(
		dated(get_payment_entry("Sales Invoice", invoice.name, bank_account=account.account), "2026-03-09")
	)
	facts.name(payment=payment, invoice=invoice)
	line = frappe.get_doc(
		{
			"doctype": "Bank Transaction",
			"date": "2026-03-10",
			"deposit": 150,
			"bank_account": account.name,
			"description": "Gutschrift",
			"currency": "EUR",
		}
	)
	settled(line)
	facts.name(line=line)
	shown = "status deposit withdrawal allocated_amount unallocated_amount company"
	rows = "payment_document payment_entry allocated_amount clearance_date"
	golden(facts.of(line, shown, payment_entries=rows), "1 open")
	line.add_payment_entries(
		[{"payment_doctype": "Payment Entry", "payment_name": payment.name, "amount": 119}]
	)
	line.save()
	golden(facts.of(line, shown, payment_entries=rows), "2 matched")
	golden(str(frappe.db.get_value("Payment Entry", payment.name, "clearance_date")), "2 cleared")
	line.remove_payment_entries()
	golden(facts.of(line, shown, payment_entries=rows), "3 undone")
	golden(str(frappe.db.get_value("Payment Entry", payment.name, "clearance_date")), "3 cleared")


def _bank_ledger() -> str:
	return str(
		erp.insert(
			"Account",
			account_name=f"Bank {frappe.generate_hash(length=6)}",
			parent_account="Bank Accounts - NH",
			account_type="Bank",
			company=erp.COMPANY,
		).name
	)


def test_dunning(customer: str, service: str, facts: Facts, golden: Golden) -> None:
	kind = erp.insert(
		"Dunning Type",
		dunning_type=f"Mahnung {frappe.generate_hash(length=6)}",
		company=erp.COMPANY,
		dunning_fee=5,
		rate_of_interest=8,
		is_default=0,
		income_account="Sales - NH",
		cost_center="Main - NH",
		dunning_letter_text=[
			{
				"language": "en",
				"is_default_language": 1,
				"body_text": "Pay {{ grand_total }}",
				"closing_text": "Bye",
			}
		],
	)
	facts.name(kind=kind)
	invoice = settled(erp.invoice(customer, [{"item_code": service, "qty": 1, "rate": 100}]))
	stage(golden, facts, "1 overdue", invoice=invoice)
	dunning = create_dunning(invoice.name)
	dunning.dunning_type = kind.name
	dunning.posting_date = "2026-04-01"
	dunning.rate_of_interest = 8
	dunning.dunning_fee = 5
	dunning.income_account, dunning.cost_center = "Sales - NH", "Main - NH"
	settled(dunning)
	facts.name(dunning=dunning)
	shown = "status total_interest dunning_amount base_dunning_amount total_outstanding grand_total customer_name currency conversion_rate"
	rows = "sales_invoice payment_term overdue_days due_date invoice_portion payment_amount outstanding paid_amount interest dunning_level"
	golden(facts.of(dunning, shown, overdue_payments=rows), "2 dunned")
	payment = settled(dated(get_payment_entry("Dunning", dunning.name, bank_account=erp.BANK), "2026-04-02"))
	stage(golden, facts, "3 paid", payment=payment, invoice=invoice)
	golden(facts.of(dunning, shown), "3 paid/dunning")
	payment.reload()
	payment.cancel()
	golden(facts.of(dunning, shown), "4 undone/dunning")


def allocated(
	invoice: Any, payment: Any, amount: float, left: float, row: str | None = None, **values: Any
) -> None:
	"""Allocate what a payment has left, or has for an order, to an invoice that is there already."""
	reconcile_against_document(
		[
			frappe._dict(
				voucher_type="Payment Entry",
				voucher_no=payment.name,
				voucher_detail_no=row,
				against_voucher_type="Sales Invoice",
				against_voucher=invoice.name,
				account=invoice.debit_to,
				party_type="Customer",
				party=invoice.customer,
				is_advance="Yes",
				dr_or_cr="credit_in_account_currency",
				unadjusted_amount=left,
				allocated_amount=amount,
				precision=2,
				grand_total=invoice.base_grand_total,
				outstanding_amount=invoice.outstanding_amount,
				difference_account=frappe.get_cached_value(
					"Company", erp.COMPANY, "exchange_gain_loss_account"
				),
				difference_posting_date=invoice.posting_date,
				cost_center=invoice.cost_center,
				**{"exchange_rate": 1, "exchange_gain_loss": 0, **values},
			)
		],
		active_dimensions=[],
	)


def test_money_on_account_is_allocated_to_a_later_invoice(
	customer: str, service: str, facts: Facts, golden: Golden
) -> None:
	older = settled(erp.invoice(customer, [{"item_code": service, "qty": 1, "rate": 10}], taxes=[]))
	payment = dated(get_payment_entry("Sales Invoice", older.name, bank_account=erp.BANK), "2026-03-03")
	payment.paid_amount = payment.received_amount = 60
	settled(payment)
	invoice = settled(erp.invoice(customer, [{"item_code": service, "qty": 1, "rate": 40}], taxes=[]))
	allocated(invoice, payment, 40, 50)
	stage(golden, facts, "allocated", payment=payment, invoice=invoice, older=older)


def test_an_advance_is_moved_from_its_order_to_a_later_invoice(
	customer: str, service: str, facts: Facts, golden: Golden
) -> None:
	order = settled(erp.order(customer, [{"item_code": service, "qty": 2, "rate": 50}], taxes=[]))
	advance = settled(
		dated(
			get_payment_entry("Sales Order", order.name, party_amount=60, bank_account=erp.BANK), "2026-03-03"
		)
	)
	invoice = settled(erp.on(make_sales_invoice(order.name), "2026-03-04"))
	[reference] = advance.references
	allocated(invoice, advance, 60, 60, reference.name)
	stage(golden, facts, "moved", advance=advance, invoice=invoice, order=order)
