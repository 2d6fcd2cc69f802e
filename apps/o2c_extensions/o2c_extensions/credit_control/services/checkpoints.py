"""The policy is asked again where goods go and bills are made: at release, pick, delivery and invoice.

A draft that does not pass is kept, with a hold of its own that refuses its submission. Where a document is made and submitted in
one go, the refusal takes back the whole of it: then a job of its own holds the orders that it was for.

Whoever asks keeps the customer's account locked until the transaction ends, and stock is locked before accounts. So a draft is
judged at the end of its transaction, and a submission after it has moved its stock.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import frappe
from frappe import _

from o2c_extensions.common import casebook, closing
from o2c_extensions.common.closing import Phase
from o2c_extensions.common.settings import setting
from o2c_extensions.credit_control.domain.credit import ZERO
from o2c_extensions.credit_control.domain.policy import DELIVERY, INVOICE, PICK, RELEASE
from o2c_extensions.credit_control.queries import holds as queries
from o2c_extensions.credit_control.services import checking, guard, ledger
from o2c_extensions.credit_control.services.holds import CreditHoldError, covers
from o2c_extensions.credit_control.services.judging import Finding, amount_of
from o2c_extensions.credit_control.services.notes import note
from o2c_extensions.credit_control.services.reasons import causes, sentences

CHECKPOINTS = {"Pick List": PICK, "Delivery Note": DELIVERY, "Sales Invoice": INVOICE}


def draft_saved(doc: Any) -> None:
	"""Have a draft of a delivery or an invoice judged at the end of the transaction, if it is a draft then still."""
	if doc.docstatus == 0 and _is_asked(doc):
		closing.state("credit drafts")[doc.doctype, doc.name] = None
		closing.at_end(Phase.DRAFTS, _judge_drafts)


def _judge_drafts() -> None:
	drafts = closing.state("credit drafts")
	while drafts:
		(doctype, name), _nothing = drafts.popitem()
		judge_draft(doctype, name, casebook.today())


def judge_draft(doctype: str, name: str, today: date) -> str | None:
	"""Hold a draft that the policy does not let go. Returns its hold, if it has one that waits."""
	if frappe.db.get_value(doctype, name, "docstatus") != 0:
		return None
	doc = frappe.get_doc(doctype, name)
	waiting = [
		row for row in _holds_on(doc) if row.held_document == name and row.status not in queries.DECIDED
	]
	if waiting:
		# It may have become smaller: whoever looks at what waits releases it.
		note([(doc.customer, doc.company)], f"{doctype} {name}")
		return str(waiting[0].name)
	finding = checking.judge(doc, today, CHECKPOINTS[doctype], brief=True)
	if finding.verdict.passes or _is_covered(doc, finding, today):
		return None
	return checking.hold(doc, finding, today)


def refuse_submission(doc: Any, today: date) -> None:
	"""Refuse a document that is being submitted and that the policy does not let go."""
	if not _is_asked(doc):
		return
	if doc.doctype == "Pick List":
		for order in sorted(guard.served_by(doc).orders):
			_refuse_pick(doc, order, today)
		return
	# What it puts at stake is in the exposure by then, as of any other that is submitted.
	ledger.touch([(doc.doctype, doc.name)])
	check = checking.check_delivery if doc.doctype == "Delivery Note" else checking.check_invoice
	finding = check(doc, today)
	if not finding.verdict.passes and not _is_covered(doc, finding, today):
		_refuse(doc, finding, guard.served_by(doc).orders)


def _refuse_pick(doc: Any, name: str, today: date) -> None:
	order = frappe.get_doc("Sales Order", name)
	finding = checking.check_pick(order, today)
	if not finding.verdict.passes and not _is_covered(order, finding, today):
		_refuse(doc, finding, [name])


def _refuse(doc: Any, finding: Finding, orders: Collection[str]) -> None:
	frappe.enqueue(
		"o2c_extensions.credit_control.tasks.hold_refused",
		queue="short",
		job_id=f"o2c-hold-refused-{doc.doctype}-{doc.name}",
		deduplicate=True,
		doctype=doc.doctype,
		name=doc.name,
		orders=sorted(orders),
	)
	frappe.throw(
		_("{0} {1} does not pass: {2}").format(
			_(doc.doctype), frappe.bold(doc.name), "<br>".join(sentences(finding))
		),
		CreditHoldError,
		title=_("Credit Hold"),
	)


def hold_refused(doctype: str, name: str, orders: Collection[str], today: date) -> list[str]:
	"""Put on record what was refused: a hold on the draft, if there is one, else on each of the orders. Returns the holds."""
	if doctype != "Pick List" and frappe.db.exists(doctype, {"name": name, "docstatus": 0}):
		made = judge_draft(doctype, name, today)
		return [made] if made else []
	found = [hold_order(order, CHECKPOINTS[doctype], today) for order in orders]
	return [hold for hold in found if hold]


def hold_order(name: str, checkpoint: str, today: date) -> str | None:
	"""Hold an order that does not pass a later checkpoint than its own. None if it passes, or is held already."""
	order = frappe.get_doc("Sales Order", name)
	if order.docstatus != 1 or order.status == "Closed" or name in queries.holds_on([name]):
		return None
	finding = checking.judge(order, today, checkpoint, brief=True)
	if finding.verdict.passes or _is_covered(order, finding, today):
		return None
	return checking.hold(order, finding, today)


def hold_instead(name: str, today: date, save_point: str) -> str | None:
	"""Ask the policy about an order whose deliveries have just been drafted. Returns the hold that it gets in place of them.

	Asked last, since whoever asks locks the customer's account, and stock is locked before accounts.

	Args:
		save_point: what has been done since is taken back.
	"""
	if not setting("hold_over_limit") or not hold_order(name, RELEASE, today):
		return None
	frappe.db.rollback(save_point=save_point)
	return hold_order(name, RELEASE, today)


def _is_asked(doc: Any) -> bool:
	"""Not about what comes back, nor about the bill of what was delivered."""
	if not setting("hold_over_limit") or doc.get("is_return") or doc.doctype not in CHECKPOINTS:
		return False
	delivered = doc.doctype == "Sales Invoice" and all(
		row.delivery_note and row.dn_detail for row in doc.items
	)
	return not delivered


def _holds_on(doc: Any) -> list[Any]:
	about = guard.served_by(doc)
	return queries.holds_about(about.orders, about.rows, [(doc.doctype, doc.name)])


def _is_covered(doc: Any, finding: Finding, today: date) -> bool:
	"""Whether a person has released it, or all of its orders, for the very reasons that are found again."""
	holds = [row for row in _holds_on(doc) if row.status == "Released"]
	own = {row.held_document: row for row in holds if row.held_document == doc.name}.get(doc.name)
	released = _causes(own) if own and covers(own, amount_of(doc), today) else set()
	orders = guard.served_by(doc).orders
	latest = {row.sales_order: row for row in holds if row.sales_order in orders}
	if orders and set(latest) == orders and all(covers(row, ZERO, today) for row in latest.values()):
		released |= set.intersection(*(_causes(row) for row in latest.values()))
	return set(causes(finding)) <= released


def _causes(hold: Any) -> set[str]:
	return {cause for cause in (hold.causes or "").split("\n") if cause}
