"""Why a document passes or not, in words. The numbers are the decision's own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from frappe import _
from frappe.utils import fmt_money, formatdate

from o2c_extensions.common.money import as_float, rounded
from o2c_extensions.credit_control.domain import criteria
from o2c_extensions.credit_control.domain import policy as engine
from o2c_extensions.credit_control.domain.criteria import Measured
from o2c_extensions.credit_control.domain.policy import ORDER, Reason
from o2c_extensions.credit_control.services.judging import CHECK_FAILED, Finding


def sentences(finding: Finding) -> list[str]:
	"""A sentence for each reason, in the order of the rules."""
	return [_sentence(reason, finding) for reason in finding.verdict.reasons]


def warnings(finding: Finding) -> list[str]:
	"""Those of the sentences that warn only."""
	return [_sentence(reason, finding) for reason in finding.verdict.warnings]


def causes(finding: Finding) -> list[str]:
	"""What keeps a document back, by the names of the tests: for reports."""
	held = [each.test for each in finding.verdict.reasons if each.outcome not in (engine.PASS, engine.WARN)]
	return list(dict.fromkeys(held))


def _sentence(reason: Reason, finding: Finding) -> str:
	if reason.message:
		said = reason.message
	elif reason.test == engine.NOTHING_AGAINST:
		said = _standing(finding)
	elif reason.test in _ABOUT_LIMITS:
		said = _about_limit(reason, finding)
	else:
		said = _said(reason, finding)
	if reason.deposit and reason.test != engine.DEPOSIT_RECEIVED:
		asked = _("{0} has to be paid in advance.").format(_money(reason.deposit, finding))
		return f"{said} {asked}"
	return said


_ABOUT_LIMITS = (criteria.OVER_LIMIT, criteria.PARENT_OVER_LIMIT)


def _standing(finding: Finding) -> str:
	"""That there is nothing against it."""
	if not finding.terms.has_limit:
		return str(_("The customer has no credit limit."))
	if finding.checkpoint == ORDER and not finding.terms.at_orders:
		return str(_("The customer's credit limit is not checked at orders."))
	if not _adds(finding):
		return str(
			_("An exposure of {0} is within the limit of {1}.").format(
				_money(finding.exposure.total, finding), _money(finding.terms.limit, finding)
			)
		)
	return str(
		_("The order of {0} and an exposure of {1} are within the limit of {2}.").format(
			_money(_adds(finding), finding),
			_money(finding.exposure.total, finding),
			_money(finding.terms.limit, finding),
		)
	)


def _about_limit(reason: Reason, finding: Finding) -> str:
	used = reason.measured if isinstance(reason.measured, Decimal) else Decimal(0)
	allowed = reason.allowed if isinstance(reason.allowed, Decimal) else Decimal(0)
	limit, excess = _money(allowed, finding), _money(used - allowed, finding)
	adds, before = _money(_adds(finding), finding), _money(used - _adds(finding), finding)
	if reason.test == criteria.PARENT_OVER_LIMIT:
		text = _("{0} and what {1} uses already, {2}, exceed its limit of {3} by {4}.")
		return str(text.format(adds, reason.detail, before, limit, excess))
	if not _adds(finding):
		text = _("An exposure of {0} exceeds the limit of {1} by {2}.")
		return str(text.format(before, limit, excess))
	text = _("The order of {0} and an exposure of {1} exceed the limit of {2} by {3}.")
	return str(text.format(adds, before, limit, excess))


def _said(reason: Reason, finding: Finding) -> str:
	known = reason.measured is not None
	text = {
		criteria.DAYS_OVERDUE: _("An invoice has been overdue for {0} days; {1} are allowed."),
		criteria.OVERDUE_AMOUNT: _("{0} are overdue; {1} are allowed."),
		criteria.OVERDUE_SHARE: _("{0} per cent of the receivables are overdue; {1} are allowed."),
		criteria.OLDEST_ITEM: _("The oldest open invoice is {0} days old; {1} are allowed."),
		criteria.LIMIT_EXPIRED: _("The credit limit was valid until {0}."),
		criteria.REVIEW_MISSING: _("The customer's credit was to be reviewed by {0}.")
		if known
		else _("No review of the customer's credit is planned."),
		criteria.NEW_CUSTOMER: _("The customer is new: the first order was on {0}.")
		if known
		else _("The customer is new: this is the first order."),
		criteria.TERMS_CHANGED: _("The payment terms differ from those that were agreed: {2}."),
		criteria.BROKEN_PROMISE: _("The customer broke a promise to pay on {0}."),
		criteria.DUNNING_LEVEL: _("The customer is being dunned at level {0}."),
		criteria.BOUNCED_DEBIT: _("The customer's bank took a debit back on {0}."),
		criteria.ORDER_VALUE: _("The amount of {0} is more than {1}."),
		criteria.BLOCKED: _("The customer's account is blocked."),
		criteria.ALWAYS: _("The rule {3} is about this document."),
		engine.DEPOSIT_RECEIVED: _("{0} were paid in advance; {1} were asked for."),
		engine.NATURAL_PERSON: _(
			"No natural person is refused by a rule alone (GDPR Art. 22): a person decides."
		),
		engine.RULE_FAILED: _("The rule {3} could not be evaluated: see the Error Log."),
		CHECK_FAILED: _("The credit of the order could not be checked: see the Error Log."),
	}[reason.test]
	measured, allowed = _shown(reason.measured, finding), _shown(reason.allowed, finding)
	if reason.test == criteria.OVERDUE_SHARE:
		measured, allowed = _number(reason.measured), _number(reason.allowed)
	return str(text.format(measured, allowed, reason.detail, reason.rule))


def _adds(finding: Finding) -> Decimal:
	return finding.facts.adds if finding.facts else finding.order_amount


def _shown(value: Measured, finding: Finding) -> str:
	if isinstance(value, date):
		return str(formatdate(value))
	if isinstance(value, Decimal):
		return _money(value, finding)
	return "" if value is None else str(value)


def _number(value: Measured) -> str:
	"""A number with at most two places, and none that say nothing."""
	return format(rounded(value, "").normalize(), "f") if isinstance(value, Decimal | int) else ""


def _money(amount: Decimal, finding: Finding) -> str:
	return str(fmt_money(as_float(amount), currency=finding.currency))
