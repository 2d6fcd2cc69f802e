"""The rules that bank lines are matched by until an administrator activates others."""

from __future__ import annotations

from typing import Any

from o2c_extensions.cash_application.domain.rule_form import LOOK_FOR
from o2c_extensions.cash_application.domain.rule_tables import DIFFERENCE
from o2c_extensions.cash_application.queries.calibrations import CALIBRATION
from o2c_extensions.cash_application.queries.rule_sets import RULE_SET
from o2c_extensions.cash_application.services import rule_sets
from o2c_extensions.cash_application.services.calibration import GENERAL
from o2c_extensions.setup.records import make_once

_EVERYTHING = dict.fromkeys(LOOK_FOR, 1)
# What banks write on lines about what they take for themselves.
FEES = (
	"account fee",
	"bank charges",
	"bank fee",
	"service charge",
	"Entgelt",
	"Kontoführung",
	"Kontofuehrung",
	"Abschluss per",
	"bankkosten",
	"frais bancaires",
)

STANDARD: dict[str, Any] = {
	"name": "Standard",
	"set_name": "Standard",
	"description": (
		"Posts what is named or certain, takes early-payment discounts that are due, writes off a few cents, opens the "
		"invoices of returned debits again, and leaves the bank's own fees to a person."
	),
	"rules": [
		{
			"title": "Returned Payments",
			"action": "Match",
			"condition": "is_return",
			**_EVERYTHING,
		},
		{
			"title": "Fees of the Bank",
			"action": "Hand to a Person",
			"sign": "Out",
			"contains": "\n".join(FEES),
			**_EVERYTHING,
		},
		{"title": "All Other Lines", "action": "Match", "take_discount": 1, **_EVERYTHING},
	],
	"limits": [{"kind": DIFFERENCE, "rule": "All Other Lines", "amount": 0.05}],
}


def sync() -> None:
	"""Make the standard rules, put them into force, and say what errors cost until somebody says otherwise."""
	for name in make_once(RULE_SET, [STANDARD]):
		rule_sets.activate(name)
	make_once(CALIBRATION, [{"name": GENERAL, "calibration_name": GENERAL}])
