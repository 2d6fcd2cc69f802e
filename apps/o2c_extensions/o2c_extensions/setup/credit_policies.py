"""The policy that decides until an administrator activates another one: as ERPNext does, but holding instead of refusing."""

from __future__ import annotations

from typing import Any

from o2c_extensions.credit_control.domain import criteria
from o2c_extensions.credit_control.domain.policy import HOLD
from o2c_extensions.credit_control.domain.policy_form import CHECKPOINT_FIELDS
from o2c_extensions.credit_control.queries.policies import POLICY
from o2c_extensions.credit_control.services import policies
from o2c_extensions.setup.records import make_once

STANDARD: dict[str, Any] = {
	"name": "Standard",
	"policy_name": "Standard",
	"rules": [
		{"title": "Over the Limit", "test": criteria.OVER_LIMIT, "outcome": HOLD, "at_order": 1},
		{
			"title": "Blocked Account",
			"test": criteria.BLOCKED,
			"outcome": HOLD,
			**dict.fromkeys(CHECKPOINT_FIELDS, 1),
		},
	],
}


def sync() -> None:
	"""Make the standard policy, and put it into force."""
	for name in make_once(POLICY, [STANDARD]):
		policies.activate(name)
