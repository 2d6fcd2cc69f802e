"""Who may release how much: no role's grant leaks into another role or company, and two means two."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.credit_control.domain.authority import (
	ALLOWED,
	ANY_AMOUNT,
	BEYOND,
	NO_AUTHORITY,
	NOT_APPROVED,
	SAME_PERSON,
	ZERO,
	Grant,
	Request,
	authority,
	may_approve,
	may_release,
)

ROLES = ("Controller", "Manager", "Clerk")
amounts = st.decimals(0, 1_000_000, places=2)
companies = st.sampled_from(("North", "South"))
grants = st.builds(
	Grant,
	st.sampled_from(ROLES),
	st.sampled_from(("", "North", "South")),
	st.one_of(amounts, st.just(ANY_AMOUNT)),
)
people = st.sets(st.sampled_from(ROLES))
users = st.sampled_from(("ann", "ben"))
requests = st.builds(Request, companies, amounts, amounts, st.sampled_from(("", "ann", "ben")))


@given(st.lists(grants), people, companies)
def test_authority_is_one_that_was_granted(given_: list[Grant], roles: set[str], company: str) -> None:
	found = authority(given_, roles, company)
	relevant = [grant.up_to for grant in given_ if grant.role in roles and grant.company in ("", company)]
	assert found in [ZERO, *relevant]


@given(st.lists(grants), people, st.sampled_from(ROLES), companies)
def test_another_role_never_takes_authority_away(
	given_: list[Grant], roles: set[str], another: str, company: str
) -> None:
	assert authority(given_, {*roles, another}, company) >= authority(given_, roles, company)


@given(st.lists(grants), st.lists(grants), people, companies)
def test_others_grants_change_nothing(
	mine: list[Grant], others: list[Grant], roles: set[str], company: str
) -> None:
	strange = [grant for grant in others if grant.role not in roles or grant.company not in ("", company)]
	assert authority([*mine, *strange], roles, company) == authority(mine, roles, company)


@given(amounts, amounts, companies)
def test_a_company_s_own_grant_stands_in_for_the_general_one(
	general: Decimal, special: Decimal, company: str
) -> None:
	given_ = [Grant("Clerk", "", general), Grant("Clerk", company, special)]
	assert authority(given_, {"Clerk"}, company) == special


@given(requests, users, amounts)
def test_whoever_releases_has_authority_for_all_of_it(request: Request, user: str, limit: Decimal) -> None:
	verdict = may_release(request, user, limit)
	if limit <= 0:
		assert verdict == NO_AUTHORITY
	elif request.amount > limit:
		assert verdict == BEYOND
	else:
		assert verdict in (ALLOWED, NOT_APPROVED, SAME_PERSON)


@given(requests, users)
def test_above_the_threshold_it_takes_two(request: Request, user: str) -> None:
	allowed = may_release(request, user, ANY_AMOUNT) == ALLOWED
	if request.two_above > 0 and request.amount > request.two_above:
		assert allowed == (bool(request.approved_by) and request.approved_by != user)
	else:
		assert allowed


@given(requests, users, amounts, amounts)
def test_more_authority_never_forbids(request: Request, user: str, limit: Decimal, more: Decimal) -> None:
	if may_release(request, user, limit) == ALLOWED:
		assert may_release(request, user, limit + more) == ALLOWED


def test_the_first_of_two_may_release_something() -> None:
	assert may_approve(Decimal("0.01")) == ALLOWED
	assert may_approve(ZERO) == NO_AUTHORITY
