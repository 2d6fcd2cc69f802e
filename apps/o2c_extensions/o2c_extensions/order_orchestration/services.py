"""Orders decomposed, promised and released: load, decide, write."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import formatdate, getdate

from o2c_extensions import erp
from o2c_extensions.common import casebook, decisions
from o2c_extensions.common.money import as_float, decimal
from o2c_extensions.common.settings import setting
from o2c_extensions.credit_control.queries.holds import holds_on
from o2c_extensions.credit_control.services.checkpoints import hold_instead
from o2c_extensions.order_orchestration import queries
from o2c_extensions.order_orchestration.doctype.fulfilment_plan import fulfilment_plan as plans
from o2c_extensions.order_orchestration.doctype.stock_promise import stock_promise
from o2c_extensions.order_orchestration.domain import demand, release, sourcing
from o2c_extensions.order_orchestration.domain.demand import PlannedLine, Sent
from o2c_extensions.order_orchestration.domain.sourcing import Assignment, Line, Stock, Terms

RULE = "o2c_extensions.order_orchestration.domain.sourcing.decompose"
RULE_VERSION = 1


@dataclass(frozen=True)
class Decision:
	"""What was looked at, and what came out."""

	lines: Sequence[Line]
	stocks: Sequence[Stock]
	terms: Terms
	today: date
	assignments: Sequence[Assignment]

	@property
	def promised(self) -> date:
		return max(part.promised for part in self.assignments)


# --- planning ---------------------------------------------------------------------------------------------------------------------


def plan_order(order: Any, today: date) -> None:
	"""Decide where the lines of an order come from, while it is about to be submitted and its rows can still be changed.

	What ERPNext knows of it stands in its own fields then, so that it reserves stock where it will leave: a row's
	warehouse, or its supplier if that delivers the row. Everything else is in the plan (see `record_plan`).
	"""
	order.flags.o2c_plan = None
	if not setting("plan_orders") or order.skip_delivery_note:
		return
	decision = decide(order.items, order.company, today, lock=True)
	if not decision.assignments:
		return
	order.flags.o2c_plan = decision
	parts: dict[str, list[Assignment]] = {}
	for part in decision.assignments:
		parts.setdefault(part.row, []).append(part)
	stocked = {line.row for line in decision.lines if line.stocked}
	for row in order.items:
		if row.name in parts:
			_note(row, parts[row.name], row.name in stocked)
	order.o2c_promised_date = decision.promised
	if order.set_warehouse and any(row.warehouse != order.set_warehouse for row in order.items):
		order.set_warehouse = None


def _note(row: Any, parts: Sequence[Assignment], stocked: bool) -> None:
	row.o2c_promised_date = max(part.promised for part in parts)
	row.delivered_by_supplier = int(parts[0].source == sourcing.DROP_SHIP)
	if row.delivered_by_supplier:
		row.supplier = parts[0].supplier
	elif stocked:
		row.warehouse = sourcing.main_warehouse(parts)


def decide(rows: Sequence[Any], company: str, today: date, lock: bool = False) -> Decision:
	"""Where rows like those of an order would come from, and when. Writes nothing.

	Args:
		lock: keep what is promised from others until the transaction ends.
	"""
	lines = queries.order_lines(rows, company, ship_short=bool(setting("drop_ship_short")))
	stocked = {line.item for line in lines if line.stocked}
	places = queries.shipping_warehouses(company) | {line.warehouse for line in lines if line.warehouse}
	bins = queries.bins(stocked, places)
	if lock:
		meanwhile = stock_promise.lock({(found.item, found.warehouse) for found in bins if found.actual > 0})
		bins = demand.bound(bins, meanwhile)
	planned = queries.planned_lines(items=stocked)
	stocks = demand.available(bins, planned, queries.sent({line.row for line in planned}))
	terms = _terms()
	return Decision(lines, stocks, terms, today, sourcing.decompose(lines, stocks, terms, today))


def _terms() -> Terms:
	return Terms(int(setting("handling_days") or 0), int(setting("supply_days") or 0))


def record_plan(order: Any) -> str | None:
	"""Write what `plan_order` has decided about the order that is being submitted. Returns the plan's name."""
	decision: Decision | None = order.flags.get("o2c_plan")
	if not decision:
		return None
	case = casebook.join_case(order)
	plan = plans.make(order, case, decision.assignments)
	_grant(decision)
	outcome = sourcing.summary(decision.assignments)
	decisions.record(
		"Fulfilment",
		order.doctype,
		order.name,
		rule=RULE,
		rule_version=RULE_VERSION,
		inputs={
			"lines": list(decision.lines),
			"stocks": list(decision.stocks),
			"terms": decision.terms,
			"today": decision.today,
		},
		outcome=outcome,
		reasons=_reasons(decision.assignments),
		case=case,
	)
	details = {"promised_date": decision.promised, "sources": outcome}
	at = casebook.moment_of(order)
	casebook.record_event(case, "Promise", "Promised", order.doctype, order.name, details, at)
	return plan


