"""Error Logs."""

from __future__ import annotations

import frappe
import pytest


@pytest.fixture(autouse=True)
def no_logs(site: object):
	yield
	frappe.db.rollback()
	frappe.db.delete("Error Log", {"method": ["like", "Contract%"]})
	frappe.db.commit()


def test_a_title_and_a_message():
	log = frappe.log_error("Contract title", "what happened", "User", "Administrator")
	assert (log.method, log.error, log.seen) == ("Contract title", "what happened", 0)
	assert (log.reference_doctype, log.reference_name) == ("User", "Administrator")


def test_the_current_traceback():
	try:
		raise KeyError("the reason")
	except KeyError:
		log = frappe.log_error("Contract traceback")
	assert log.error.startswith("Traceback")
	assert "KeyError: 'the reason'" in log.error


def test_secrets_are_masked():
	password = "do not tell"
	try:
		raise ValueError("x" if password else "y")
	except ValueError:
		log = frappe.log_error("Contract secret")
	assert "do not tell" not in log.error


def test_a_traceback_for_a_title():
	log = frappe.log_error("line one\nline two", "Contract swapped")
	assert (log.method, log.error) == ("Contract swapped", "line one\nline two")


def test_it_outlives_the_transaction():
	name = frappe.log_error("Contract kept", "x").name
	frappe.db.rollback()
	assert frappe.db.exists("Error Log", name)


def test_a_documents_own():
	doc = frappe.get_doc("User", "Administrator")
	log = doc.log_error("Contract own")
	assert (log.reference_doctype, log.reference_name) == ("User", "Administrator")


def test_opening_it_marks_it_seen():
	log = frappe.log_error("Contract seen", "x")
	frappe.db.commit()
	frappe.get_doc("Error Log", log.name).run_method("onload")
	assert frappe.db.get_value("Error Log", log.name, "seen") == 1


def test_without_an_error_there_is_no_traceback():
	assert frappe.get_traceback() == ""


def test_a_logger_of_its_own():
	logger = frappe.logger("contract")
	assert logger is frappe.logger("contract")
	assert logger is not frappe.logger("other")
	logger.error("written")
