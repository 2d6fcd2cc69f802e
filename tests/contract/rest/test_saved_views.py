"""The views of a list that a member of staff saves under a name: List Filters, which the desk reads too."""

from __future__ import annotations

import json

import frappe
import pytest

from tests.contract.doctypes import PASSWORD
from tests.contract.rest.tools import ORDER, csrf_token, fresh, remove

CLERK = "clerk@contract.test"
PORTAL = "portal@contract.test"
VIEW = {
	"doctype": "List Filter",
	"filter_name": "Large ones",
	"reference_doctype": ORDER,
	"for_user": CLERK,
	"filters": json.dumps([[ORDER, "total", ">", "1000"]]),
}


@pytest.fixture
def made():
	names: list[str] = []
	yield names
	remove(*(("List Filter", name) for name in names))


def test_staff_save_read_and_delete_a_view(http, made):
	clerk = http.login(CLERK, PASSWORD)
	clerk.headers["X-Frappe-CSRF-Token"] = csrf_token(clerk)
	answer = clerk.post("/api/method/frappe.client.insert", json={"doc": VIEW})
	assert answer.status_code == 200, answer.text
	made.append(answer.json()["message"]["name"])

	query = {
		"doctype": "List Filter",
		"fields": json.dumps(["name", "filter_name", "filters", "for_user"]),
		"filters": json.dumps([["reference_doctype", "=", ORDER]]),
	}
	(found,) = clerk.get("/api/method/frappe.client.get_list", params=query).json()["message"]
	assert found == {
		"name": made[0],
		"filter_name": "Large ones",
		"filters": VIEW["filters"],
		"for_user": CLERK,
	}

	gone = clerk.post("/api/method/frappe.client.delete", json={"doctype": "List Filter", "name": made[0]})
	assert gone.status_code in (200, 202), gone.text
	fresh()
	assert not frappe.db.exists("List Filter", made[0])


def test_a_view_is_of_a_doctype_that_exists(http):
	clerk = http.login(CLERK, PASSWORD)
	clerk.headers["X-Frappe-CSRF-Token"] = csrf_token(clerk)
	wrong = {**VIEW, "reference_doctype": "No Such Thing"}
	answer = clerk.post("/api/method/frappe.client.insert", json={"doc": wrong})
	assert answer.json()["exc_type"] == "LinkValidationError"


def test_who_is_no_staff_saves_none(http):
	portal = http.login(PORTAL, PASSWORD)
	answer = portal.get("/api/method/frappe.client.get_list", params={"doctype": "List Filter"})
	assert answer.status_code == 403