def _grant(decision: Decision) -> None:
	"""Tell those who decide at the same moment what is gone."""
	factors = {line.row: line.factor for line in decision.lines if line.stocked}
	taken: dict[demand.Place, Decimal] = {}
	for part in decision.assignments:
		if part.warehouse and part.row in factors:
			place = (part.item, part.warehouse)
			taken[place] = taken.get(place, Decimal(0)) + part.qty * factors[part.row]
	stock_promise.grant(taken)


def _reasons(assignments: Sequence[Assignment]) -> list[str]:
	texts = {
		sourcing.WAREHOUSE: _("{0} lines come from {1}; the last one is promised for {2}."),
		sourcing.DROP_SHIP: _("{0} lines are delivered by {1}; the last one is promised for {2}."),
		sourcing.BACKORDER: _("{0} lines wait for goods at {1}; the last one is promised for {2}."),
	}
	groups: dict[tuple[str, str], list[Assignment]] = {}
	for part in assignments:
		groups.setdefault((part.source, part.warehouse or part.supplier or "-"), []).append(part)
	return [
		texts[source].format(len(parts), place, formatdate(max(part.promised for part in parts)))
		for (source, place), parts in groups.items()
	]


# --- releasing --------------------------------------------------------------------------------------------------------------------


def release_soon(order: str) -> None:
	"""Have a worker release an order when this transaction has been committed, if orders are released automatically."""
	if not setting("release_orders"):
		return
	frappe.enqueue(
		"o2c_extensions.order_orchestration.tasks.release",
		queue="short",
		job_id=f"o2c-release-{order}",
		deduplicate=True,
		enqueue_after_commit=True,
		order=order,
	)


def release_order(order: str, today: date | None = None) -> list[tuple[str, str]]:
	"""Set going what can leave now: drop shipments are ordered, delivery notes drafted, one for each warehouse.

	What exists already is read from the documents themselves, so that a second call makes nothing twice. Returns the new
	documents; none while the order is held, closed or without a plan.
	"""
	today = today or casebook.today()
	seen, now = queries.plan_state(order), queries.plan_state(order, lock=True)
	# Somebody else has released it while we waited for the lock: what this transaction reads is older than that.
	if not seen or not now or seen.modified != now.modified or now.status == "Cancelled":
		return []
	if holds_on([order]):
		return []
	document = frappe.get_doc("Sales Order", order)
	if document.docstatus != 1 or document.status in queries.RESTING:
		return []
	frappe.db.savepoint("release_order")
	found = _due({order})[order]
	_promise_anew(document, found, today)
	made = [_purchase(document, supplier, lines, today) for supplier, lines in found.purchases.items()]
	first = not queries.sent([row.name for row in document.items])
	for number, lines in enumerate(found.parcels.values()):
		made.append(_draft_delivery(document, lines, today, with_charges=first and number == 0))
	if made and hold_instead(order, today, "release_order"):
		return []
	plans.set_status([order], "Planned" if found.waiting else "Released")
	return made


def orders_due() -> list[str]:
	"""The orders that something can be set going for now, those with the oldest plan first."""
	waiting = queries.open_plans()
	held = holds_on(waiting)
	found = _due([order for order in waiting if order not in held])
	return [order for order, due in found.items() if due.something]


