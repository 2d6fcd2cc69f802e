"""The workflows that the app brings along: made once, an administrator's own from then on."""

from __future__ import annotations

from typing import Any

from o2c_extensions.setup.records import make_once

# Up to this amount over the limit, in the company's currency, a Credit Controller releases an order alone.
CONTROLLERS_AUTHORITY = 10_000

STATES = {
	"Open": "Warning",
	"In Review": "Primary",
	"Released": "Success",
	"Rejected": "Danger",
	"Withdrawn": "",
}
ACTIONS = ("Review", "Release", "Reject")

# State, action, next state, role, condition.
TRANSITIONS = (
	("Open", "Review", "In Review", "Credit Controller", ""),
	("Open", "Review", "In Review", "Credit Manager", ""),
	(
		"In Review",
		"Release",
		"Released",
		"Credit Controller",
		f"doc.excess <= {CONTROLLERS_AUTHORITY}",
	),
	("In Review", "Release", "Released", "Credit Manager", ""),
	("In Review", "Reject", "Rejected", "Credit Controller", ""),
	("In Review", "Reject", "Rejected", "Credit Manager", ""),
)


def sync() -> None:
	"""Make the workflow of credit holds, and the states and actions that it is made of."""
	make_once(
		"Workflow State",
		({"name": state, "workflow_state_name": state, "style": style} for state, style in STATES.items()),
	)
	make_once(
		"Workflow Action Master", ({"name": action, "workflow_action_name": action} for action in ACTIONS)
	)
	make_once("Workflow", [_credit_hold()])


def _credit_hold() -> dict[str, Any]:
	return {
		"name": "Credit Hold",
		"workflow_name": "Credit Hold",
		"document_type": "Credit Hold",
		"workflow_state_field": "status",
		"is_active": 1,
		"send_email_alert": 0,
		"states": [
			{"state": state, "doc_status": "0", "allow_edit": "Credit Controller"} for state in STATES
		],
		"transitions": [
			{
				"state": state,
				"action": action,
				"next_state": next_state,
				"allowed": role,
				"condition": condition,
				# Who has submitted the order does not release it.
				"allow_self_approval": int(action != "Release"),
			}
			for state, action, next_state, role, condition in TRANSITIONS
		],
	}
