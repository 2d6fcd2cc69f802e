"""The workflows that the app brings along: made once, an administrator's own from then on."""

from __future__ import annotations

from typing import Any

from o2c_extensions.setup.records import make_once

STATES = {
	"Open": "Warning",
	"In Review": "Primary",
	"Second Review": "Info",
	"Released": "Success",
	"Rejected": "Danger",
	"Withdrawn": "",
}
ACTIONS = ("Review", "Approve", "Release", "Reject")

# State, action, next state; each for both of DECIDERS. How much they may release is in Credit Authority, and counts whatever
# the workflow says; so does who has approved before, where it takes two.
STEPS = (
	("Open", "Review", "In Review"),
	("In Review", "Approve", "Second Review"),
	("In Review", "Release", "Released"),
	("In Review", "Reject", "Rejected"),
	("Second Review", "Release", "Released"),
	("Second Review", "Reject", "Rejected"),
)
DECIDERS = ("Credit Controller", "Credit Manager")


def sync() -> None:
	"""Make the workflow of credit holds, and the states and actions that it is made of."""
	make_words()
	make_once("Workflow", [_credit_hold()])


def make_words() -> None:
	make_once(
		"Workflow State",
		({"name": state, "workflow_state_name": state, "style": style} for state, style in STATES.items()),
	)
	make_once(
		"Workflow Action Master", ({"name": action, "workflow_action_name": action} for action in ACTIONS)
	)


def _credit_hold() -> dict[str, Any]:
	return {
		"name": "Credit Hold",
		"workflow_name": "Credit Hold",
		"document_type": "Credit Hold",
		"workflow_state_field": "status",
		"is_active": 1,
		"send_email_alert": 0,
		"states": states(),
		"transitions": transitions(),
	}


def states() -> list[dict[str, Any]]:
	return [{"state": state, "doc_status": "0", "allow_edit": "Credit Controller"} for state in STATES]


def transitions() -> list[dict[str, Any]]:
	"""The rows of the workflow as it is shipped."""
	return [
		{
			"state": state,
			"action": action,
			"next_state": next_state,
			"allowed": role,
			# Who has submitted the order neither approves nor releases it.
			"allow_self_approval": int(action not in ("Approve", "Release")),
		}
		for state, action, next_state in STEPS
		for role in DECIDERS
	]
