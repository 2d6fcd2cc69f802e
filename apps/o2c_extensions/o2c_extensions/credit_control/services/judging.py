"""What the policy in force makes of a document, and all that it has looked at."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import frappe

from o2c_extensions.common.money import decimal, rounded
from o2c_extensions.credit_control.domain import facts as names
from o2c_extensions.credit_control.domain import policy as engine
from o2c_extensions.credit_control.domain.credit import ZERO, Exposure, Terms
from o2c_extensions.credit_control.domain.facts import Facts
from o2c_extensions.credit_control.domain.policy import HOLD, Policy, Reason, Verdict
from o2c_extensions.credit_control.queries import facts as queries
from o2c_extensions.credit_control.services import policies
from o2c_extensions.credit_control.services.exposure import Credit, credit_for_decision
from o2c_extensions.credit_control.services.terms import currency_of, terms_of

CHECK_FAILED = "Check Failed"


@dataclass(frozen=True, kw_only=True)
class Finding(Credit):
	"""What a check has found: all that it looked at, and the verdict.

	Attributes:
		order_amount: what the customer has to pay for the document, in the company's currency.
		facts: None where they could not be loaded.
	"""

	order_amount: Decimal
	verdict: Verdict
	checkpoint: str
	facts: Facts | None = None


def look(document: Any, checkpoint: str, today: date, brief: bool = False) -> Finding:
	"""Look at the customer's credit, which stays locked until the transaction ends, and judge a document. Writes nothing else.

	A check that cannot be carried out lets nothing pass.

	Args:
		document: a Sales Order, Delivery Note or Sales Invoice, saved or not.
		brief: nothing is put on record about what passes without a word. Where no rule of the checkpoint weighs the exposure, it
			is then neither loaded nor locked, and the finding has none.
	"""
	amount = amount_of(document)
	frappe.db.savepoint("credit_check")
	try:
		policy = policies.in_force(document.company, currency_of(document.company), today)
		if brief and not policy.needs(checkpoint) & {names.EXPOSURE, names.PARENT}:
			finding = _judged(document, checkpoint, today, policy, _terms_alone(document, today), amount)
			if finding.verdict.passes and not finding.verdict.fired:
				return finding
		without = document.name if document.doctype == "Sales Order" else None
		is_new = document.docstatus == 0 or getattr(document, "_action", None) == "submit"
		credit = credit_for_decision(document.customer, document.company, today, without, is_new)
		finding = _judged(document, checkpoint, today, policy, credit, amount)
		if any(reason.test == engine.RULE_FAILED for reason in finding.verdict.reasons):
			_log(document, "\n".join(reason.detail for reason in finding.verdict.reasons if reason.detail))
		return finding
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		# The database has taken the transaction back: there is nothing left to hold.
		raise
	except Exception as error:
		frappe.db.rollback(save_point="credit_check")
		_log(document)
		# Nobody knows by how much it is over the limit: whoever releases it answers for the whole document.
		reason = Reason(CHECK_FAILED, outcome=HOLD, excess=amount, detail=f"{type(error).__name__}: {error}")
		return Finding(
			document.customer,
			currency_of(document.company),
			Terms(),
			Exposure(),
			order_amount=amount,
			verdict=Verdict(HOLD, (reason,), excess=amount),
			checkpoint=checkpoint,
		)


def _terms_alone(document: Any, today: date) -> Credit:
	customer, company = document.customer, document.company
	terms = terms_of([customer], company, today).get(customer, Terms())
	return Credit(customer, currency_of(company), terms, Exposure())


def _judged(
	document: Any, checkpoint: str, today: date, policy: Policy, credit: Credit, amount: Decimal
) -> Finding:
	facts = _facts(document, checkpoint, today, policy, credit, amount)
	return Finding(
		**{field: getattr(credit, field) for field in Credit.__dataclass_fields__},
		order_amount=amount,
		verdict=engine.evaluate(policy, checkpoint, facts),
		checkpoint=checkpoint,
		facts=facts,
	)


def amount_of(document: Any) -> Decimal:
	"""What the customer will have to pay for a document, in the company's currency."""
	payable = document.get("base_rounded_total") or document.get("base_grand_total")
	return rounded(payable, currency_of(document.company))


