"""Whether an order has credit: looked at, judged, and passed or held."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe import _

from o2c_extensions.common import casebook, decisions
from o2c_extensions.common.audit import as_system
from o2c_extensions.common.money import as_float
from o2c_extensions.credit_control.domain.policy import DELIVERY, INVOICE, ORDER, PICK, REJECT, RELEASE
from o2c_extensions.credit_control.domain.policy import HOLD as HELD
from o2c_extensions.credit_control.queries.holds import HOLD, hold_on
from o2c_extensions.credit_control.services import holds
from o2c_extensions.credit_control.services.holds import STAGE, covers
from o2c_extensions.credit_control.services.judging import Finding, amount_of, inputs, look
from o2c_extensions.credit_control.services.reasons import causes, sentences, warnings

RULE = "o2c_extensions.credit_control.domain.policy.evaluate"
# Where a document is judged, unless told otherwise.
_CHECKPOINTS = {"Delivery Note": DELIVERY, "Sales Invoice": INVOICE}


def check_order(order: Any, today: date) -> str | None:
	"""Decide whether an order that is being submitted, reopened or changed has credit. Returns the hold that it gets.

	One that is submitted already is checked again only where more is at stake than was decided: it has grown, or was
	closed, or its release has run out. A hold that a person has not decided about yet stays, with the amounts of now.
	"""
	amount = amount_of(order)
	found = None if getattr(order, "_action", None) == "submit" else hold_on(order.name)
	if found and found.status == "Rejected":
		return str(found.name)
	released = found is not None and found.status == "Released"
	waiting = found is not None and not released
	if found and released and covers(found, amount, today):
		return None
	if not _is_more_at_stake(order, amount):
		return str(found.name) if found and waiting else None
	order.flags.o2c_checked_amount = amount
	finding = look(order, ORDER, today)
	if found and waiting:
		_refresh(found.name, order, finding, today)
		return str(found.name)
	if finding.verdict.passes:
		_pass(order, finding, today)
		return None
	return hold(order, finding, today)


def judge(
	document: Any, today: date | None = None, checkpoint: str | None = None, brief: bool = False
) -> Finding:
	"""What would be decided about a document now, whatever was decided before. Writes nothing; the customer's credit is locked.

	Args:
		checkpoint: else Order for an order, Delivery for a delivery, Invoice for an invoice.
		brief: what passes is of no further interest (see `look`).
	"""
	where = checkpoint or _CHECKPOINTS.get(document.doctype, ORDER)
	return look(document, where, today or casebook.today(), brief)


def check_again(order: Any, today: date, why: str) -> str | None:
	"""Check an order whose release does not cover it any more: it passes after all, or gets a new hold, which is returned.

	Args:
		why: a sentence about what has become of the release.
	"""
	finding = judge(order, today)
	if finding.verdict.passes:
		_pass(order, finding, today)
		return None
	return hold(order, finding, today, why)


def _is_more_at_stake(order: Any, amount: Decimal) -> bool:
	if order.flags.o2c_checked_amount == amount:
		return False
	before = order.get_doc_before_save()
	accepted = before and before.docstatus == 1 and before.status != "Closed"
	return not accepted or amount_of(before) < amount


def _pass(order: Any, finding: Finding, today: date) -> None:
	record(order, finding, sentences(finding), today)
	_warn(order, finding)
	order.db_set("o2c_credit_status", "Passed", update_modified=False)
	details = {"order_amount": finding.order_amount, "exposure": finding.exposure.total}
	casebook.record_event(
		casebook.join_case(order),
		STAGE,
		"Passed",
		order.doctype,
		order.name,
		details,
		at=casebook.moment_of(order),
	)


def hold(document: Any, finding: Finding, today: date, *also: str) -> str:
	"""Hold an order, or the draft of a delivery or an invoice, for what was found. Returns the hold.

	Args:
		also: sentences about why it was looked at.
	"""
	case = casebook.join_case(document)
	said = [*sentences(finding), *also]
	is_order = document.doctype == "Sales Order"
	with as_system("credit hold") as system:
		made = system.insert(
			{
				"doctype": HOLD,
				"sales_order": document.name if is_order else None,
				"held_doctype": document.doctype,
				"held_document": document.name,
				"checkpoint": finding.checkpoint,
				"customer": document.customer,
				"customer_name": document.customer_name,
				"company": document.company,
				"o2c_case": case,
				"reasons": "\n".join(said),
				**_snapshot(finding),
			}
		)
	record(document, finding, said, today)
	if is_order:
		document.db_set("o2c_credit_status", "Held", update_modified=False)
	details = {"excess": finding.verdict.excess, holds.KINDS[document.doctype]: document.name}
	casebook.record_event(case, STAGE, "Held", HOLD, made.name, details, at=casebook.moment_of(document))
	frappe.msgprint(
		_("{0} is held: {1}").format(frappe.bold(document.name), "<br>".join(said)),
		title=_("Credit Hold"),
		indicator="orange",
		# A draft is judged when the answer to whoever saved it has been written already.
		realtime=not is_order,
	)
	if finding.verdict.outcome == REJECT:
		_reject(made)
	return str(made.name)


def _reject(hold: Any) -> None:
	"""The policy refuses the order by itself: it is on record as a hold that was rejected by nobody, and closed."""
	frappe.db.set_value(HOLD, hold.name, {"status": "Rejected", "decided_at": casebook.now()})
	hold.reload()
	holds.reject(hold)


def _refresh(hold: str, order: Any, finding: Finding, today: date) -> None:
	"""The order has changed while it waits for a person: what that person allows is the order as it is now."""
	stays = _("The order stays held until somebody decides about {0}.").format(hold)
	said = [*sentences(finding), stays]
	values = {**_snapshot(finding), "reasons": "\n".join(said)}
	frappe.db.set_value(HOLD, hold, values)
	record(order, finding, said, today, outcome=HELD)


def record(document: Any, finding: Finding, said: list[str], today: date, outcome: str | None = None) -> None:
	"""Put on record what was decided about a document. It cites the version of the policy, which never changes.

	Args:
		outcome: where it is not the verdict's.
	"""
	decisions.record(
		"Credit Check",
		document.doctype,
		document.name,
		rule=RULE,
		rule_version=finding.verdict.version or "-",
		inputs={
			"customer": document.customer,
			"company": document.company,
			"today": today,
			**inputs(finding),
		},
		outcome=outcome or finding.verdict.outcome,
		reasons=said,
		case=casebook.join_case(document),
	)


def _warn(document: Any, finding: Finding) -> None:
	said = warnings(finding)
	if said:
		frappe.msgprint("<br>".join(said), title=_("Credit Warning"), indicator="yellow")


def _snapshot(finding: Finding) -> dict[str, Any]:
	amounts = {
		"credit_limit": finding.terms.limit,
		"order_amount": finding.order_amount,
		"excess": finding.verdict.excess,
		"amount_to_release": finding.verdict.excess,
		"required_deposit": finding.verdict.deposit,
		**asdict(finding.exposure),
		"exposure": finding.exposure.total,
	}
	return {
		"currency": finding.currency,
		"policy_version": finding.verdict.version or None,
		"causes": "\n".join(causes(finding)),
		**{field: as_float(value) for field, value in amounts.items()},
	}


# --- the other checkpoints -----------------------------------------------------------------------------------------------


def check_release(order: Any, today: date) -> Finding:
	"""Judge an order that is about to be released for delivery, and put that on record."""
	return _check(order, RELEASE, today)


def check_pick(order: Any, today: date) -> Finding:
	"""Judge an order that is about to be picked, and put that on record."""
	return _check(order, PICK, today)


def check_delivery(note: Any, today: date) -> Finding:
	"""Judge a delivery, and put that on record. What of it comes from orders is in the exposure already."""
	return _check(note, DELIVERY, today)


def check_invoice(invoice: Any, today: date) -> Finding:
	"""Judge an invoice, and put that on record. What of it comes from orders or deliveries is in the exposure already."""
	return _check(invoice, INVOICE, today)


def _check(document: Any, checkpoint: str, today: date) -> Finding:
	"""Whoever calls this holds the document if the verdict does not pass; where no rule is asked, nothing is put on record."""
	finding = look(document, checkpoint, today, brief=True)
	if finding.verdict.fired or not finding.verdict.passes:
		record(document, finding, sentences(finding), today)
	_warn(document, finding)
	return finding