def _due(orders: Collection[str]) -> dict[str, release.Due]:
	"""What each of these orders can get now, among all that want the same goods."""
	mine = queries.planned_lines(orders=orders)
	items = {line.item for line in mine if line.stocked}
	rivals = queries.planned_lines(items=items)
	bins = queries.bins(items, {line.warehouse for line in mine if line.warehouse})
	sent = queries.sent({line.row for line in (*mine, *rivals)})
	purchased = queries.purchased({line.row for line in mine if line.supplier})
	# In the order in which the plans were made; orders with nothing left to send come last.
	lines: dict[str, list[PlannedLine]] = {}
	for line in mine:
		lines.setdefault(line.order, []).append(line)
	for order in orders:
		lines.setdefault(order, [])
	given: dict[str, list[Sent]] = {}
	for one in sent:
		given.setdefault(one.row, []).append(one)
	shares: dict[str, list[PlannedLine]] = {}
	for share in demand.allocate(bins, rivals, sent, queries.drafted(items)):
		shares.setdefault(share.order, []).append(share)
	return {
		order: release.due(
			part,
			shares.get(order, ()),
			[one for row in dict.fromkeys(line.row for line in part) for one in given.get(row, ())],
			purchased,
		)
		for order, part in lines.items()
	}


def _promise_anew(order: Any, found: release.Due, today: date) -> None:
	"""Move the promises that a late release has broken."""
	parcels = [line for lines in (*found.parcels.values(), *found.purchases.values()) for line in lines]
	going = {(line.row, line.source, line.warehouse) for line in parcels}
	waiting = {(line.row, line.source, line.warehouse) for line in found.waiting}
	stored = queries.plan_lines(order.name)
	items = queries.item_terms([line.item_code for line in stored], order.company)
	terms = _terms()
	moved: dict[str, date] = {}
	days: dict[str, date] = {}
	for line in stored:
		key = (line.sales_order_item, line.source, line.warehouse or "")
		day = before = getdate(line.promised_date)
		if key in going or key in waiting:
			lead = items[line.item_code].lead_days if line.item_code in items else None
			day = release.promise_anew(before, line.source, key in going, lead, terms, today)
		if day != before:
			moved[line.name] = day
		days[line.sales_order_item] = max(day, days.get(line.sales_order_item, day))
	if not moved:
		return
	for row in order.items:
		row.o2c_promised_date = days.get(row.name, row.o2c_promised_date)
	touched = {line.sales_order_item for line in stored if line.name in moved}
	last = max(days.values())
	plans.promise_anew(order.name, moved, {row: days[row] for row in touched}, last)
	details = {"promised_date": last, "lines": len(moved)}
	case = casebook.join_case(order)
	casebook.record_event(case, "Promise", "Promised", order.doctype, order.name, details, _moment(today))


def _draft_delivery(
	order: Any, lines: Sequence[PlannedLine], today: date, with_charges: bool
) -> tuple[str, str]:
	note = erp.delivery_of_order(order.name)
	wanted: dict[str, Decimal] = {}
	for line in lines:
		wanted[line.row] = wanted.get(line.row, Decimal(0)) + line.qty
	place = {line.row: line.warehouse for line in lines if line.warehouse}
	note.set("items", [row for row in note.items if row.so_detail in wanted])
	for number, row in enumerate(note.items, start=1):
		row.idx = number
		row.qty = as_float(wanted[row.so_detail])
		row.warehouse = place.get(row.so_detail, row.warehouse)
	if not with_charges:
		# A charge of a fixed amount goes with the order's first parcel, not with each.
		for tax in note.taxes:
			tax.tax_amount = 0 if tax.charge_type == "Actual" else tax.tax_amount
	note.set_warehouse = None
	note.update({"posting_date": today, "set_posting_time": int(today != getdate())})
	note.insert()
	_record_release(order, "Delivery Drafted", note, {"lines": len(note.items)})
	return (note.doctype, note.name)


