"""/api/v2: documents and functions over HTTP, version 2."""

from __future__ import annotations

import json

import frappe
import pytest

from tests.contract.rest.tools import ORDER, PARTY, committed, fresh, remove


@pytest.fixture
def admin(http):
	return http.login()


def test_reads_a_document_and_a_list(admin):
	with committed({"doctype": PARTY, "party_name": "V2 Ada", "credit_limit": 5}):
		doc = admin.get(f"/api/v2/document/{PARTY}/V2 Ada/").json()["data"]
		assert doc["credit_limit"] == 5.0
		answer = admin.get(
			f"/api/v2/document/{PARTY}",
			params={"fields": '["name","credit_limit"]', "filters": '{"party_name": "V2 Ada"}', "limit": 5},
		)
		assert answer.json()["data"] == [{"name": "V2 Ada", "credit_limit": 5.0}]


def test_creates_updates_and_deletes(admin):
	try:
		made = admin.post(f"/api/v2/document/{PARTY}", json={"party_name": "V2 New"})
		assert made.status_code == 200, made.text
		assert made.json()["data"]["name"] == "V2 New"
		for method, notes in (("PATCH", "patched"), ("PUT", "put")):
			answer = admin.request(method, f"/api/v2/document/{PARTY}/V2 New/", json={"notes": notes})
			assert answer.json()["data"]["notes"] == notes
		answer = admin.delete(f"/api/v2/document/{PARTY}/V2 New/")
		assert (answer.status_code, answer.json()["data"]) == (202, "ok")
		assert admin.get(f"/api/v2/document/{PARTY}/V2 New/").status_code == 404
	finally:
		remove((PARTY, "V2 New"))


def test_errors_carry_type_and_message(admin):
	answer = admin.post(f"/api/v2/document/{PARTY}", json={"party_name": "V2 Bad", "parent_party": "nobody"})
	assert answer.status_code == 417
	error = answer.json()["errors"][0]
	assert error["type"] == "LinkValidationError"
	assert "nobody" in error["message"]
	assert "exc_type" not in answer.json()
	fresh()
	assert not frappe.db.exists(PARTY, "V2 Bad")
	missing = admin.get(f"/api/v2/document/{PARTY}/nobody/")
	assert missing.status_code == 404
	assert missing.json()["errors"][0]["type"] == "DoesNotExistError"
	assert "exception" not in missing.json()["errors"][0]


def test_describes_and_counts_a_doctype(admin):
	meta = admin.get(f"/api/v2/doctype/{PARTY}/meta").json()["data"]
	assert meta["name"] == PARTY
	assert "credit_limit" in [field["fieldname"] for field in meta["fields"]]
	with committed({"doctype": PARTY, "party_name": "V2 Count"}):
		answer = admin.get(f"/api/v2/doctype/{PARTY}/count", params={"filters": '{"party_name": "V2 Count"}'})
		assert answer.json()["data"] == 1


def test_copies_a_document(admin):
	with committed(
		{"doctype": PARTY, "party_name": "V2 Copy"},
		{"doctype": ORDER, "party": "V2 Copy", "items": [{"item": "Bolt", "qty": 4}]},
	) as (_party, order):
		copy = admin.get(f"/api/v2/document/{ORDER}/{order.name}/copy").json()["data"]
		assert copy["party"] == "V2 Copy"
		assert copy["items"][0]["qty"] == 4.0
		assert copy.get("name") is None
		assert "creation" not in copy or copy["creation"] is None


def test_runs_methods_of_documents(admin):
	with committed(
		{"doctype": PARTY, "party_name": "V2 Run"},
		{"doctype": ORDER, "party": "V2 Run", "items": [{"item": "Bolt"}]},
	) as (_party, order):
		answer = admin.post(f"/api/v2/document/{ORDER}/{order.name}/method/submit/")
		assert answer.status_code == 200, answer.text
		fresh()
		assert frappe.db.get_value(ORDER, order.name, "docstatus") == 1
		refused = admin.post(
			f"/api/v2/document/{ORDER}/{order.name}/method/db_set/", json={"fieldname": "total"}
		)
		assert refused.status_code == 403


def test_calls_functions(admin, http):
	assert admin.get("/api/v2/method/ping").json() == {"data": "pong"}
	answer = admin.get("/api/v2/method/frappe.client.get_count", params={"doctype": "User"})
	assert answer.json()["data"] >= 2
	assert admin.get("/api/v2/method/frappe.no_such_function").status_code == 417
	assert (
		http.session().get("/api/v2/method/frappe.client.get_count", params={"doctype": "User"}).status_code
		== 403
	)


def test_logs_in_and_out(http):
	session = http.session()
	answer = session.post("/api/v2/method/login", json={"usr": "Administrator", "pwd": "admin"})
	# v15 logs in on this path only when it is told so: the session stays a guest's.
	assert answer.status_code in (200, 401)
	admin = http.login()
	assert admin.post("/api/v2/method/logout").status_code == 200
	assert admin.get("/api/method/frappe.auth.get_logged_user").status_code == 403


def test_messages_are_a_list(admin):
	with committed({"doctype": PARTY, "party_name": "V2 Message"}):
		answer = admin.post(
			"/api/v2/method/frappe.desk.form.save.savedocs",
			json={
				"doc": json.dumps(admin.get(f"/api/v2/document/{PARTY}/V2 Message/").json()["data"]),
				"action": "Save",
			},
		)
		assert answer.status_code == 200, answer.text
		assert "Saved" in [message["message"] for message in answer.json()["messages"]]
