"""Orders decomposed, promised and released: load, decide, write."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import frappe
from frappe import _
from frappe.utils import formatdate, getdate, now_datetime

from o2c_extensions import erp
from o2c_extensions.common import casebook, decisions
from o2c_extensions.common.audit import as_system
from o2c_extensions.common.money import as_float, decimal
from o2c_extensions.common.settings import setting
from o2c_extensions.credit_control.queries import holds_on
from o2c_extensions.order_orchestration import queries
from o2c_extensions.order_orchestration.domain import demand, release, sourcing
from o2c_extensions.order_orchestration.domain.demand import PlannedLine
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
	parts = _by_row(decision.assignments)
	stocked = {line.row for line in decision.lines if line.stocked}
	for row in order.items:
		if row.name not in parts:
			continue
		_note(row, parts[row.name], row.name in stocked)
	order.o2c_promised_date = decision.promised
	if order.set_warehouse and any(row.warehouse != order.set_warehouse for row in order.items):
		order.set_warehouse = None


def _note(row: Any, parts: Sequence[Assignment], stocked: bool) -> None:
	row.o2c_promised_date = max(part.promised for part in parts)
	if parts[0].source == sourcing.DROP_SHIP:
		row.delivered_by_supplier = 1
		row.supplier = parts[0].supplier
		return
	row.delivered_by_supplier = 0
	if stocked:
		row.warehouse = sourcing.main_warehouse(parts)


def decide(rows: Sequence[Any], company: str, today: date, lock: bool = False) -> Decision:
	"""Where rows like those of an order would come from, and when. Writes nothing.

	Args:
		lock: keep what is promised from others until the transaction ends.
	"""
	items = queries.item_terms([row.item_code for row in rows], company)
	units = {unit for row in rows for unit in (row.uom, _stock_unit(items, row))}
	lines = _lines(rows, items, queries.unbroken_units(units))
	stocked = {line.item for line in lines if line.stocked}
	places = queries.shipping_warehouses(company) | {line.warehouse for line in lines if line.warehouse}
	bins = queries.bins(stocked, places, lock)
	planned = queries.planned_lines(items=stocked)
	stocks = demand.available(bins, planned, queries.sent({line.row for line in planned}))
	terms = _terms()
	return Decision(lines, stocks, terms, today, sourcing.decompose(lines, stocks, terms, today))


def promise(items: Sequence[dict[str, Any]], company: str, delivery_date: str | None) -> list[dict[str, Any]]:
	"""What an order for these items would be promised today. Keeps nothing for anybody."""
	units = queries.item_units([str(item["item_code"]) for item in items if item.get("item_code")])
	rows = []
	for number, item in enumerate(items, start=1):
		code = str(item.get("item_code") or "")
		if code not in units:
			frappe.throw(_("Row {0}: there is no item {1}.").format(number, frappe.bold(code)))
		unit = item.get("uom") or units[code].stock_uom
		if unit not in units[code].factors:
			frappe.throw(_("Row {0}: {1} is not sold by {2}.").format(number, frappe.bold(code), unit))
		if decimal(item.get("qty")) <= 0:
			frappe.throw(_("Row {0}: the quantity must be greater than zero.").format(number))
		row = {"name": str(number), "uom": unit, "conversion_factor": units[code].factors[unit]}
		rows.append(frappe._dict({"delivery_date": delivery_date, **item, **row}))
	decision = decide(rows, company, getdate())
	return [
		{
			"line": int(part.row),
			"item_code": part.item,
			"qty": as_float(part.qty),
			"source": part.source,
			"warehouse": part.warehouse,
			"supplier": part.supplier,
			"promised_date": part.promised.isoformat(),
		}
		for part in decision.assignments
	]


def _lines(rows: Sequence[Any], items: dict[str, queries.ItemTerms], whole: Collection[str]) -> list[Line]:
	ship_short = bool(setting("drop_ship_short"))
	lines = []
	for row in rows:
		item = items.get(row.item_code)
		if not item:
			continue
		by_supplier = bool(row.delivered_by_supplier or item.by_supplier)
		supplier = (row.supplier or item.supplier) if by_supplier or ship_short else None
		lines.append(
			Line(
				row=str(row.name),
				item=row.item_code,
				qty=decimal(row.qty),
				warehouse=row.warehouse or None,
				requested=getdate(row.delivery_date) if row.delivery_date else None,
				supplier=supplier or None,
				by_supplier=by_supplier,
				lead_days=item.lead_days,
				stocked=item.stocked,
				factor=decimal(row.conversion_factor) or decimal(1),
				step=decimal(1) if {row.uom, item.stock_uom} & set(whole) else sourcing.FINEST,
			)
		)
	return lines


def _stock_unit(items: dict[str, queries.ItemTerms], row: Any) -> str | None:
	item = items.get(row.item_code)
	return item.stock_uom if item else None


def _terms() -> Terms:
	return Terms(int(setting("handling_days") or 0), int(setting("supply_days") or 0))


def _by_row(assignments: Sequence[Assignment]) -> dict[str, list[Assignment]]:
	parts: dict[str, list[Assignment]] = {}
	for part in assignments:
		parts.setdefault(part.row, []).append(part)
	return parts


def record_plan(order: Any) -> str | None:
	"""Write what `plan_order` has decided about the order that is being submitted. Returns the plan's name."""
	decision: Decision | None = order.flags.get("o2c_plan")
	if not decision:
		return None
	case = casebook.join_case(order)
	with as_system("plan") as system:
		plan = system.insert(
			{
				"doctype": queries.PLAN,
				"sales_order": order.name,
				"customer": order.customer,
				"company": order.company,
				"o2c_case": case,
				"status": "Planned",
				"promised_date": decision.promised,
			}
		)
	_insert_lines(order, decision.assignments)
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
		outcome=sourcing.summary(decision.assignments),
		reasons=_reasons(decision.assignments),
		case=case,
	)
	details = {"promised_date": decision.promised, "sources": sourcing.summary(decision.assignments)}
	at = casebook.moment_of(order)
	casebook.record_event(case, "Promise", "Promised", order.doctype, order.name, details, at)
	return str(plan.name)


