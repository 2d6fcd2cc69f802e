"""/api/method: functions over HTTP, who may call them, and what becomes of bad arguments."""

from __future__ import annotations

import json

import frappe
import pytest

from tests.contract.rest.tools import ORDER, PARTY, committed, fresh, messages, remove


@pytest.fixture
def admin(http):
	return http.login()


def test_ping_is_for_everybody(http):
	answer = http.session().get("/api/method/ping")
	assert answer.json() == {"message": "pong"}
	assert http.session().get("/api/method/frappe.ping").json() == {"message": "pong"}
	assert http.session().get("/api/v1/method/ping").json() == {"message": "pong"}


@pytest.mark.parametrize(
	"name", ["frappe.no_such_function", "no_such_shorthand", "nonexistent_app.api.call", "frappe.x.y"]
)
def test_an_unknown_function_is_417(admin, name):
	answer = admin.get(f"/api/method/{name}")
	assert answer.status_code == 417
	assert answer.json()["exc_type"] == "ValidationError"
	assert "Failed to get method for command" in messages(answer)


@pytest.mark.parametrize(
	"name", ["frappe.get_all", "frappe.db.get_value", "frappe.utils.get_url", "frappe.delete_doc"]
)
def test_what_is_not_whitelisted_is_403(admin, name):
	answer = admin.post(f"/api/method/{name}", json={"doctype": "User"})
	assert answer.status_code in (403, 417)
	assert answer.json()["exc_type"] in ("PermissionError", "ValidationError")


def test_a_guest_may_call_only_what_is_for_guests(http):
	answer = http.session().get("/api/method/frappe.client.get_list", params={"doctype": PARTY})
	assert answer.status_code == 403
	assert answer.json()["exc_type"] == "PermissionError"
	assert http.session().get(f"/api/resource/{PARTY}").status_code == 403
	assert http.session().get("/api/method/frappe.client.get_time_zone").status_code == 200


def test_http_methods_are_minded(admin):
	with committed({"doctype": PARTY, "party_name": "Method GET"}):
		answer = admin.get(
			"/api/method/frappe.client.delete", params={"doctype": PARTY, "name": "Method GET"}
		)
		assert answer.status_code == 403
		fresh()
		assert frappe.db.exists(PARTY, "Method GET")


def test_what_a_get_writes_is_forgotten(admin):
	with committed(
		{"doctype": PARTY, "party_name": "Method Forget"},
		{"doctype": ORDER, "party": "Method Forget", "items": [{"item": "Bolt"}]},
	) as (_party, order):
		admin.get(f"/api/resource/{ORDER}/{order.name}", params={"run_method": "submit"})
		fresh()
		assert frappe.db.get_value(ORDER, order.name, "docstatus") == 0


def test_types_of_arguments_are_checked(admin):
	good = admin.get(
		"/api/method/frappe.desk.search.search_link", params={"doctype": PARTY, "txt": "", "page_length": "5"}
	)
	assert good.status_code == 200, good.text
	bad = admin.get(
		"/api/method/frappe.desk.search.search_link",
		params={"doctype": PARTY, "txt": "", "page_length": "many"},
	)
	assert bad.status_code == 417
	assert bad.json()["exc_type"] == "FrappeTypeError"


def test_a_missing_argument_is_an_error_of_ours(admin):
	answer = admin.get("/api/method/frappe.client.get_list")
	assert answer.status_code == 500
	assert answer.json()["exc_type"] == "TypeError"


def test_client_functions(admin):
	def call(function, /, **kwargs):
		return admin.post(f"/api/method/frappe.client.{function}", json=kwargs)

	try:
		doc = call("insert", doc={"doctype": PARTY, "party_name": "Client One", "credit_limit": 3}).json()[
			"message"
		]
		assert doc["name"] == "Client One"
		assert call("get", doctype=PARTY, name="Client One").json()["message"]["credit_limit"] == 3.0
		assert (
			call("get", doctype=PARTY, filters={"party_name": "Client One"}).json()["message"]["name"]
			== "Client One"
		)
		value = call("get_value", doctype=PARTY, fieldname="credit_limit", filters="Client One").json()[
			"message"
		]
		assert value == {"credit_limit": 3.0}
		several = call(
			"get_value",
			doctype=PARTY,
			fieldname='["name","credit_limit"]',
			filters={"party_name": "Client One"},
		)
		assert several.json()["message"] == {"name": "Client One", "credit_limit": 3.0}
		changed = call("set_value", doctype=PARTY, name="Client One", fieldname="notes", value="x").json()[
			"message"
		]
		assert changed["notes"] == "x"
		changed = call("set_value", doctype=PARTY, name="Client One", fieldname={"notes": "y"}).json()[
			"message"
		]
		assert changed["notes"] == "y"
		assert (
			call("set_value", doctype=PARTY, name="Client One", fieldname="owner", value="Guest").status_code
			== 417
		)
		doc = call("save", doc={**changed, "notes": "z"}).json()["message"]
		assert doc["notes"] == "z"
		assert call("get_count", doctype=PARTY, filters={"party_name": "Client One"}).json()["message"] == 1
		assert call("has_permission", doctype=PARTY, docname="Client One").json()["message"] == {
			"has_permission": True
		}
		assert (
			call("rename_doc", doctype=PARTY, old_name="Client One", new_name="Client Two").json()["message"]
			== "Client Two"
		)
		names = call(
			"insert_many", docs=[{"doctype": PARTY, "party_name": f"Client M{i}"} for i in range(3)]
		).json()["message"]
		assert names == ["Client M0", "Client M1", "Client M2"]
		assert call("delete", doctype=PARTY, name="Client Two").status_code == 200
		fresh()
		assert not frappe.db.exists(PARTY, "Client Two")
	finally:
		remove(
			*((PARTY, name) for name in ("Client One", "Client Two", "Client M0", "Client M1", "Client M2"))
		)


