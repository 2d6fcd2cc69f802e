"""From the order to the payment, as v15 books it."""

from __future__ import annotations

from typing import Any

import frappe
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note, make_sales_invoice

from tests.support import erp
from tests.support.erp import Facts
from tests.support.golden import Golden

ITEM_STATE = "delivered_qty billed_amt returned_qty valuation_rate gross_profit"


def terms() -> str:
	name = f"Ziel {frappe.generate_hash(length=6)}"
	parts = []
	for portion, days in ((30, 0), (70, 30)):
		term = erp.insert(
			"Payment Term",
			payment_term_name=f"{name} {days}",
			invoice_portion=portion,
			credit_days=days,
			due_date_based_on="Day(s) after invoice date",
		)
		parts.append({"payment_term": term.name, "invoice_portion": portion, "credit_days": days})
	erp.insert("Payment Terms Template", template_name=name, terms=parts)
	return name


def stage(golden: Golden, facts: Facts, part: str, **documents: Any) -> None:
	"""The documents of a story at one moment."""
	shapes = {
		"Sales Order": (
			erp.ORDER,
			{"items": f"{erp.LINES} {ITEM_STATE}", "taxes": erp.TAXES, "payment_schedule": erp.SCHEDULE},
		),
		"Delivery Note": (
			erp.DELIVERY,
			{
				"items": f"{erp.LINES} billed_amt returned_qty incoming_rate expense_account against_sales_order so_detail"
			},
		),
		"Sales Invoice": (
			erp.INVOICE,
			{
				"items": f"{erp.LINES} incoming_rate delivered_qty",
				"taxes": erp.TAXES,
				"payment_schedule": erp.SCHEDULE,
			},
		),
		"Payment Entry": (
			erp.PAYMENT,
			{"references": erp.REFERENCES, "deductions": "account cost_center amount"},
		),
	}
	for label, document in documents.items():
		facts.name(**{label: document})
		for number, row in enumerate(document.get("items") or [], 1):
			facts.labels[row.name] = f"{label}-{number}"
	for label, document in documents.items():
		fields, tables = shapes[document.doctype]
		golden(
			{"is": facts.of(document, fields, **tables), "books": facts.books(document)}, f"{part}/{label}"
		)


def test_order_to_cash(facts: Facts, golden: Golden) -> None:
	customer, screw, service, template = (
		erp.make_customer(),
		erp.make_item(),
		erp.make_item(is_stock_item=0),
		terms(),
	)
	facts.name(customer=customer, screw=screw, service=service, terms=template)
	erp.receive(screw, 10, 7.5)
	receipt = erp.receive(screw, 5, 9.3, day="2026-03-03")
	facts.name(receipt=receipt)
	golden(facts.books(receipt), "receipt")

	order = erp.order(
		customer,
		[
			{"item_code": screw, "qty": 4, "rate": 12.35},
			{"item_code": screw, "qty": 3, "price_list_rate": 20, "discount_percentage": 12.5},
			{"item_code": service, "qty": 2, "rate": 80.05},
		],
		payment_terms_template=template,
		day="2026-03-04",
	)
	order.insert()
	stage(golden, facts, "1 draft", order=order)
	order.submit()
	stage(golden, facts, "2 ordered", order=order)
	golden(facts.bin(screw), "2 ordered/bin")

	note = erp.on(make_delivery_note(order.name), "2026-03-05")
	note.insert()
	note.submit()
	stage(golden, facts, "3 delivered", note=note, order=order)
	golden(facts.bin(screw), "3 delivered/bin")

	invoice = erp.on(make_sales_invoice(order.name), "2026-03-06")
	invoice.insert()
	invoice.submit()
	stage(golden, facts, "4 billed", invoice=invoice, order=order, note=note)

	payment = get_payment_entry("Sales Invoice", invoice.name, party_amount=100, bank_account=erp.BANK)
	payment.update({"posting_date": "2026-03-07", "reference_no": "1", "reference_date": "2026-03-07"})
	payment.insert()
	payment.submit()
	stage(golden, facts, "5 partly paid", payment=payment, invoice=invoice, order=order)

	rest = get_payment_entry("Sales Invoice", invoice.name, bank_account=erp.BANK)
	rest.update({"posting_date": "2026-03-08", "reference_no": "2", "reference_date": "2026-03-08"})
	rest.insert()
	rest.submit()
	stage(golden, facts, "6 paid", rest=rest, invoice=invoice)

	for document in (rest, payment, invoice, note, order):
		document.reload()
		document.cancel()
	stage(golden, facts, "7 cancelled", rest=rest, payment=payment, invoice=invoice, note=note, order=order)
	golden(facts.bin(screw), "7 cancelled/bin")