def _insert_lines(order: Any, assignments: Sequence[Assignment]) -> None:
	"""All lines in one statement: an order may have hundreds."""
	units = {row.name: row.uom for row in order.items}
	now, user = now_datetime(), frappe.session.user
	fields = ["name", "creation", "modified", "owner", "modified_by", "parent", "parenttype", "parentfield"]
	fields += ["idx", "sales_order_item", "item_code", "qty", "uom", "source", "warehouse", "supplier"]
	rows = [
		(
			*(frappe.generate_hash(length=12), now, now, user, user, order.name, queries.PLAN, "lines"),
			*(number, part.row, part.item, as_float(part.qty), units[part.row]),
			*(part.source, part.warehouse, part.supplier, part.promised),
		)
		for number, part in enumerate(assignments, start=1)
	]
	frappe.db.bulk_insert(queries.LINE, [*fields, "promised_date"], rows)


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


def cancel_plan(order: str) -> None:
	"""An order that is cancelled wants nothing any more."""
	frappe.db.set_value(queries.PLAN, {"name": order}, "status", "Cancelled")


def forget_plan(order: str) -> None:
	"""A plan goes with its order when that is deleted."""
	frappe.db.delete(queries.LINE, {"parent": order, "parenttype": queries.PLAN})
	frappe.db.delete(queries.PLAN, {"name": order})


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
	today = today or getdate()
	seen, now = queries.plan_state(order), queries.plan_state(order, lock=True)
	# Somebody else has released it while we waited for the lock: what this transaction reads is older than that.
	if not seen or not now or seen.modified != now.modified or now.status == "Cancelled":
		return []
	if order in holds_on([order]):
		return []
	found = _due({order})[order]
	document = frappe.get_doc("Sales Order", order)
	promises = _promise_anew(document, found, today)
	made = [_purchase(document, supplier, found.purchases[supplier], today) for supplier in found.purchases]
	first = not queries.sent([row.name for row in document.items])
	for number, lines in enumerate(found.parcels.values()):
		made.append(_draft_delivery(document, lines, today, with_charges=first and number == 0))
	status = "Planned" if found.waiting else "Released"
	if made or promises or now.status != status:
		frappe.db.set_value(queries.PLAN, order, {"status": status, **promises})
	return made


