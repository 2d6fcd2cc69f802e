"""Messages to the user, and the errors that carry them."""

from __future__ import annotations

from typing import Any

import frappe
import pytest


def last() -> Any:
	return frappe.get_message_log()[-1]


def test_a_message_is_kept_for_the_answer() -> None:
	frappe.msgprint("Saved", title="Done", indicator="green")
	entry = last()
	assert (entry["message"], entry["title"], entry["indicator"]) == ("Saved", "Done", "green")
	assert "raise_exception" not in entry


def test_defaults_of_a_message() -> None:
	frappe.msgprint("Saved")
	assert last()["title"] == "Message"
	assert "indicator" not in last()
	assert "alert" not in last()


def test_kinds_of_messages() -> None:
	frappe.msgprint(["a", "b"], as_list=True)
	assert last()["as_list"] == 1
	frappe.msgprint([["a", "b"]], as_table=True)
	assert last()["as_table"] == 1
	frappe.msgprint("x", alert=True, wide=True, is_minimizable=True, primary_action={"label": "Go"})
	entry = last()
	assert entry["alert"] == 1
	assert entry["wide"] is True
	assert entry["is_minimizable"] is True
	assert entry["primary_action"] == {"label": "Go"}


def test_throw_raises_and_shows() -> None:
	with pytest.raises(frappe.ValidationError, match="No way") as caught:
		frappe.throw("No way", title="Stop")
	entry = last()
	assert (entry["message"], entry["title"], entry["indicator"], entry["raise_exception"]) == (
		"No way",
		"Stop",
		"red",
		1,
	)
	assert entry["__frappe_exc_id"]
	assert caught.value.__frappe_exc_id == entry["__frappe_exc_id"]


def test_throw_raises_what_it_is_told_to() -> None:
	with pytest.raises(frappe.PermissionError):
		frappe.throw("No", frappe.PermissionError)
	with pytest.raises(KeyError):
		frappe.msgprint("No", raise_exception=KeyError)
	with pytest.raises(frappe.ValidationError):
		frappe.msgprint("No", raise_exception=True)


def test_muted_messages_leave_only_the_error() -> None:
	frappe.flags.mute_messages = True
	try:
		frappe.msgprint("Quiet")
		with pytest.raises(frappe.ValidationError):
			frappe.throw("Quiet too")
		assert not frappe.get_message_log()
	finally:
		frappe.flags.mute_messages = False


def test_forgetting_messages() -> None:
	frappe.msgprint("one")
	frappe.msgprint("two")
	frappe.clear_last_message()
	assert [entry["message"] for entry in frappe.get_message_log()] == ["one"]
	frappe.clear_messages()
	assert frappe.get_message_log() == []
	frappe.clear_last_message()
