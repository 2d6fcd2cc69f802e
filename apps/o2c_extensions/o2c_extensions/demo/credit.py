"""A stricter policy that the credit manager of Nordwind Handels GmbH thinks about, tried on the year that has passed."""

from __future__ import annotations

from typing import Any

from o2c_extensions.credit_control.domain import criteria
from o2c_extensions.credit_control.services import simulation
from o2c_extensions.demo import days, logins
from o2c_extensions.demo.founding import ensure
from o2c_extensions.demo.story import COMPANY

NAME = "Careful"
_MONTHS = 12

RULES: tuple[dict[str, Any], ...] = (
	{"title": "Over the Limit", "test": criteria.OVER_LIMIT, "outcome": "Hold", "percent": 5},
	{"title": "Blocked Account", "test": criteria.BLOCKED, "outcome": "Hold", "at_delivery": 1},
	{"title": "Reminded", "test": criteria.DAYS_OVERDUE, "outcome": "Warn", "days": 10},
	{"title": "Long Overdue", "test": criteria.DAYS_OVERDUE, "outcome": "Hold", "days": 30},
	{
		"title": "Final Notice",
		"test": criteria.DUNNING_LEVEL,
		"outcome": "Hold",
		"level": 3,
		"at_delivery": 1,
	},
	{
		"title": "Large First Order",
		"test": criteria.NEW_CUSTOMER,
		"outcome": "Deposit",
		"deposit_percent": 30,
		"amount_from": 2000,
	},
	{"title": "Very Large Order", "test": criteria.ORDER_VALUE, "outcome": "Hold", "amount": 20_000},
)
EXCLUSIONS: tuple[dict[str, Any], ...] = (
	{"title": "Small Orders", "rules": "Long Overdue", "amount_to": 100, "at_order": 1},
)


def consider() -> int:
	"""Write the policy down, and simulate it; returns of how many orders. It is not activated: whoever looks at the demo may do so."""
	ensure(
		"Credit Policy",
		NAME,
		policy_name=NAME,
		for_company=COMPANY,
		currency="EUR",
		description="Holds what is long overdue, and asks new customers for a deposit.",
		rules=[{"at_order": 1, **rule} for rule in RULES],
		exclusions=list(EXCLUSIONS),
	)
	with days.acting(logins.CREDIT_MANAGER):
		name = simulation.prepare(NAME, _MONTHS, COMPANY)
		return sum(int(simulation.replay_customer(name, each)) for each in simulation.customers_of(name))