def orders_due() -> list[str]:
	"""The orders that something can be set going for now, those with the oldest plan first."""
	plans = queries.open_plans()
	held = holds_on(plans)
	return [order for order, found in _due(plans - set(held)).items() if found.something]


def _due(orders: Collection[str]) -> dict[str, release.Due]:
	"""What each of these orders can get now, among all that want the same goods."""
	mine = queries.planned_lines(orders=orders)
	items = {line.item for line in mine if line.stocked}
	rivals = queries.planned_lines(items=items)
	bins = queries.bins(items, {line.warehouse for line in mine if line.warehouse})
	sent = queries.sent({line.row for line in (*mine, *rivals)})
	purchased = queries.purchased({line.row for line in mine if line.supplier})
	shares: dict[str, list[PlannedLine]] = {}
	for share in demand.allocate(bins, rivals, sent, queries.drafted(items)):
		shares.setdefault(share.order, []).append(share)
	lines: dict[str, list[PlannedLine]] = {}
	for line in mine:
		lines.setdefault(line.order, []).append(line)
	found = {
		order: release.due(part, shares.get(order, ()), sent, purchased) for order, part in lines.items()
	}
	return {**{order: release.due((), (), (), {}) for order in orders if order not in found}, **found}


def _promise_anew(order: Any, found: release.Due, today: date) -> dict[str, Any]:
	"""Move the promises that a late release has broken. Returns what changes in the plan itself."""
	going = {
		(line.row, line.source, line.warehouse)
		for lines in (*found.parcels.values(), *found.purchases.values())
		for line in lines
	}
	waiting = {(line.row, line.source, line.warehouse) for line in found.waiting}
	stored = queries.plan_lines(order.name)
	terms = _terms()
	items = queries.item_terms([line.item_code for line in stored], order.company)
	moved: dict[str, dict[str, Any]] = {}
	for line in stored:
		key = (line.sales_order_item, line.source, line.warehouse or "")
		if key not in going and key not in waiting:
			continue
		item = items.get(line.item_code)
		day = release.promise_anew(
			getdate(line.promised_date),
			line.source,
			key in going,
			item.lead_days if item else None,
			terms,
			today,
		)
		if day != getdate(line.promised_date):
			line.promised_date = day
			moved[line.name] = {"promised_date": day}
	if not moved:
		return {}
	return _write_promises(order, stored, moved, today)


def _write_promises(
	order: Any, stored: Sequence[Any], moved: dict[str, dict[str, Any]], today: date
) -> dict[str, Any]:
	frappe.db.bulk_update(queries.LINE, moved, update_modified=False)
	days: dict[str, date] = {}
	for line in stored:
		day = getdate(line.promised_date)
		days[line.sales_order_item] = max(day, days.get(line.sales_order_item, day))
	touched = {line.sales_order_item for line in stored if line.name in moved}
	frappe.db.bulk_update(
		"Sales Order Item",
		{row: {"o2c_promised_date": days[row]} for row in touched},
		update_modified=False,
	)
	for row in order.items:
		row.o2c_promised_date = days.get(row.name, row.o2c_promised_date)
	last = max(days.values())
	frappe.db.set_value("Sales Order", order.name, "o2c_promised_date", last, update_modified=False)
	case = casebook.join_case(order)
	details = {"promised_date": last, "lines": len(moved)}
	casebook.record_event(case, "Promise", "Promised", order.doctype, order.name, details, _noon(today))
	return {"promised_date": last}


