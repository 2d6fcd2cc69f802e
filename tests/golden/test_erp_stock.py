"""Stock at moving average and first in first out, backdated and cancelled, and goods that never pass through it."""

from __future__ import annotations

from typing import Any

import frappe
import pytest
from erpnext.selling.doctype.sales_order.sales_order import make_purchase_order

from tests.support import erp
from tests.support.erp import Facts
from tests.support.golden import Golden


def ledger(item: str) -> list[list[Any]]:
	fields = (
		"posting_date posting_time warehouse actual_qty qty_after_transaction incoming_rate outgoing_rate valuation_rate "
		"stock_value stock_value_difference stock_queue is_cancelled"
	).split()
	rows = frappe.get_all(
		"Stock Ledger Entry", {"item_code": item}, fields, order_by="posting_datetime, creation, actual_qty"
	)
	return [[row[field] for field in fields] for row in rows]


def move(item: str, qty: float, day: str, purpose: str, **row: Any) -> Any:
	entry = frappe.get_doc(
		{
			"doctype": "Stock Entry",
			"stock_entry_type": purpose,
			"purpose": purpose,
			"company": erp.COMPANY,
			"set_posting_time": 1,
			"posting_date": day,
			"posting_time": "09:00:00",
			"items": [{"item_code": item, "qty": qty, **row}],
		}
	)
	entry.insert()
	entry.submit()
	return entry


@pytest.mark.parametrize("method", ["Moving Average", "FIFO"])
def test_valuation(method: str, facts: Facts, golden: Golden) -> None:
	item = erp.make_item(valuation_method=method)
	facts.name(item=item)
	erp.receive(item, 10, 7.5, day="2026-03-02")
	erp.receive(item, 7, 8.13, day="2026-03-04")
	issue = move(item, 12, "2026-03-05", "Material Issue", s_warehouse=erp.STORES)
	moved = move(
		item, 2, "2026-03-06", "Material Transfer", s_warehouse=erp.STORES, t_warehouse="Finished Goods - NH"
	)
	golden(ledger(item), "1 in order")
	facts.name(issue=issue, moved=moved)
	golden(facts.books(issue), "1 issue")
	golden(
		facts.of(
			issue,
			"total_outgoing_value total_incoming_value value_difference total_amount",
			items="qty basic_rate basic_amount valuation_rate amount transfer_qty",
		),
		"1 entry",
	)
	golden(facts.books(moved), "1 moved")
	erp.receive(item, 5, 6, day="2026-03-03")
	golden(ledger(item), "2 backdated")
	golden(facts.books(issue), "2 issue")
	golden(facts.bin(item), "2 bin")
	moved.reload()
	moved.cancel()
	issue.reload()
	issue.cancel()
	golden(ledger(item), "3 cancelled")
	golden(facts.books(issue), "3 issue")
	golden(facts.bin(item), "3 bin")


def test_no_stock(facts: Facts, golden: Golden) -> None:
	from erpnext.stock.stock_ledger import NegativeStockError

	item = erp.make_item()
	erp.receive(item, 3, 7.5)
	with erp.refused(NegativeStockError):
		move(item, 4, "2026-03-05", "Material Issue", s_warehouse=erp.STORES)


def test_drop_ship(facts: Facts, golden: Golden) -> None:
	supplier = erp.make_supplier()
	item = erp.make_item(
		delivered_by_supplier=1, item_defaults=[{"company": erp.COMPANY, "default_supplier": supplier}]
	)
	customer = erp.make_customer()
	facts.name(supplier=supplier, item=item, customer=customer)
	order = erp.order(
		customer,
		[{"item_code": item, "qty": 4, "rate": 20, "delivered_by_supplier": 1, "supplier": supplier}],
		day="2026-03-04",
	)
	order.insert()
	order.submit()
	facts.name(order=order)
	golden(facts.bin(item), "1 bin")
	purchase = make_purchase_order(
		order.name,
		selected_items=[{"item_code": item, "supplier": supplier, "sales_order_item": order.items[0].name}],
	)
	purchase = purchase[0] if isinstance(purchase, list) else purchase
	purchase.supplier = supplier
	purchase.update({"transaction_date": "2026-03-04", "schedule_date": "2026-03-06"})
	for row in purchase.items:
		row.update({"rate": 11, "schedule_date": "2026-03-06"})
	if purchase.is_new():
		purchase.insert()
	purchase.submit()
	facts.name(purchase=purchase)
	shown = "status per_received per_billed total grand_total rounded_total title"
	rows = "item_code qty received_qty delivered_by_supplier rate amount warehouse stock_qty"
	golden(facts.of(purchase, shown, items=rows), "2 ordered")
	golden(facts.of(order, erp.ORDER, items="ordered_qty delivered_qty"), "2 order")
	golden(facts.bin(item), "2 bin")
	from erpnext.buying.doctype.purchase_order.purchase_order import update_status

	update_status("Delivered", purchase.name)
	golden(facts.of(purchase, shown, items=rows), "3 delivered")
	golden(facts.of(order, erp.ORDER, items="ordered_qty delivered_qty"), "3 order")
	golden(facts.bin(item), "3 bin")