def _purchase(order: Any, supplier: str, lines: Sequence[PlannedLine], today: date) -> tuple[str, str]:
	wanted = {line.row: line.qty for line in lines}
	promised = {row.name: getdate(row.o2c_promised_date or today) for row in order.items}
	purchase = erp.purchase_of_order(order.name, {line.item for line in lines})
	purchase.set("items", [row for row in purchase.items if row.sales_order_item in wanted])
	purchase.update({"supplier": supplier, "transaction_date": today})
	purchase.update(queries.supplier_terms(supplier, order.company))
	for number, row in enumerate(purchase.items, start=1):
		row.idx = number
		row.qty = as_float(wanted[row.sales_order_item])
		row.schedule_date = max(promised[row.sales_order_item], today)
		row.delivered_by_supplier = 1
		row.supplier = supplier
		row.rate = row.price_list_rate = None
	purchase.schedule_date = min(row.schedule_date for row in purchase.items)
	purchase.run_method("set_missing_values")
	purchase.run_method("calculate_taxes_and_totals")
	_price(purchase)
	purchase.insert()
	purchase.submit()
	_record_release(order, "Purchase Ordered", purchase, {"supplier": supplier})
	return (purchase.doctype, purchase.name)


def _price(purchase: Any) -> None:
	"""Where no price list says what a supplier takes: what was paid last, or what the goods are worth."""
	unpriced = [row for row in purchase.items if not row.rate]
	costs = queries.known_costs({row.item_code for row in unpriced})
	rate = decimal(purchase.conversion_rate) or Decimal(1)
	for row in unpriced:
		if costs.get(row.item_code):
			row.rate = as_float(costs[row.item_code] * decimal(row.conversion_factor) / rate)


def _record_release(order: Any, event: str, document: Any, details: dict[str, Any]) -> None:
	case, at = casebook.join_case(order), casebook.moment_of(document)
	casebook.record_event(case, "Release", event, document.doctype, document.name, details, at)


# --- deliveries -------------------------------------------------------------------------------------------------------------------


def join_order(document: Any, order_field: str) -> None:
	"""A delivery or a purchase for an order belongs to the order's case; one for several orders to the first one's."""
	found = casebook.cases("Sales Order", (row.get(order_field) for row in document.items))
	if found:
		casebook.join_case(document, next(iter(found.values())))


def record_delivery(note: Any, cancelled: bool = False) -> None:
	"""What left, or came back, is a step of the case of every order on the delivery note."""
	orders = {row.against_sales_order for row in note.items if row.against_sales_order}
	event = "Cancelled" if cancelled else "Returned" if note.is_return else "Delivered"
	_record_in_cases(note, orders, event, casebook.now() if cancelled else casebook.moment_of(note))
	if cancelled:
		reopen_plans(orders)
	elif not note.is_return:
		# Whoever sends less than was drafted leaves a rest, which is to be drafted again.
		reopen_plans(queries.not_on_notes(orders))


def record_supplier_delivery(purchase: Any) -> None:
	"""A supplier has delivered to customers, or has not after all: ERPNext knows it as the purchase order's status only."""
	orders = {row.sales_order for row in purchase.items if row.delivered_by_supplier and row.sales_order}
	if purchase.docstatus == 0 or not orders:
		return
	delivered = purchase.docstatus == 1 and purchase.status == "Delivered"
	known = queries.last_delivery_event(purchase.doctype, purchase.name) == "Delivered"
	if delivered != known:
		day = purchase.flags.get("o2c_delivered_on") or casebook.today()
		_record_in_cases(purchase, orders, "Delivered" if delivered else "Cancelled", _moment(day))


def drop_ship_delivered(purchase_order: str, today: date | None = None) -> None:
	"""Note that a supplier has delivered what stands on a purchase order to the customers."""
	purchase = frappe.get_doc("Purchase Order", purchase_order)
	purchase.flags.o2c_delivered_on = today or casebook.today()
	purchase.update_status("Delivered")
	purchase.update_delivered_qty_in_sales_order()


def reopen_plans(orders: Collection[str]) -> None:
	"""A delivery note or a purchase order of these orders is gone or shorter: what stood on it is to be released again."""
	plans.set_status(orders, "Planned", unless="Cancelled")


def _record_in_cases(document: Any, orders: Collection[str], event: str, at: datetime) -> None:
	found = casebook.cases("Sales Order", sorted(orders))
	for case in dict.fromkeys(found.values()):
		casebook.record_event(case, "Delivery", event, document.doctype, document.name, {}, at)


def _moment(day: date) -> datetime:
	"""When something happened of which the day alone is told."""
	now = casebook.now()
	return now if now.date() == day else datetime.combine(day, time(12))