def _draft_delivery(
	order: Any, lines: Sequence[PlannedLine], today: date, with_charges: bool
) -> tuple[str, str]:
	note = erp.delivery_of_order(order.name)
	wanted: dict[str, Any] = {}
	for line in lines:
		wanted[line.row] = wanted.get(line.row, 0) + line.qty
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
	_record_release(order, "Delivery Drafted", note, today, {"lines": len(note.items)})
	return (note.doctype, note.name)


def _purchase(order: Any, supplier: str, lines: Sequence[PlannedLine], today: date) -> tuple[str, str]:
	wanted = {line.row: line.qty for line in lines}
	purchase = erp.purchase_of_order(order.name, {line.item for line in lines})
	purchase.set("items", [row for row in purchase.items if row.sales_order_item in wanted])
	terms = queries.supplier_terms(supplier, order.company)
	promised = {row.name: getdate(row.o2c_promised_date or today) for row in order.items}
	purchase.update({"supplier": supplier, "transaction_date": today, **terms})
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
	_record_release(order, "Purchase Ordered", purchase, today, {"supplier": supplier})
	return (purchase.doctype, purchase.name)


def _price(purchase: Any) -> None:
	"""Where no price list says what a supplier takes: what was paid last, or what the goods are worth."""
	unpriced = [row for row in purchase.items if not row.rate]
	if not unpriced:
		return
	costs = queries.known_costs({row.item_code for row in unpriced})
	for row in unpriced:
		cost = costs.get(row.item_code)
		if cost:
			row.rate = as_float(
				cost * decimal(row.conversion_factor) / (decimal(purchase.conversion_rate) or decimal(1))
			)


def _record_release(order: Any, event: str, document: Any, today: date, details: dict[str, Any]) -> None:
	case = casebook.join_case(order)
	casebook.record_event(
		case, "Release", event, document.doctype, document.name, details, casebook.moment_of(document)
	)


def _noon(today: date) -> datetime:
	"""When something happened of which the day alone is told."""
	now = now_datetime()
	return now if now.date() == today else datetime.combine(today, time(12))


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
	at = now_datetime() if cancelled else casebook.moment_of(note)
	_record_in_cases(note, orders, event, at)
	if cancelled:
		reopen_plans(orders)


def record_supplier_delivery(purchase: Any) -> None:
	"""A supplier has delivered to customers, or has not after all: ERPNext knows it as the purchase order's status only."""
	orders = {row.sales_order for row in purchase.items if row.delivered_by_supplier and row.sales_order}
	if purchase.docstatus == 0 or not orders:
		return
	delivered = purchase.docstatus == 1 and purchase.status == "Delivered"
	known = queries.last_delivery_event(purchase.doctype, purchase.name) == "Delivered"
	if delivered != known:
		day = purchase.flags.get("o2c_delivered_on") or getdate()
		_record_in_cases(purchase, orders, "Delivered" if delivered else "Cancelled", _noon(day))


def drop_ship_delivered(purchase_order: str, today: date | None = None) -> None:
	"""Note that a supplier has delivered what stands on a purchase order to the customers."""
	purchase = frappe.get_doc("Purchase Order", purchase_order)
	purchase.flags.o2c_delivered_on = today or getdate()
	purchase.update_status("Delivered")
	purchase.update_delivered_qty_in_sales_order()


def reopen_plans(orders: Collection[str]) -> None:
	"""A delivery note or a purchase order of these orders is gone: what stood on it is to be released again."""
	frappe.db.set_value(
		queries.PLAN, {"name": ("in", list(orders) or [""]), "status": "Released"}, "status", "Planned"
	)


def _record_in_cases(document: Any, orders: Collection[str], event: str, at: datetime) -> None:
	found = casebook.cases("Sales Order", sorted(orders))
	for case in dict.fromkeys(found.values()):
		casebook.record_event(case, "Delivery", event, document.doctype, document.name, {}, at)