def test_insert_many_is_all_or_nothing(admin):
	docs = [{"doctype": PARTY, "party_name": "Client All"}, {"doctype": PARTY, "party_name": ""}]
	answer = admin.post("/api/method/frappe.client.insert_many", json={"docs": docs})
	assert answer.status_code == 417
	fresh()
	assert not frappe.db.exists(PARTY, "Client All")


def test_child_rows_go_through_their_parent(admin):
	with committed(
		{"doctype": PARTY, "party_name": "Client Row"},
		{"doctype": ORDER, "party": "Client Row", "items": [{"item": "Bolt"}]},
	) as (_party, order):
		row = {
			"doctype": "Contract Order Line",
			"parenttype": ORDER,
			"parent": order.name,
			"parentfield": "items",
			"item": "Nut",
			"qty": 2,
		}
		answer = admin.post("/api/method/frappe.client.insert", json={"doc": row})
		assert [each["item"] for each in answer.json()["message"]["items"]] == ["Bolt", "Nut"]
		first = answer.json()["message"]["items"][0]["name"]
		admin.post("/api/method/frappe.client.delete", json={"doctype": "Contract Order Line", "name": first})
		fresh()
		assert [each.item for each in frappe.get_doc(ORDER, order.name).items] == ["Nut"]


def test_run_doc_method(admin):
	with committed(
		{"doctype": PARTY, "party_name": "Client Run"},
		{"doctype": ORDER, "party": "Client Run", "items": [{"item": "Bolt"}]},
	) as (_party, order):
		answer = admin.post(
			"/api/method/run_doc_method", json={"dt": ORDER, "dn": order.name, "method": "submit"}
		)
		assert answer.status_code == 200, answer.text
		assert answer.json()["docs"][0]["docstatus"] == 1
		refused = admin.post(
			"/api/method/run_doc_method", json={"dt": ORDER, "dn": order.name, "method": "db_set"}
		)
		assert refused.status_code == 403


def test_the_cmd_argument_calls_too(admin):
	assert admin.get("/", params={"cmd": "frappe.auth.get_logged_user"}).json() == {
		"message": "Administrator"
	}


def test_a_server_script_answers_as_a_method(admin, http):
	script = {
		"doctype": "Server Script",
		"name": "Contract REST Echo",
		"script_type": "API",
		"api_method": "contract_rest_echo",
		"allow_guest": 1,
		"script": "frappe.response['message'] = {'said': frappe.form_dict.get('word')}",
	}
	with committed(script):
		answer = http.session().post("/api/method/contract_rest_echo", data={"word": "hello"})
		if answer.status_code == 403 and "server script" in answer.text.lower():
			pytest.skip("server scripts are switched off on this bench")
		assert answer.json()["message"] == {"said": "hello"}


def test_a_list_body_and_a_plain_body(admin):
	answer = admin.post(
		"/api/method/frappe.auth.get_logged_user", data="[1, 2]", headers={"Content-Type": "application/json"}
	)
	assert answer.json()["message"] == "Administrator"
	answer = admin.post(
		"/api/method/frappe.auth.get_logged_user", data='"text"', headers={"Content-Type": "application/json"}
	)
	assert answer.status_code == 417
	assert "Invalid request arguments" in messages(answer)


def test_json_is_compact_and_typed(admin):
	with committed({"doctype": PARTY, "party_name": "Client Types", "credit_limit": 1.25}):
		answer = admin.get(f"/api/resource/{PARTY}/Client Types")
		assert answer.headers["Content-Type"].startswith("application/json")
		assert '"data":{' in answer.text
		doc = answer.json()["data"]
		assert isinstance(doc["creation"], str) and len(doc["creation"]) == 26
		assert doc["disabled"] == 0
		assert json.dumps(doc["credit_limit"]) == "1.25"
