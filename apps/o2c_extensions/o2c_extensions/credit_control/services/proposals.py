"""A person accepts or declines another limit. Nothing else changes a limit."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
from frappe import _

from o2c_extensions.common import casebook, decisions
from o2c_extensions.common.money import as_float, decimal
from o2c_extensions.credit_control.domain.proposal import stepped
from o2c_extensions.credit_control.domain.terms import LIMIT
from o2c_extensions.credit_control.queries.reviews import DECIDED, PROPOSAL, PROPOSED
from o2c_extensions.credit_control.queries.terms import PROFILE
from o2c_extensions.credit_control.services.exposure import credit_of
from o2c_extensions.credit_control.services.terms import converted

__all__ = ["DECIDED", "PROPOSED", "carry_out", "decide"]

ACCEPTED, DECLINED = DECIDED


def decide(name: str, status: str, comment: str | None) -> dict[str, Any]:
	"""Accept or decline a proposal as the user, as the form does.

	Raises:
		frappe.PermissionError: the user may not, or not for this amount.
		frappe.ValidationError: it is decided already, or the limit has changed since.
	"""
	doc = frappe.get_doc(PROPOSAL, name)
	doc.status = status
	if comment:
		doc.comment = comment
	doc.save()
	limit = frappe.db.get_value(PROFILE, doc.credit_profile, "credit_limit")
	return {
		"proposal": doc.name,
		"status": doc.status,
		"credit_profile": doc.credit_profile,
		"credit_limit": limit,
	}


def carry_out(proposal: Any) -> None:
	"""A person has decided: an accepted limit is written on the profile, under that person's own rights."""
	if proposal.status == ACCEPTED:
		_set_limit(proposal, casebook.today())
	text = (
		_("{0} has accepted the limit of {1}.")
		if proposal.status == ACCEPTED
		else _("{0} has declined the limit of {1}.")
	)
	sentence = text.format(frappe.session.user, proposal.get_formatted("proposed_limit"))
	decisions.record(
		"Limit Decision",
		PROPOSAL,
		proposal.name,
		rule="o2c_extensions.credit_control.services.proposals.decide",
		rule_version=1,
		inputs={
			"credit_profile": proposal.credit_profile,
			"current_limit": decimal(proposal.current_limit),
			"proposed_limit": decimal(proposal.proposed_limit),
			"currency": proposal.currency,
			"score": proposal.score,
		},
		outcome=proposal.status,
		reasons=[sentence, *([proposal.comment] if proposal.comment else [])],
	)


def _set_limit(proposal: Any, today: date) -> None:
	"""Write the limit on the profile, in the currency that the profile's own limit has."""
	terms = credit_of(proposal.customer, proposal.company, today).terms
	if terms.is_blocked:
		frappe.throw(_("{0} is blocked: its limit is not changed.").format(proposal.customer))
	if terms.prepay_only or not terms.has_limit or terms.limit != decimal(proposal.current_limit):
		frappe.throw(
			_("The limit of {0} has changed since. Review the customer again.").format(proposal.customer)
		)
	profile = frappe.get_doc(PROFILE, proposal.credit_profile)
	own = profile.currency if profile.limit_kind == LIMIT and profile.currency else proposal.currency
	amount = decimal(proposal.proposed_limit)
	if own != proposal.currency:
		amount = stepped(converted(amount, proposal.currency, own, today))
	profile.update({"limit_kind": LIMIT, "credit_limit": as_float(amount), "currency": own})
	if profile.valid_until and profile.valid_until <= today:
		profile.valid_until = profile.next_review
	profile.save()
