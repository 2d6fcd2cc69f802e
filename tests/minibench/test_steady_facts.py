"""Facts about users that outlive a request: never older than the last commit, never from a transaction undone."""

from __future__ import annotations

import threading

import frappe
import pytest

CLERK = "clerk@contract.test"


@pytest.fixture(autouse=True)
def clean():
	frappe.db.rollback()
	yield
	frappe.db.rollback()
	frappe.db.delete("Has Role", {"parent": CLERK, "role": "Contract Viewer"})
	frappe.db.commit()


def roles_of_a_new_request() -> set[str]:
	frappe.local.role_permissions = {}
	return set(frappe.get_roles(CLERK))


def give_role() -> None:
	user = frappe.get_doc("User", CLERK)
	user.append("roles", {"role": "Contract Viewer"})
	user.save(ignore_permissions=True)


def test_they_are_read_once():
	assert "Contract Viewer" not in roles_of_a_new_request()
	facts = frappe.db.steady_facts()
	assert ("roles", CLERK) in facts
	roles_of_a_new_request()
	assert frappe.db.steady_facts() is facts


def test_another_connection_s_commit_ends_them(engine):
	assert "Contract Viewer" not in roles_of_a_new_request()

	def elsewhere() -> None:
		engine.connect()
		give_role()
		frappe.db.commit()
		frappe.destroy()

	thread = threading.Thread(target=elsewhere)
	thread.start()
	thread.join()
	assert "Contract Viewer" in roles_of_a_new_request()


def test_one_s_own_commit_ends_them():
	assert "Contract Viewer" not in roles_of_a_new_request()
	give_role()
	frappe.db.commit()
	assert "Contract Viewer" in roles_of_a_new_request()


def test_a_transaction_leaves_nothing_behind():
	assert "Contract Viewer" not in roles_of_a_new_request()
	give_role()
	assert frappe.db.steady_facts() is None
	assert "Contract Viewer" in roles_of_a_new_request()
	frappe.db.rollback()
	assert "Contract Viewer" not in roles_of_a_new_request()


def test_what_is_handed_out_may_be_changed():
	frappe.get_roles(CLERK).append("System Manager")
	assert "System Manager" not in roles_of_a_new_request()
