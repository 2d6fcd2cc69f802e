from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.common import money
from o2c_extensions.credit_control.domain import terms as rules
from o2c_extensions.credit_control.domain.terms import Limit, NativeLimits, limit_of

AMOUNTS = st.integers(0, 10**9).map(lambda units: money.from_cents(units, "EUR"))
NATIVE = st.builds(NativeLimits, AMOUNTS, st.booleans(), AMOUNTS, st.booleans(), AMOUNTS)


@given(NATIVE, AMOUNTS)
def test_a_profiles_own_limit_is_never_passed_over(native: NativeLimits, amount: Decimal) -> None:
	assert limit_of(rules.LIMIT, amount, native) == Limit(amount, True, True, rules.PROFILE)
	assert limit_of(rules.PREPAY_ONLY, amount, native) == Limit(Decimal(0), True, True, rules.PROFILE)


@given(NATIVE)
def test_inherited_limits_come_from_the_nearest(native: NativeLimits) -> None:
	found = limit_of(rules.INHERIT, Decimal(0), native)
	if native.customer:
		assert (found.amount, found.source) == (native.customer, rules.CUSTOMER)
	elif native.group and not native.group_bypassed:
		assert (found.amount, found.source) == (native.group, rules.GROUP)
	elif native.company:
		assert (found.amount, found.source) == (native.company, rules.COMPANY)
	else:
		assert (found.is_set, found.source) == (False, "")
	assert found.is_set == (found.amount > 0)
	assert found.at_orders == (not native.bypassed)


def test_below_zero_erpnext_refuses_nothing() -> None:
	assert not limit_of(rules.INHERIT, Decimal(0), NativeLimits(customer=Decimal(-5))).is_set
