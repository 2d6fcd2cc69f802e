"""What a client gets that sends nonsense, too much, or something dangerous: an error, and nothing is written."""

from __future__ import annotations

import frappe
import pytest

from tests.contract.rest.tools import PARTY, api_token, fresh, remove

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def admin(http):
	return http.login()


def test_broken_json(admin):
	before = frappe.db.count(PARTY)
	answer = admin.post(f"/api/resource/{PARTY}", data='{"party_name": "Broken', headers=JSON)
	assert answer.status_code >= 400
	assert answer.json()["exc_type"] == "JSONDecodeError"
	fresh()
	assert frappe.db.count(PARTY) == before


def test_a_body_of_fifty_megabytes_is_413(admin):
	answer = admin.post(f"/api/resource/{PARTY}", data=b"x" * 50 * 1024 * 1024, headers=JSON)
	assert answer.status_code == 413


@pytest.mark.parametrize("header", ["token a:b", "Basic YTpi", "Bearer nothing", "token nonsense"])
def test_a_wrong_token_is_401(http, header):
	session = http.session()
	session.headers["Authorization"] = header
	answer = session.get("/api/method/frappe.auth.get_logged_user")
	assert answer.status_code == 401
	assert answer.json()["exc_type"] == "AuthenticationError"


def test_a_token_with_the_wrong_secret_is_401(http):
	key = api_token("clerk@contract.test").split(":")[0]
	session = http.session()
	session.headers["Authorization"] = f"token {key}:wrong"
	assert session.get("/api/method/frappe.auth.get_logged_user").status_code == 401


def test_undecodable_basic_credentials(http):
	session = http.session()
	session.headers["Authorization"] = "Basic ***"
	answer = session.get("/api/method/frappe.auth.get_logged_user")
	assert answer.status_code in (400, 401)


def test_a_script_in_a_field_is_taken_out(admin):
	text = 'hello <b>you</b> <script>alert(1)</script><img src=x onerror="alert(2)">'
	try:
		answer = admin.post(f"/api/resource/{PARTY}", json={"party_name": "Bad Script", "notes": text})
		kept = answer.json()["data"]["notes"]
		assert "hello <b>you</b>" in kept
		assert "<script" not in kept and "onerror" not in kept
	finally:
		remove((PARTY, "Bad Script"))


def test_a_guest_cannot_smuggle_flags(http, admin):
	answer = http.session().post(
		"/api/method/frappe.client.insert",
		json={"doc": {"doctype": PARTY, "party_name": "Smuggled"}, "ignore_permissions": 1},
	)
	assert answer.status_code == 403
	answer = admin.post(
		f"/api/resource/{PARTY}",
		json={"party_name": "Flags", "parent_party": "nobody", "flags": {"ignore_links": True}},
	)
	try:
		assert answer.status_code in (417, 500)
	finally:
		remove((PARTY, "Flags"), (PARTY, "Smuggled"))


def test_limits_and_orders_do_not_become_sql(admin):
	for params in (
		{"order_by": "name; drop table tabUser"},
		{"order_by": "(select 1)"},
		{"limit_page_length": "1; drop table x"},
		{"group_by": "name) union select password from __Auth"},
	):
		answer = admin.get(f"/api/resource/{PARTY}", params=params)
		assert answer.status_code >= 400 or "password" not in answer.text
	fresh()
	assert frappe.db.count("User") > 1


def test_tracebacks_are_shown_only_where_the_site_allows_it(http, admin):
	def answer():
		return admin.post(
			f"/api/resource/{PARTY}", json={"party_name": "Trace", "parent_party": "nobody"}
		).json()

	before = frappe.db.get_single_value("System Settings", "allow_error_traceback")
	try:
		for allowed in (1, 0):
			frappe.db.set_single_value("System Settings", "allow_error_traceback", allowed)
			frappe.clear_document_cache("System Settings", "System Settings")
			frappe.db.commit()
			shown = answer()
			assert shown["exc_type"] == "LinkValidationError"
			assert ("exc" in shown) == bool(allowed)
			assert ("exception" in shown) == bool(allowed)
			if allowed:
				assert shown["exception"].startswith("frappe.exceptions.LinkValidationError: ")
				assert "Traceback" in shown["exc"]
	finally:
		frappe.db.set_single_value("System Settings", "allow_error_traceback", before)
		frappe.clear_document_cache("System Settings", "System Settings")
		frappe.db.commit()