def _log(document: Any, message: str | None = None) -> None:
	frappe.log_error(
		title="Credit check failed",
		message=message,
		reference_doctype=document.doctype,
		reference_name=document.name,
	)


def _facts(
	document: Any, checkpoint: str, today: date, policy: Policy, credit: Credit, amount: Decimal
) -> Facts:
	there = policy.at(checkpoint)
	needs = there.needs(checkpoint)
	terms, parent = credit.terms, credit.parent
	is_order = document.doctype == "Sales Order"
	loaded = queries.about(
		document.customer,
		document.company,
		credit.currency,
		today,
		needs,
		{scope.customer_group for scope in there.scopes if scope.customer_group},
		{scope.territory for scope in there.scopes if scope.territory},
		document.name if is_order else None,
	)
	return Facts(
		company=document.company,
		customer=document.customer,
		currency=credit.currency,
		today=today,
		amount=amount,
		adds=_open(document, amount) if is_order else _new(document, amount),
		prepaid=_prepaid(document) if names.ADVANCES in needs else ZERO,
		order_type=document.get("order_type") or "",
		risk_class=terms.risk_class,
		limit=terms.limit,
		has_limit=terms.has_limit,
		prepay_only=terms.prepay_only,
		at_orders=terms.at_orders,
		valid_until=terms.valid_until,
		next_review=terms.next_review,
		is_blocked=terms.is_blocked,
		is_natural_person=terms.is_natural_person,
		agreed_terms=terms.payment_terms,
		terms=document.get("payment_terms_template") or "",
		exposure=credit.exposure,
		parent=parent.customer if parent else "",
		parent_limit=parent.terms.limit if parent else ZERO,
		parent_has_limit=bool(parent and parent.terms.has_limit),
		parent_exposure=parent.exposure.total if parent else ZERO,
		loaded=frozenset(needs),
		**loaded,
	)


def _open(order: Any, amount: Decimal) -> Decimal:
	"""What of an order the exposure without it does not hold: its invoices are in there."""
	return rounded(
		amount * (100 - min(decimal(order.per_billed), Decimal(100))) / 100, currency_of(order.company)
	)


def _new(document: Any, amount: Decimal) -> Decimal:
	"""What of a delivery or an invoice the exposure does not hold yet: the rows that come from no order and no delivery."""
	net = rounded(document.base_net_total, currency_of(document.company))
	if document.docstatus == 1 or document.get("is_return") or not net:
		return ZERO
	new = sum(rounded(row.base_net_amount, "") for row in document.items if not _is_counted(row))
	return rounded(amount * new / net, currency_of(document.company))


def _is_counted(row: Any) -> bool:
	sources = ("against_sales_order", "against_sales_invoice", "sales_order", "delivery_note")
	return any(row.get(source) for source in sources)


def _prepaid(document: Any) -> Decimal:
	if document.doctype == "Sales Order":
		return queries.advance_of(document)
	orders = orders_of(document)
	return queries.advances(orders) if orders else ZERO


def orders_of(document: Any) -> Collection[str]:
	"""The orders that a delivery or an invoice is about."""
	rows = document.get("items") or document.get("locations") or ()
	return {
		name for row in rows for field in ("against_sales_order", "sales_order") if (name := row.get(field))
	}


def inputs(finding: Finding) -> dict[str, Any]:
	"""All that a check has looked at, for the record."""
	return {
		"checkpoint": finding.checkpoint,
		"currency": finding.currency,
		"terms": asdict(finding.terms),
		"exposure": asdict(finding.exposure),
		"order_amount": finding.order_amount,
		"facts": asdict(finding.facts) if finding.facts else None,
		"policy": finding.verdict.policy,
		"rules": finding.verdict.fired,
	}
