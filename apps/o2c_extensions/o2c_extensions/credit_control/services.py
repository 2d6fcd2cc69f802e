"""Holding orders that a customer has no credit for, deciding about them, and keeping held orders in the house."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.model.workflow import apply_workflow, get_transitions, has_approval_access
from frappe.utils import fmt_money, now_datetime

from o2c_extensions import erp
from o2c_extensions.common import casebook, decisions
from o2c_extensions.common.audit import as_system
from o2c_extensions.common.money import as_float, decimal, rounded
from o2c_extensions.credit_control import queries
from o2c_extensions.credit_control.doctype.credit_account import credit_account
from o2c_extensions.credit_control.domain import credit
from o2c_extensions.credit_control.domain.credit import Exposure, Reason, Terms, Verdict

STAGE = "Credit"
RULE = "o2c_extensions.credit_control.domain.credit.decide"
RULE_VERSION = 1
CHECK_FAILED = "check_failed"
DECISIONS = ("Release", "Reject")


class CreditHoldError(frappe.ValidationError):
	"""Something was to leave, or to be billed, for an order that is held."""


@dataclass(frozen=True)
class Credit:
	"""A customer's credit in a company: how much it has, and how much of that is used."""

	currency: str
	terms: Terms
	exposure: Exposure


@dataclass(frozen=True)
class Finding(Credit):
	"""What a check has found: all that it looked at, and the verdict."""

	order_amount: Decimal
	verdict: Verdict


# --- checking an order ---------------------------------------------------------------------------------------------


def check_order(order: Any, today: date) -> str | None:
	"""Decide whether an order that is being submitted, reopened or changed has credit. Returns the hold that it gets.

	One that is submitted already is checked again only where more is at stake than was decided: it has grown, or was
	closed. A hold that a person has not decided about yet stays, with the amounts of now.
	"""
	amount = _amount(order)
	hold = None if getattr(order, "_action", None) == "submit" else queries.hold_on(order.name)
	if hold and hold.status == "Rejected":
		return str(hold.name)
	released = hold is not None and hold.status == "Released"
	waiting = hold is not None and not released
	if hold and released and decimal(hold.order_amount) >= amount:
		return None
	if not _is_more_at_stake(order, amount):
		return str(hold.name) if hold and waiting else None
	order.flags.o2c_checked_amount = amount
	finding = _find(order, amount)
	if hold and waiting:
		_refresh(hold.name, order, finding, today)
		return str(hold.name)
	if finding.verdict.passes:
		_pass(order, finding, today)
		return None
	return _hold(order, finding, today)


def _is_more_at_stake(order: Any, amount: Decimal) -> bool:
	if order.flags.o2c_checked_amount == amount:
		return False
	before = order.get_doc_before_save()
	accepted = before and before.docstatus == 1 and before.status != "Closed"
	return not accepted or _amount(before) < amount


def _find(order: Any, amount: Decimal) -> Finding:
	"""Look at the customer's credit, and judge. A check that cannot be carried out lets nothing pass."""
	currency = _currency_of(order.company)
	frappe.db.savepoint("credit_check")
	try:
		meanwhile, at_orders = credit_account.lock(order.customer, order.company)
		terms = Terms(rounded(erp.get_credit_limit(order.customer, order.company), currency), at_orders)
		exposure = queries.exposure(order.customer, order.company, currency, without=order.name)
		exposure = replace(exposure, open_orders=exposure.open_orders + meanwhile)
		return Finding(currency, terms, exposure, amount, credit.decide(terms, exposure, amount))
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
		return Finding(currency, Terms(), Exposure(), amount, verdict)


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


def _hold(order: Any, finding: Finding, today: date) -> str:
	case = casebook.join_case(order)
	with as_system("credit hold") as system:
		hold = system.insert(
			{
				"doctype": queries.HOLD,
				"sales_order": order.name,
				"customer": order.customer,
				"customer_name": order.customer_name,
				"company": order.company,
				"o2c_case": case,
				"reasons": "\n".join(_sentences(finding)),
				**_snapshot(finding),
			}
		)
	_decide(order, finding, credit.HOLD, _sentences(finding), today)
	order.db_set("o2c_credit_status", "Held", update_modified=False)
	details = {"excess": finding.verdict.excess, "sales_order": order.name}
	casebook.record_event(case, STAGE, "Held", queries.HOLD, hold.name, details, at=casebook.moment_of(order))
	frappe.msgprint(
		_("{0} is held: {1}").format(frappe.bold(order.name), "<br>".join(_sentences(finding))),
		title=_("Credit Hold"),
		indicator="orange",
	)
	return str(hold.name)


def _refresh(hold: str, order: Any, finding: Finding, today: date) -> None:
	"""The order has changed while it waits for a person: what that person allows is the order as it is now."""
	stays = _("The order stays held until somebody decides about {0}.").format(hold)
	sentences = [*_sentences(finding), stays]
	values = {**_snapshot(finding), "reasons": "\n".join(sentences)}
	frappe.db.set_value(queries.HOLD, hold, values)
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
		**asdict(finding.exposure),
		"exposure": finding.exposure.total,
	}
	return {"currency": finding.currency, **{field: as_float(value) for field, value in amounts.items()}}


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
	return rounded(payable, _currency_of(order.company))


