"""A working day at Nordwind Handels GmbH, lived through the app's services, each step by who does it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import frappe
from frappe.model.workflow import apply_workflow
from frappe.utils import getdate

from o2c_extensions import erp
from o2c_extensions.billing import services as billing
from o2c_extensions.credit_control.services import reviews, scores
from o2c_extensions.demo import founding, logins, masters
from o2c_extensions.demo.catalogue import WAREHOUSES
from o2c_extensions.demo.founding import own
from o2c_extensions.demo.logins import Login
from o2c_extensions.demo.payers import working_day
from o2c_extensions.demo.story import COMPANY, MONDAY, NOT_YET, Order, Story
from o2c_extensions.order_orchestration import services as orchestration

LONGEST_RETURN = timedelta(days=20)


@contextmanager
def acting(login: Login) -> Iterator[None]:
	"""What is done inside is done by this person, with the person's own permissions."""
	before = frappe.session.user
	frappe.set_user(login.user)
	try:
		yield
	finally:
		frappe.set_user(before)


def live(told: Story, day: date) -> str:
	"""One working day, from the lorry in the morning to what comes back in the afternoon."""
	if day.weekday() == MONDAY:
		restock(told, day)
	decide_holds(told, day)
	ordered = take_orders(told, day)
	for order in orchestration.orders_due():
		orchestration.release_order(order, day)
	notes = deliver(told, day)
	dropped = suppliers_deliver(day)
	for note in notes:
		billing.invoice_delivery(note, day)
	for order in dropped:
		billing.invoice_drop_shipped(order, day)
	take_back(told, day)
	return f"{ordered} orders, {len(notes)} deliveries"


# --- the warehouse --------------------------------------------------------------------------------------------------------------


def restock(told: Story, day: date) -> None:
	"""Each warehouse gets what has fallen below its level, except for what the suppliers have run out of."""
	levels = {
		(row.item_code, row.warehouse): row.actual_qty - row.reserved_qty
		for row in frappe.get_all(
			"Bin", fields=["item_code", "warehouse", "actual_qty", "reserved_qty"], limit_page_length=0
		)
	}
	costs = {item.code: item.cost for item in told.items}
	for number, warehouse in enumerate(WAREHOUSES):
		rows = []
		for stocking in told.stockings:
			if stocking.warehouse != warehouse or told.is_short(stocking.item, day):
				continue
			level = int(levels.get((stocking.item, own(warehouse)), 0))
			if level < stocking.reorder_level:
				rows.append((stocking.item, stocking.target - level, costs[stocking.item]))
		if rows:
			_receive(warehouse, rows, day, number)


def _receive(warehouse: str, rows: list[tuple[str, int, Any]], day: date, number: int) -> None:
	with acting(logins.WAREHOUSE):
		masters.receive(
			warehouse, rows, str(day), f"06:{number:02d}:00", own("Stock Received But Not Billed")
		)


def deliver(told: Story, day: date) -> list[str]:
	"""Send what has been picked. Returns the delivery notes."""
	drafts = frappe.get_all(
		"Delivery Note",
		filters={"docstatus": 0, "is_return": 0, "company": COMPANY},
		fields=["name", "posting_date", "po_no"],
		order_by="name asc",
		limit_page_length=0,
	)
	orders = told.by_reference()
	due = [
		draft
		for draft in drafts
		if getdate(draft.posting_date) + timedelta(days=orders[draft.po_no].picking_days) <= day
	]
	if not due:
		return []
	split = _first_of_split(orders, [draft.po_no for draft in due])
	with acting(logins.WAREHOUSE):
		return [_send(draft, day, number, draft.po_no in split) for number, draft in enumerate(due)]


def _first_of_split(orders: dict[str, Order], references: Sequence[str]) -> set[str]:
	"""Those of these orders that are sent in two parts, and of which nothing has left yet."""
	wanted = {reference for reference in references if orders[reference].is_split}
	if not wanted:
		return set()
	sent = frappe.get_all(
		"Delivery Note", filters={"po_no": ("in", sorted(wanted)), "docstatus": 1}, pluck="po_no"
	)
	return wanted - set(sent)


def _send(draft: Any, day: date, number: int, is_split: bool) -> str:
	note = frappe.get_doc("Delivery Note", draft.name)
	if is_split:
		_take_half(note)
	clock = f"{13 + number // 60:02d}:{number % 60:02d}:00"
	note.update({"set_posting_time": 1, "posting_date": day, "posting_time": clock})
	note.submit()
	return str(note.name)


