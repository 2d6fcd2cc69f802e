"""Who may release how much, and when it takes two."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)
ANY_AMOUNT = Decimal("Infinity")

ALLOWED = "allowed"
NO_AUTHORITY = "no_authority"
BEYOND = "beyond_authority"
NOT_APPROVED = "not_approved"
SAME_PERSON = "same_person"


@dataclass(frozen=True)
class Grant:
	"""Whoever has `role` may release up to `up_to` in `company`, in that company's currency; without a company: in any."""

	role: str
	company: str
	up_to: Decimal


@dataclass(frozen=True)
class Request:
	"""A hold that somebody wants to release: for how much whoever does so answers, and who has approved it already.

	Attributes:
		two_above: above this amount it takes two persons; zero: never.
	"""

	company: str
	amount: Decimal
	two_above: Decimal = ZERO
	approved_by: str = ""

	@property
	def takes_two(self) -> bool:
		return ZERO < self.two_above < self.amount


def authority(grants: Iterable[Grant], roles: Collection[str], company: str) -> Decimal:
	"""Up to which amount a person with these roles may release in this company; zero: not at all.

	A role's grant for the company stands in for its general one, also where it is smaller; of several roles the largest counts.
	"""
	general: dict[str, Decimal] = {}
	special: dict[str, Decimal] = {}
	for grant in grants:
		if grant.role not in roles or grant.company not in ("", company):
			continue
		found = special if grant.company else general
		found[grant.role] = max(grant.up_to, found.get(grant.role, ZERO))
	return max([ZERO, *{**general, **special}.values()])


def may_release(request: Request, user: str, authority: Decimal) -> str:
	"""ALLOWED, or why `user` may not release: the other codes of this file."""
	if authority <= ZERO:
		return NO_AUTHORITY
	if request.amount > authority:
		return BEYOND
	if request.takes_two and not request.approved_by:
		return NOT_APPROVED
	if request.takes_two and request.approved_by == user:
		return SAME_PERSON
	return ALLOWED


def may_approve(authority: Decimal) -> str:
	"""Whether somebody may be the first of two: whoever may release anything. The second answers for the amount."""
	return ALLOWED if authority > ZERO else NO_AUTHORITY
