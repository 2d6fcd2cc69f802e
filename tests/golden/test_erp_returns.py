"""Returned goods and credit notes, as v15 books them."""

from __future__ import annotations

import frappe
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return as make_credit_note
from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note
from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_invoice, make_sales_return

from tests.golden.test_erp_sales import stage
from tests.support import erp
from tests.support.erp import Facts
from tests.support.golden import Golden


def test_goods_come_back(facts: Facts, golden: Golden) -> None:
	customer, screw = erp.make_customer(), erp.make_item()
	facts.name(customer=customer, screw=screw)
	erp.receive(screw, 10, 7.5)
	order = erp.order(customer, [{"item_code": screw, "qty": 6, "rate": 15}], day="2026-03-04")
	order.insert()
	order.submit()
	note = make_delivery_note(order.name)
	note.items[0].qty = 4
	erp.on(note, "2026-03-05").insert()
	note.submit()
	stage(golden, facts, "1 delivered in part", note=note, order=order)

	invoice = erp.on(make_sales_invoice(note.name), "2026-03-06")
	invoice.insert()
	invoice.submit()
	stage(golden, facts, "2 billed", invoice=invoice, note=note, order=order)

	back = make_sales_return(note.name)
	back.items[0].qty = -1
	erp.on(back, "2026-03-07").insert()
	back.submit()
	stage(golden, facts, "3 returned", back=back, note=note, order=order)
	golden(facts.bin(screw), "3 returned/bin")

	credit = make_credit_note(invoice.name)
	credit.items[0].qty = -1
	erp.on(credit, "2026-03-08").insert()
	credit.submit()
	stage(golden, facts, "4 credited", credit=credit, invoice=invoice, note=note, order=order)

	payment = get_payment_entry("Sales Invoice", invoice.name, bank_account=erp.BANK)
	payment.update({"posting_date": "2026-03-09", "reference_no": "1", "reference_date": "2026-03-09"})
	payment.insert()
	payment.submit()
	stage(golden, facts, "5 paid", payment=payment, invoice=invoice)

	for document in (payment, credit, back):
		document.reload()
		document.cancel()
	stage(golden, facts, "6 undone", credit=credit, back=back, invoice=invoice, note=note, order=order)


def test_goods_come_back_by_the_desk(facts: Facts, golden: Golden) -> None:
	"""The desk sends a return back to be saved: read anew, it is one from the start."""
	customer, screw = erp.make_customer(), erp.make_item()
	facts.name(customer=customer, screw=screw)
	erp.receive(screw, 10, 7.5)
	order = erp.order(customer, [{"item_code": screw, "qty": 6, "rate": 15}], day="2026-03-04")
	order.insert()
	order.submit()
	note = erp.on(make_delivery_note(order.name), "2026-03-05").insert()
	note.submit()
	back = make_sales_return(note.name)
	back.items[0].qty = -2
	back = frappe.get_doc(erp.on(back, "2026-03-07").as_dict()).insert()
	back.submit()
	stage(golden, facts, "returned", back=back, note=note, order=order)
	again = make_sales_return(note.name)
	golden([row.qty for row in again.items], "left")
	back.cancel()
	stage(golden, facts, "undone", back=back, note=note, order=order)


def test_refund_of_a_standalone_credit_note(facts: Facts, golden: Golden) -> None:
	customer, service = erp.make_customer(), erp.make_item(is_stock_item=0)
	facts.name(customer=customer, service=service)
	invoice = erp.invoice(customer, [{"item_code": service, "qty": 2, "rate": 50}])
	invoice.insert()
	invoice.submit()
	credit = make_credit_note(invoice.name)
	credit.update_outstanding_for_self = 1
	erp.on(credit, "2026-03-08").insert()
	credit.submit()
	stage(golden, facts, "credited", credit=credit, invoice=invoice)
	refund = get_payment_entry("Sales Invoice", credit.name, bank_account=erp.BANK)
	refund.update({"posting_date": "2026-03-09", "reference_no": "1", "reference_date": "2026-03-09"})
	refund.insert()
	refund.submit()
	stage(golden, facts, "refunded", refund=refund, credit=credit)


def test_an_invoice_that_moves_stock(facts: Facts, golden: Golden) -> None:
	customer, screw = erp.make_customer(), erp.make_item()
	facts.name(customer=customer, screw=screw)
	erp.receive(screw, 10, 7.5)
	invoice = erp.invoice(
		customer, [{"item_code": screw, "qty": 4, "rate": 15}], update_stock=1, posting_time="12:00:00"
	)
	invoice.insert()
	invoice.submit()
	stage(golden, facts, "billed", invoice=invoice)
	golden(facts.bin(screw), "billed/bin")
	invoice.cancel()
	stage(golden, facts, "cancelled", invoice=invoice)
	golden(facts.bin(screw), "cancelled/bin")
	amended = frappe.copy_doc(invoice)
	amended.update({"docstatus": 0, "amended_from": invoice.name})
	amended.items[0].qty = 3
	amended.insert()
	amended.submit()
	stage(golden, facts, "amended", amended=amended)
	assert amended.name == f"{invoice.name}-1"