def _take_half(note: Any) -> None:
	"""The other half is drafted anew, since the order still wants it."""
	if len(note.items) > 1:
		note.set("items", note.items[: (len(note.items) + 1) // 2])
	elif note.items[0].qty > 1:
		note.items[0].qty = (note.items[0].qty + 1) // 2


def suppliers_deliver(day: date) -> list[str]:
	"""Suppliers deliver what they were asked to some days ago. Returns the orders whose customers have got it."""
	purchases = frappe.get_all(
		"Purchase Order",
		filters={
			"docstatus": 1,
			"status": ("not in", ("Delivered", "Closed")),
			"transaction_date": ("<=", day - timedelta(days=founding.SUPPLIER_DAYS)),
		},
		order_by="name asc",
		pluck="name",
	)
	if not purchases:
		return []
	for purchase in purchases:
		orchestration.drop_ship_delivered(purchase, day)
	return list(
		frappe.get_all(
			"Purchase Order Item",
			filters={"parent": ("in", purchases)},
			order_by="sales_order asc",
			pluck="sales_order",
			distinct=True,
		)
	)


def take_back(told: Story, day: date) -> None:
	"""A customer sends back a part of the first line, and gets a credit note for it."""
	returning = {order.reference: order for order in told.orders if order.comes_back}
	notes = frappe.get_all(
		"Delivery Note",
		filters={
			"docstatus": 1,
			"is_return": 0,
			"posting_date": ("between", [day - LONGEST_RETURN, day]),
			"po_no": ("in", sorted(returning)),
		},
		fields=["name", "posting_date", "po_no"],
		order_by="posting_date asc, name asc",
		limit_page_length=0,
	)
	first = {note.po_no: note for note in reversed(notes)}
	for reference, note in first.items():
		back = returning[reference].comes_back
		if back and working_day(getdate(note.posting_date) + timedelta(days=back.days)) == day:
			_take_back(note.name, back.percent, day)


def _take_back(note: str, percent: int, day: date) -> None:
	invoices = frappe.get_all(
		"Sales Invoice Item",
		filters={"delivery_note": note, "docstatus": 1},
		fields=["parent", "dn_detail"],
		order_by="parent asc, idx asc",
	)
	if not invoices:
		return
	with acting(logins.WAREHOUSE):
		back = erp.return_of("Delivery Note", note)
		_keep_one(back, "dn_detail", invoices[0].dn_detail, percent)
		_submit_on(back, day, "16:00:00")
	with acting(logins.BILLING):
		credit = erp.return_of("Sales Invoice", invoices[0].parent)
		_keep_one(credit, "dn_detail", invoices[0].dn_detail, percent)
		credit.update_outstanding_for_self = 0
		_submit_on(credit, day, "16:30:00")
	_close_what_is_done({row.against_sales_order for row in back.items})


def _close_what_is_done(orders: set[str]) -> None:
	"""ERPNext would deliver again what has come back. Nobody wants that: an order that was sent as a whole is closed."""
	rows = frappe.get_all(
		"Sales Order Item",
		filters={"parent": ("in", sorted(orders))},
		fields=["parent", "qty", "delivered_qty", "returned_qty"],
		limit_page_length=0,
	)
	unsent = {row.parent for row in rows if row.delivered_qty + row.returned_qty < row.qty}
	with acting(logins.ORDER_MANAGER):
		for order in sorted(orders - unsent):
			erp.update_sales_order_status("Closed", order)


def _keep_one(document: Any, field: str, row_name: str, percent: int) -> None:
	document.set("items", [row for row in document.items if row.get(field) == row_name])
	row = document.items[0]
	row.idx, row.qty = 1, -max(1, -int(row.qty) * percent // 100)
	document.set("payment_schedule", [])


def _submit_on(document: Any, day: date, clock: str) -> None:
	document.update({"set_posting_time": 1, "posting_date": day, "posting_time": clock})
	if document.meta.has_field("due_date"):
		document.due_date = day
	document.insert()
	document.submit()


# --- orders -----------------------------------------------------------------------------------------------------------------------


def take_orders(told: Story, day: date) -> int:
	orders = told.orders_of(day)
	if orders:
		with acting(logins.ORDER_MANAGER):
			for order in orders:
				_take(told, order)
	return len(orders)


def _take(told: Story, order: Order) -> None:
	customer = told.customer(order.customer)
	category = founding.HOME if customer.country == "Germany" else founding.ABROAD
	names = {item.code: item.name for item in told.items}
	document = frappe.get_doc(
		{
			"doctype": "Sales Order",
			"company": COMPANY,
			"customer": customer.name,
			"transaction_date": order.day,
			"delivery_date": working_day(order.day + timedelta(days=order.wanted_in)),
			"po_no": order.reference,
			"po_date": order.day,
			"selling_price_list": founding.PRICES,
			"docstatus": 1,
			"taxes_and_charges": founding.SALES_TAXES[category],
			"items": [
				{
					"item_code": line.item,
					"qty": line.qty,
					"warehouse": own(customer.warehouse),
					**({"description": f"{names[line.item]}, {line.note}"} if line.note else {}),
				}
				for line in order.lines
			],
		}
	)
	document.insert()


def decide_holds(told: Story, day: date) -> None:
	"""The controller looks at each held order on the next day, the manager decides some days later."""
	waiting = frappe.get_all(
		"Credit Hold",
		filters={"status": ("in", ("Open", "In Review"))},
		fields=["name", "status", "sales_order"],
		order_by="name asc",
		limit_page_length=0,
	)
	if not waiting:
		return
	placed = frappe.get_all(
		"Sales Order",
		filters={"name": ("in", [hold.sales_order for hold in waiting])},
		fields=["name", "po_no"],
		limit_page_length=0,
	)
	orders = told.by_reference()
	of_hold = {row.name: orders[row.po_no] for row in placed}
	for hold in waiting:
		order = of_hold[hold.sales_order]
		# The last ones are found as they come in: some under review, some not even looked at.
		is_looked_at = order.review_days < NOT_YET or order.number % 2
		if hold.status == "Open" and day > order.day and is_looked_at:
			_decide(hold.name, "Review", logins.CREDIT_CONTROLLER)
		if day >= order.day + timedelta(days=order.review_days) and day > order.day:
			_decide(hold.name, "Reject" if order.is_rejected else "Release", logins.CREDIT_MANAGER)


def _decide(hold: str, action: str, login: Login) -> None:
	with acting(login):
		apply_workflow(frappe.get_doc("Credit Hold", hold), action)


def review_credit(told: Story) -> int:
	"""The credit manager reviews the customers that have a limit: scores, and proposals that wait for a decision."""
	limited = [customer.name for customer in told.customers if customer.limit]
	found = scores.found_of(COMPANY, told.anchor, limited)
	with acting(logins.CREDIT_MANAGER):
		for customer in limited:
			if customer in found:
				reviews.review(customer, COMPANY, told.anchor, found[customer])
	return len(found)
