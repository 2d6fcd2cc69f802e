"""A workflow for Contract Order, there for as long as a module of tests asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
import pytest

from tests.contract.automation.tools import ORDER, forget
from tests.support.engines import Engine

STATES = ("Drafted", "Waiting", "Passed", "Turned Down", "Called Off")
ACTIONS = ("Hand In", "Pass", "Turn Down", "Call Off", "Rework")
NAME = "Contract Order Approval"


@pytest.fixture
def forget_automation(site: object) -> Iterator[None]:
	"""Caches on a bench know what a test made and rolled back."""
	yield
	frappe.db.rollback()
	frappe.set_user("Administrator")
	frappe.clear_cache()


def workflow(**values: Any) -> Any:
	def state(name: str, doc_status: str, role: str, **more: Any) -> dict[str, Any]:
		return {"state": name, "doc_status": doc_status, "allow_edit": role, **more}

	def transition(state: str, action: str, next_state: str, role: str, **more: Any) -> dict[str, Any]:
		return {"state": state, "action": action, "next_state": next_state, "allowed": role, **more}

	return frappe.get_doc(
		{
			"doctype": "Workflow",
			"workflow_name": NAME,
			"document_type": ORDER,
			"workflow_state_field": "contract_state",
			"is_active": 1,
			"states": [
				state("Drafted", "0", "Contract Clerk"),
				state("Waiting", "0", "System Manager", update_field="status", update_value="Open"),
				state("Passed", "1", "System Manager"),
				state("Turned Down", "0", "Contract Clerk", is_optional_state=1),
				state("Called Off", "2", "System Manager"),
			],
			"transitions": [
				transition("Drafted", "Hand In", "Waiting", "Contract Clerk", condition="doc.posting_date"),
				transition("Waiting", "Pass", "Passed", "Contract Clerk", allow_self_approval=0),
				transition("Waiting", "Pass", "Passed", "System Manager", allow_self_approval=0),
				transition("Waiting", "Turn Down", "Turned Down", "System Manager"),
				transition("Turned Down", "Rework", "Waiting", "Contract Clerk"),
				transition("Passed", "Call Off", "Called Off", "System Manager"),
			],
			**values,
		}
	)


@pytest.fixture(scope="module")
def approval(engine: Engine) -> Iterator[Any]:
	"""The workflow, committed; the custom field that it makes cannot be rolled back on MariaDB."""
	engine.begin()
	for doctype, field, names in (
		("Workflow State", "workflow_state_name", STATES),
		("Workflow Action Master", "workflow_action_name", ACTIONS),
	):
		for name in names:
			if not frappe.db.exists(doctype, name):
				frappe.get_doc({"doctype": doctype, field: name}).insert()
	doc = workflow().insert()
	frappe.db.commit()
	yield doc
	forget(
		("Workflow", NAME),
		("Custom Field", f"{ORDER}-contract_state"),
		*(("Workflow State", name) for name in STATES),
		*(("Workflow Action Master", name) for name in ACTIONS),
	)
