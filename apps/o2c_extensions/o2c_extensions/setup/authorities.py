"""Who may release how much: made once, an administrator's own from then on."""

from __future__ import annotations

from o2c_extensions.setup.records import make_once

# In the currency of the hold's company.
CONTROLLERS_AUTHORITY = 10_000

AUTHORITIES = (
	{"name": "o2c-credit-controller", "role": "Credit Controller", "up_to": CONTROLLERS_AUTHORITY},
	{"name": "o2c-credit-manager", "role": "Credit Manager", "any_amount": 1},
)


def sync() -> None:
	make_once("Credit Authority", AUTHORITIES)
