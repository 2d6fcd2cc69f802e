"""Whether an order has credit: looked at, judged, and passed or held."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import fmt_money

from o2c_extensions.common import casebook, decisions
from o2c_extensions.common.audit import as_system
from o2c_extensions.common.money import as_float, rounded
from o2c_extensions.credit_control.doctype.credit_account import credit_account
from o2c_extensions.credit_control.domain import credit
from o2c_extensions.credit_control.domain.credit import Exposure, Reason, Terms, Verdict
from o2c_extensions.credit_control.queries import exposure as queries
from o2c_extensions.credit_control.queries.holds import HOLD, hold_on
from o2c_extensions.credit_control.services.exposure import Credit
from o2c_extensions.credit_control.services.holds import STAGE, covers
from o2c_extensions.credit_control.services.terms import currency_of, terms_of

RULE = "o2c_extensions.credit_control.domain.credit.decide"
RULE_VERSION = 1
CHECK_FAILED = "check_failed"
# What a hold's reports call its reasons. Stored as they are, and translated where they are shown.
CAUSES = {credit.OVER_LIMIT: "Exposure Over Limit", CHECK_FAILED: "Check Failed"}


@dataclass(frozen=True, kw_only=True)
class Finding(Credit):
	"""What a check has found: all that it looked at, and the verdict."""

	order_amount: Decimal
	verdict: Verdict


def check_order(order: Any, today: date) -> str | None:
	"""Decide whether an order that is being submitted, reopened or changed has credit. Returns the hold that it gets.

	One that is submitted already is checked again only where more is at stake than was decided: it has grown, or was
	closed, or its release has run out. A hold that a person has not decided about yet stays, with the amounts of now.
	"""
	amount = _amount(order)
	hold = None if getattr(order, "_action", None) == "submit" else hold_on(order.name)
	if hold and hold.status == "Rejected":
		return str(hold.name)
	released = hold is not None and hold.status == "Released"
	waiting = hold is not None and not released
	if hold and released and covers(hold, amount, today):
		return None
	if not _is_more_at_stake(order, amount):
		return str(hold.name) if hold and waiting else None
	order.flags.o2c_checked_amount = amount
	finding = _find(order, amount, today)
	if hold and waiting:
		_refresh(hold.name, order, finding, today)
		return str(hold.name)
	if finding.verdict.passes:
		_pass(order, finding, today)
		return None
	return _hold(order, finding, today)


def judge(order: Any) -> Finding:
	"""What would be decided about an order now, whatever was decided before. Writes nothing; the customer's credit is locked."""
	return _find(order, _amount(order), casebook.today())


def check_again(order: Any, today: date, why: str) -> str | None:
	"""Check an order whose release does not cover it any more: it passes after all, or gets a new hold, which is returned.

	Args:
		why: a sentence about what has become of the release.
	"""
	finding = judge(order)
	if finding.verdict.passes:
		_pass(order, finding, today)
		return None
	return _hold(order, finding, today, why)


def _is_more_at_stake(order: Any, amount: Decimal) -> bool:
	if order.flags.o2c_checked_amount == amount:
		return False
	before = order.get_doc_before_save()
	accepted = before and before.docstatus == 1 and before.status != "Closed"
	return not accepted or _amount(before) < amount


def _find(order: Any, amount: Decimal, today: date) -> Finding:
	"""Look at the customer's credit, and judge. A check that cannot be carried out lets nothing pass."""
	currency = currency_of(order.company)
	frappe.db.savepoint("credit_check")
	try:
		meanwhile = credit_account.lock(order.customer, order.company)
		terms = terms_of([order.customer], order.company, today)[order.customer]
		exposure = queries.exposure(order.customer, order.company, currency, without=order.name)
		exposure = replace(exposure, open_orders=exposure.open_orders + meanwhile)
		verdict = credit.decide(terms, exposure, amount)
		return Finding(order.customer, currency, terms, exposure, order_amount=amount, verdict=verdict)
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		# The database has taken the transaction back: there is nothing left to hold.
		raise
	except Exception:
		frappe.db.rollback(save_point="credit_check")
		frappe.log_error(
			title="Credit check failed", reference_doctype=order.doctype, reference_name=order.name
		)
		# Nobody knows by how much it is over the limit: whoever releases it answers for the whole order.
		verdict = Verdict(credit.HOLD, (Reason(CHECK_FAILED, order_amount=amount),), excess=amount)
		return Finding(order.customer, currency, Terms(), Exposure(), order_amount=amount, verdict=verdict)


