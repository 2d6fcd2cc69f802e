"""A review: the customer's score is computed anew, the next review set, and another limit proposed where it would fit better."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import fmt_money

from o2c_extensions.common import decisions, locks
from o2c_extensions.common.audit import as_system
from o2c_extensions.common.dates import months_before
from o2c_extensions.common.money import as_float, decimal, rounded
from o2c_extensions.credit_control.domain import proposal as rules
from o2c_extensions.credit_control.domain import scoring
from o2c_extensions.credit_control.domain.proposal import Proposal, Reason, Standing
from o2c_extensions.credit_control.domain.scoring import Score
from o2c_extensions.credit_control.queries import reviews as queries
from o2c_extensions.credit_control.queries.behaviour import Found
from o2c_extensions.credit_control.queries.reviews import PROPOSAL, PROPOSED
from o2c_extensions.credit_control.queries.terms import PROFILE
from o2c_extensions.credit_control.services import scores
from o2c_extensions.credit_control.services.exposure import Credit, credit_of

RULE = "o2c_extensions.credit_control.domain.proposal.propose"
RULE_VERSION = 1
WITHDRAWN = "Withdrawn"


def review(customer: str, company: str, today: date, found: Found | None = None) -> str:
	"""Review one customer, and say in short what came of it. A customer without a profile gets one.

	Args:
		found: what the books say about the customer, where many are reviewed together; read here, if None.
	"""
	locks.hold_fresh(f"Credit Review {customer} {company}")
	if found is None:
		found = scores.found_of(company, today, [customer]).get(customer, Found())
	profile = _profile(customer, company)
	credit = credit_of(customer, company, today)
	score = scores.score_of(found, credit, today)
	_note(profile, credit, score, today)
	outcome = _propose(profile, credit, found, score, today)
	return f"{score.value if score.value is not None else '-'}: {outcome}"


def _profile(customer: str, company: str) -> Any:
	fields = ["name", "customer", "customer_name", "company"]
	found = frappe.db.get_value(PROFILE, {"customer": customer, "company": company}, fields, as_dict=True)
	if found:
		return found
	return frappe.get_doc({"doctype": PROFILE, "customer": customer, "company": company}).insert()


def _note(profile: Any, credit: Credit, score: Score, today: date) -> None:
	"""Write the score on the profile; not through the form's checks, since a person may have it open."""
	months = rules.months_to_next(queries.review_months(credit.terms.risk_class), score.value)
	values = {
		"score": score.value or 0,
		"score_inputs": "\n".join(scores.sentences(score, today)),
		"next_review": months_before(today, -months),
		"reviewed_on": today,
	}
	frappe.db.set_value(PROFILE, profile.name, values, update_modified=False)


def _propose(profile: Any, credit: Credit, found: Found, score: Score, today: date) -> str:
	"""Bring the one open proposal of a profile up to date: made, changed, withdrawn, or left as it is."""
	earlier = queries.earlier(profile.name)
	standing = Standing(
		limit=scores.limit_in_use(credit.terms),
		score=score.value,
		peak=scores.peak_of(found, credit),
		overdue=found.overdue(today),
		days_late=score.found(scoring.DAYS_LATE) or Decimal(0),
		customer_since=found.customer_since,
		is_blocked=credit.terms.is_blocked,
		last_decision=earlier.last,
	)
	proposal = rules.propose(standing, today)
	if proposal is None:
		return _withdraw(profile, earlier, standing, score, today) if earlier.open else _("No Proposal")
	sentences = _sentences(proposal, credit)
	values = _values(proposal, standing, score, credit, sentences, today)
	if earlier.open and decimal(earlier.open_limit) == proposal.limit:
		frappe.db.set_value(PROPOSAL, earlier.open, values)
		return _said(proposal, credit)
	name = earlier.open
	if name:
		frappe.db.set_value(PROPOSAL, name, values)
	else:
		head = {
			"doctype": PROPOSAL,
			"credit_profile": profile.name,
			"customer": profile.customer,
			"customer_name": profile.customer_name,
			"company": profile.company,
		}
		with as_system("credit review") as system:
			name = str(system.insert({**head, **values}).name)
	_decide(name, standing, score, proposal.direction, sentences, today)
	return _said(proposal, credit)


def _withdraw(profile: Any, earlier: queries.Earlier, standing: Standing, score: Score, today: date) -> str:
	"""What was proposed does not fit any more, and nobody has decided about it."""
	frappe.db.set_value(PROPOSAL, earlier.open, "status", WITHDRAWN)
	reason = _("The limit fits: a later review proposes no other.")
	_decide(str(earlier.open), standing, score, WITHDRAWN, [reason], today)
	return str(_("Withdrawn"))


def _values(
	proposal: Proposal, standing: Standing, score: Score, credit: Credit, sentences: list[str], today: date
) -> dict[str, Any]:
	currency = credit.currency
	return {
		"status": PROPOSED,
		"direction": proposal.direction,
		"current_limit": as_float(standing.limit or Decimal(0)),
		"proposed_limit": as_float(proposal.limit),
		"currency": currency,
		"peak_exposure": as_float(rounded(standing.peak, currency)),
		"overdue": as_float(rounded(standing.overdue, currency)),
		"is_natural_person": int(credit.terms.is_natural_person),
		"proposed_on": today,
		"reasons": "\n".join(sentences),
		"score": score.value or 0,
		"score_inputs": "\n".join(scores.sentences(score, today)),
	}


def _decide(
	proposal: str, standing: Standing, score: Score, outcome: str, reasons: list[str], today: date
) -> None:
	decisions.record(
		"Limit Proposal",
		PROPOSAL,
		proposal,
		rule=RULE,
		rule_version=RULE_VERSION,
		inputs={
			"today": today,
			"standing": asdict(standing),
			"score": asdict(score),
			"scored_by": scores.RULE,
		},
		outcome=outcome,
		reasons=reasons,
	)


def _said(proposal: Proposal, credit: Credit) -> str:
	return f"{_(proposal.direction)}: {_money(proposal.limit, credit)}"


def _sentences(proposal: Proposal, credit: Credit) -> list[str]:
	said = [_sentence(reason, credit) for reason in proposal.reasons]
	if credit.terms.is_natural_person:
		said.append(_("A natural person: nothing changes until a person has decided (GDPR Art. 22)."))
	return said


def _sentence(reason: Reason, credit: Credit) -> str:
	first = reason.figures[0]
	if reason.code == rules.GOOD_SCORE:
		return str(_("The score of {0} is good.").format(first))
	if reason.code == rules.USED:
		peak, share = _money(first, credit), rounded(reason.figures[1], "JPY")
		return str(_("At its peak, {0} of the limit was used: {1} %.").format(peak, share))
	if reason.code == rules.CAPPED:
		return str(_("More was used; with this score a limit is raised by {0} % at most.").format(first))
	if reason.code == rules.POOR_SCORE:
		return str(_("The score of {0} is poor.").format(first))
	if reason.code == rules.LATE:
		return str(_("Payments come {0} days late on average.").format(first))
	if reason.code == rules.HAS_OVERDUE:
		return str(_("{0} are overdue.").format(_money(first, credit)))
	return str(_("In a year no more than {0} of the limit was used.").format(_money(first, credit)))


def _money(amount: Decimal, credit: Credit) -> str:
	return str(fmt_money(as_float(rounded(amount, credit.currency)), currency=credit.currency))