def credit_of(customer: str, company: str) -> Credit:
	"""A customer's credit as it is now, without deciding anything."""
	currency = _currency_of(company)
	_seen, at_orders = queries.account("", customer, company)
	terms = Terms(rounded(erp.get_credit_limit(customer, company), currency), at_orders)
	return Credit(currency, terms, queries.exposure(customer, company, currency))


def _currency_of(company: str) -> str:
	return str(frappe.get_cached_value("Company", company, "default_currency"))


# --- a person decides ----------------------------------------------------------------------------------------------


def act(hold: str, action: str, comment: str | None) -> dict[str, Any]:
	"""Take an action of the workflow on a hold, as the form does, with its first step where the user may take both."""
	doc = frappe.get_doc(queries.HOLD, hold)
	if comment:
		doc.comment = comment
		doc.save()
	open_actions = {transition["action"] for transition in get_transitions(doc)}
	if action not in open_actions and "Review" in open_actions:
		doc = apply_workflow(doc, "Review")
	doc = apply_workflow(doc, action)
	return {"hold": doc.name, "sales_order": doc.sales_order, "status": doc.status}


def actions_on(hold: str) -> list[str]:
	"""What of Release and Reject the user may do with a hold, by way of a review where the workflow has one first."""
	doc = frappe.get_doc(queries.HOLD, hold)
	if not frappe.has_permission(queries.HOLD, "write", doc=doc):
		return []
	open_transitions = get_transitions(doc)
	review = next((transition for transition in open_transitions if transition["action"] == "Review"), None)
	if review:
		doc.status = review["next_state"]
		open_transitions += get_transitions(doc)
	user = frappe.session.user
	allowed = {row["action"] for row in open_transitions if has_approval_access(user, doc, frappe._dict(row))}
	return [action for action in DECISIONS if action in allowed]


def require_open_order(hold: Any) -> None:
	"""Refuse a decision about an order that is not there any more."""
	if frappe.db.get_value("Sales Order", hold.sales_order, "docstatus") != 1:
		frappe.throw(
			_("{0} is not submitted: there is nothing left to decide about.").format(hold.sales_order),
			CreditHoldError,
		)


def release(hold: Any) -> None:
	"""Let the order of a hold go, since a person has allowed it."""
	credit_account.lock(hold.customer, hold.company)
	credit_account.accept(hold.customer, hold.company, decimal(hold.order_amount))
	_note(hold, "Released")


def reject(hold: Any) -> None:
	"""Close the order of a hold, since a person has refused it."""
	_note(hold, "Rejected")
	if frappe.db.get_value("Sales Order", hold.sales_order, "status") != "Closed":
		erp.update_sales_order_status("Closed", hold.sales_order)


def hold_again(hold: Any) -> None:
	"""Keep the order of a hold back after all: only an edited workflow leads from a decision back."""
	_note(hold, "Held")


def withdraw(order: Any) -> None:
	"""Take back the holds of a cancelled order that nobody has decided about."""
	waiting = [hold.name for hold in queries.holds_of([order.name]) if hold.status != "Rejected"]
	if not waiting:
		return
	values = {"status": "Withdrawn", "decided_by": frappe.session.user, "decided_at": now_datetime()}
	frappe.db.set_value(queries.HOLD, {"name": ("in", waiting)}, values)
	order.db_set("o2c_credit_status", "", update_modified=False)
	casebook.record_event(casebook.join_case(order), STAGE, "Withdrawn", queries.HOLD, waiting[-1])


def _note(hold: Any, status: str) -> None:
	frappe.db.set_value("Sales Order", hold.sales_order, "o2c_credit_status", status, update_modified=False)
	details: Mapping[str, Any] = {"sales_order": hold.sales_order, "comment": hold.comment or ""}
	casebook.record_event(
		hold.o2c_case or hold.sales_order,
		STAGE,
		status,
		queries.HOLD,
		hold.name,
		details,
		at=hold.decided_at,
	)


# --- keeping held orders in the house --------------------------------------------------------------------------------


def refuse_held(doc: Any) -> None:
	"""Refuse a document that would let goods go, have them made or sent, or be billed, for an order that is held."""
	holds = queries.holds_of(_orders_of(doc))
	if not holds:
		return
	hold = holds[0]
	frappe.throw(
		_("Sales Order {0} of {1} is held: {2} ({3}).").format(
			frappe.bold(hold.sales_order),
			frappe.bold(hold.customer_name or hold.customer),
			frappe.bold(hold.name),
			_(hold.status),
		),
		CreditHoldError,
		title=_("Credit Hold"),
	)


def _orders_of(doc: Any) -> set[str]:
	"""The orders that a document serves. What comes back is welcome, and what was delivered may be billed."""
	if doc.get("is_return"):
		return set()
	if doc.doctype == "Work Order":
		orders = [doc.sales_order]
	elif doc.doctype == "Delivery Note":
		orders = [row.against_sales_order for row in doc.items]
	elif doc.doctype == "Pick List":
		orders = [row.sales_order for row in doc.locations]
	elif doc.doctype == "Purchase Order":
		orders = [row.sales_order for row in doc.items if row.delivered_by_supplier]
	else:
		orders = [row.sales_order for row in doc.items if not (row.delivery_note and row.dn_detail)]
	return {order for order in orders if order}