def _pass(order: Any, finding: Finding, today: date) -> None:
	credit_account.accept(order.customer, order.company, finding.order_amount)
	_decide(order, finding, finding.verdict.outcome, _sentences(finding), today)
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


def _hold(order: Any, finding: Finding, today: date, *also: str) -> str:
	case = casebook.join_case(order)
	sentences = [*_sentences(finding), *also]
	with as_system("credit hold") as system:
		hold = system.insert(
			{
				"doctype": HOLD,
				"sales_order": order.name,
				"held_doctype": order.doctype,
				"held_document": order.name,
				"checkpoint": "Order",
				"customer": order.customer,
				"customer_name": order.customer_name,
				"company": order.company,
				"o2c_case": case,
				"reasons": "\n".join(sentences),
				**_snapshot(finding),
			}
		)
	_decide(order, finding, credit.HOLD, sentences, today)
	order.db_set("o2c_credit_status", "Held", update_modified=False)
	details = {"excess": finding.verdict.excess, "sales_order": order.name}
	casebook.record_event(case, STAGE, "Held", HOLD, hold.name, details, at=casebook.moment_of(order))
	frappe.msgprint(
		_("{0} is held: {1}").format(frappe.bold(order.name), "<br>".join(sentences)),
		title=_("Credit Hold"),
		indicator="orange",
	)
	return str(hold.name)


def _refresh(hold: str, order: Any, finding: Finding, today: date) -> None:
	"""The order has changed while it waits for a person: what that person allows is the order as it is now."""
	stays = _("The order stays held until somebody decides about {0}.").format(hold)
	sentences = [*_sentences(finding), stays]
	values = {**_snapshot(finding), "reasons": "\n".join(sentences)}
	frappe.db.set_value(HOLD, hold, values)
	_decide(order, finding, credit.HOLD, sentences, today)


def _decide(order: Any, finding: Finding, outcome: str, sentences: list[str], today: date) -> None:
	decisions.record(
		"Credit Check",
		order.doctype,
		order.name,
		rule=RULE,
		rule_version=RULE_VERSION,
		inputs={
			"customer": order.customer,
			"company": order.company,
			"currency": finding.currency,
			"terms": asdict(finding.terms),
			"exposure": asdict(finding.exposure),
			"order_amount": finding.order_amount,
			"today": today,
		},
		outcome=outcome,
		reasons=sentences,
		case=casebook.join_case(order),
	)


def _snapshot(finding: Finding) -> dict[str, Any]:
	amounts = {
		"credit_limit": finding.terms.limit,
		"order_amount": finding.order_amount,
		"excess": finding.verdict.excess,
		"amount_to_release": finding.verdict.excess,
		**asdict(finding.exposure),
		"exposure": finding.exposure.total,
	}
	causes = [CAUSES[reason.code] for reason in finding.verdict.reasons if reason.code in CAUSES]
	return {
		"currency": finding.currency,
		"causes": "\n".join(causes),
		**{field: as_float(value) for field, value in amounts.items()},
	}


def _sentences(finding: Finding) -> list[str]:
	return [_sentence(reason, finding.currency) for reason in finding.verdict.reasons]


def _sentence(reason: Reason, currency: str) -> str:
	text = {
		credit.NO_LIMIT: _("The customer has no credit limit."),
		credit.NOT_AT_ORDERS: _("The customer's credit limit is not checked at orders."),
		credit.WITHIN_LIMIT: _("The order of {0} and an exposure of {1} are within the limit of {2}."),
		credit.OVER_LIMIT: _("The order of {0} and an exposure of {1} exceed the limit of {2} by {3}."),
		CHECK_FAILED: _("The credit of the order could not be checked: see the Error Log."),
	}[reason.code]
	amounts = (reason.order_amount, reason.exposure, reason.limit, reason.excess)
	return str(text.format(*(fmt_money(as_float(amount), currency=currency) for amount in amounts)))


def _amount(order: Any) -> Decimal:
	"""What the customer will have to pay for the order, in the company's currency."""
	payable = order.base_rounded_total or order.base_grand_total
	return rounded(payable, currency_of(order.company))
