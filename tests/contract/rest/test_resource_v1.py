"""/api/resource: documents over HTTP, version 1."""

from __future__ import annotations

import json

import frappe
import pytest

from tests.contract.rest.tools import LINE, ORDER, PARTY, committed, fresh, messages, remove


@pytest.fixture
def admin(http):
	return http.login()


@pytest.fixture
def parties():
	names = ("REST Ada", "REST Ben", "REST Cleo")
	documents = [
		{"doctype": PARTY, "party_name": name, "credit_limit": 10 * index, "party_group": group}
		for index, (name, group) in enumerate(zip(names, ("Retail", "Wholesale", "Retail"), strict=True), 1)
	]
	with committed(*documents) as made:
		yield made


def listed(session, doctype=PARTY, **params):
	answer = session.get(f"/api/resource/{doctype}", params=params)
	assert answer.status_code == 200, answer.text
	return answer.json()["data"]


OURS = json.dumps([["party_name", "like", "REST %"]])


def test_a_list_gives_names_newest_first(admin, parties):
	rows = listed(admin, filters=OURS)
	assert {row["name"] for row in rows} == {"REST Ada", "REST Ben", "REST Cleo"}
	assert all(set(row) == {"name"} for row in rows)


def test_fields_order_and_pages(admin, parties):
	fields = json.dumps(["name", "credit_limit"])
	rows = listed(admin, filters=OURS, fields=fields, order_by="credit_limit desc", limit_page_length=2)
	assert rows == [{"name": "REST Cleo", "credit_limit": 30.0}, {"name": "REST Ben", "credit_limit": 20.0}]
	rows = listed(admin, filters=OURS, fields=fields, order_by="credit_limit desc", limit_start=2, limit=2)
	assert rows == [{"name": "REST Ada", "credit_limit": 10.0}]


def test_filters_may_be_a_dict_and_name_their_doctype(admin, parties):
	rows = listed(admin, filters=json.dumps({"party_name": ["like", "REST %"], "party_group": "Wholesale"}))
	assert rows == [{"name": "REST Ben"}]
	rows = listed(admin, filters=json.dumps([[PARTY, "party_name", "=", "REST Ada"]]))
	assert rows == [{"name": "REST Ada"}]


def test_either_or_filters(admin, parties):
	either = json.dumps([["credit_limit", "=", 10], ["credit_limit", "=", 30]])
	rows = listed(admin, filters=OURS, or_filters=either, order_by="name asc")
	assert [row["name"] for row in rows] == ["REST Ada", "REST Cleo"]


def test_rows_as_lists(admin, parties):
	rows = listed(admin, filters=OURS, fields='["name","credit_limit"]', as_dict="False", order_by="name asc")
	assert rows == [["REST Ada", 10.0], ["REST Ben", 20.0], ["REST Cleo", 30.0]]


def test_a_list_ends_after_twenty(admin):
	documents = [{"doctype": PARTY, "party_name": f"REST many {index:02}"} for index in range(25)]
	with committed(*documents):
		many = json.dumps([["party_name", "like", "REST many%"]])
		assert len(listed(admin, filters=many)) == 20
		assert len(listed(admin, filters=many, limit=0)) in (20, 25)
		assert len(listed(admin, filters=many, limit_page_length=25)) == 25


def test_a_list_with_columns_of_the_child_table(admin):
	order = {
		"doctype": ORDER,
		"party": "REST Owner",
		"items": [{"item": "Bolt", "qty": 2}, {"item": "Nut", "qty": 3}],
	}
	with committed({"doctype": PARTY, "party_name": "REST Owner"}, order) as (_party, made):
		rows = listed(
			admin,
			ORDER,
			fields=json.dumps(["name", f"`tab{LINE}`.`item`", f"`tab{LINE}`.qty"]),
			filters=json.dumps([["name", "=", made.name]]),
			order_by=f"`tab{LINE}`.idx asc",
		)
		assert rows == [
			{"name": made.name, "item": "Bolt", "qty": 2.0},
			{"name": made.name, "item": "Nut", "qty": 3.0},
		]
		rows = listed(
			admin,
			LINE,
			parent=ORDER,
			fields='["item"]',
			filters=json.dumps({"parent": made.name}),
			order_by="idx",
		)
		assert [row["item"] for row in rows] == ["Bolt", "Nut"]
		assert admin.get(f"/api/resource/{LINE}").status_code == 403


@pytest.mark.parametrize(
	"params",
	[
		{"fields": '["name", "no_such_field"]'},
		{"filters": '[["no_such_field", "=", 1]]'},
		{"filters": '{"no_such_field": 1}'},
		{"fields": '["(select password from __Auth limit 1)"]'},
	],
)
def test_unknown_fields_are_refused(admin, params):
	answer = admin.get(f"/api/resource/{PARTY}", params=params)
	assert answer.status_code in (403, 417), answer.text
	assert answer.json()["exc_type"] in ("DataError", "PermissionError")


@pytest.mark.parametrize(
	"path", ["/api/resource/No Such DocType", f"/api/resource/{PARTY}/nobody", "/api/nowhere"]
)
def test_what_is_not_there_is_404(admin, path):
	answer = admin.get(path)
	assert answer.status_code == 404
	assert answer.json()["exc_type"] == "DoesNotExistError"
	assert "exc" not in answer.json()


def test_insert_from_json(admin):
	answer = admin.post(f"/api/resource/{PARTY}", json={"party_name": "REST New", "credit_limit": "12.50"})
	try:
		assert answer.status_code == 200, answer.text
		doc = answer.json()["data"]
		assert (doc["doctype"], doc["name"], doc["credit_limit"]) == (PARTY, "REST New", 12.5)
		assert doc["owner"] == doc["modified_by"] == "Administrator"
		assert "parent_party" not in doc or doc["parent_party"] is None
		fresh()
		assert frappe.db.get_value(PARTY, "REST New", "credit_limit") == 12.5
	finally:
		remove((PARTY, "REST New"))


def test_insert_from_a_form_and_from_the_data_argument(admin):
	try:
		answer = admin.post(f"/api/resource/{PARTY}", data={"party_name": "REST Form", "notes": "a=b&c"})
		assert answer.json()["data"]["notes"] == "a=b&c"
		answer = admin.post(f"/api/resource/{PARTY}", data={"data": json.dumps({"party_name": "REST Data"})})
		assert answer.json()["data"]["name"] == "REST Data"
	finally:
		remove((PARTY, "REST Form"), (PARTY, "REST Data"))


def test_the_doctype_of_the_path_wins(admin):
	answer = admin.post(f"/api/resource/{PARTY}", json={"doctype": "User", "party_name": "REST Path"})
	try:
		assert answer.json()["data"]["doctype"] == PARTY
	finally:
		remove((PARTY, "REST Path"))


@pytest.mark.parametrize(
	("values", "status", "kind"),
	[
		({"email": "a@b.co"}, 417, ("MandatoryError", "ValidationError")),
		({"party_name": "REST Bad", "parent_party": "nobody"}, 417, ("LinkValidationError",)),
		({"party_name": "REST Bad", "party_group": "Neither"}, 417, ("ValidationError",)),
		({"party_name": "REST Bad", "email": "not an address"}, 417, ("InvalidEmailAddressError",)),
	],
)
def test_bad_values_are_refused_and_nothing_is_written(admin, values, status, kind):
	answer = admin.post(f"/api/resource/{PARTY}", json=values)
	assert answer.status_code == status, answer.text
	assert answer.json()["exc_type"] in kind
	assert messages(answer)
	fresh()
	assert not frappe.db.exists(PARTY, "REST Bad")


def test_a_bad_date_is_refused(admin):
	with committed({"doctype": PARTY, "party_name": "REST Date"}):
		before = frappe.db.count(ORDER)
		answer = admin.post(
			f"/api/resource/{ORDER}", json={"party": "REST Date", "posting_date": "2024-13-77"}
		)
		assert answer.status_code >= 400
		fresh()
		assert frappe.db.count(ORDER) == before


def test_a_duplicate_is_409(admin, parties):
	answer = admin.post(f"/api/resource/{PARTY}", json={"party_name": "REST Ada"})
	assert answer.status_code == 409
	assert answer.json()["exc_type"] == "DuplicateEntryError"


def test_update_and_its_timestamp(admin, parties):
	path = f"/api/resource/{PARTY}/REST Ada"
	before = admin.get(path).json()["data"]
	answer = admin.put(path, json={"notes": "called", "flags": {"ignore_validate": True}})
	assert answer.status_code == 200
	after = answer.json()["data"]
	assert after["notes"] == "called"
	assert after["modified"] > before["modified"]
	stale = admin.put(path, json={"notes": "late", "modified": before["modified"]})
	assert stale.status_code == 417
	assert stale.json()["exc_type"] == "TimestampMismatchError"
	fresh()
	assert frappe.db.get_value(PARTY, "REST Ada", "notes") == "called"


def test_update_of_a_child_table(admin):
	order = {
		"doctype": ORDER,
		"party": "REST Rows",
		"items": [{"item": "Bolt", "qty": 2}, {"item": "Nut", "qty": 3}],
	}
	with committed({"doctype": PARTY, "party_name": "REST Rows"}, order) as (_party, made):
		kept = made.items[1].name
		path = f"/api/resource/{ORDER}/{made.name}"
		answer = admin.put(
			path, json={"items": [{"name": kept, "item": "Nut", "qty": 5}, {"item": "Washer", "qty": 1}]}
		)
		assert answer.status_code == 200, answer.text
		rows = answer.json()["data"]["items"]
		assert [(row["idx"], row["item"], row["qty"]) for row in rows] == [
			(1, "Nut", 5.0),
			(2, "Washer", 1.0),
		]
		assert rows[0]["name"] == kept
		assert all(row["parent"] == made.name and row["parentfield"] == "items" for row in rows)


def test_delete(admin):
	frappe.get_doc({"doctype": PARTY, "party_name": "REST Gone"}).insert()
	frappe.db.commit()
	answer = admin.delete(f"/api/resource/{PARTY}/REST Gone")
	assert answer.status_code == 202
	assert answer.json()["data"] == "ok"
	assert admin.delete(f"/api/resource/{PARTY}/REST Gone").status_code == 404


def test_names_with_slashes_and_spaces(admin):
	with committed({"doctype": PARTY, "party_name": "REST A/B ö"}):
		answer = admin.get(f"/api/resource/{PARTY}/REST A%2FB ö")
		assert answer.json()["data"]["party_name"] == "REST A/B ö"


def test_methods_of_a_document(admin):
	with committed(
		{"doctype": PARTY, "party_name": "REST Method"},
		{"doctype": ORDER, "party": "REST Method", "items": [{"item": "Bolt"}]},
	) as (_party, order):
		path = f"/api/resource/{ORDER}/{order.name}"
		answer = admin.post(path, data={"run_method": "submit"})
		assert answer.status_code == 200, answer.text
		fresh()
		assert frappe.db.get_value(ORDER, order.name, "docstatus") == 1
		assert (
			admin.post(path, data={"run_method": "db_set", "fieldname": "total", "value": 1}).status_code
			== 403
		)


def test_levels_of_permission_hide_fields(http):
	from tests.contract.rest.tools import api_token

	clerk = http.session()
	clerk.headers["Authorization"] = f"token {api_token('clerk@contract.test')}"
	with committed(
		{"doctype": PARTY, "party_name": "REST Level"},
		{"doctype": ORDER, "party": "REST Level", "secret_note": "margin 40 %", "items": [{"item": "Bolt"}]},
	) as (_party, order):
		path = f"/api/resource/{ORDER}/{order.name}"
		assert not clerk.get(path).json()["data"].get("secret_note")
		clerk.put(path, json={"secret_note": "changed", "remarks": "seen"})
		fresh()
		kept = frappe.db.get_value(ORDER, order.name, ["secret_note", "remarks"])
		assert tuple(kept) == ("margin 40 %", "seen")
		rows = listed(clerk, ORDER, fields='["name","secret_note"]', filters=json.dumps({"name": order.name}))
		assert "secret_note" not in rows[0]


def test_other_http_methods_are_refused(admin):
	assert admin.put(f"/api/resource/{PARTY}", json={}).status_code == 405


def test_a_single_document(admin):
	answer = admin.get("/api/resource/Contract Settings/Contract Settings")
	assert answer.status_code == 200
	answer = admin.put("/api/resource/Contract Settings/Contract Settings", json={"limit_amount": 250})
	try:
		assert answer.json()["data"]["limit_amount"] == 250.0
	finally:
		admin.put("/api/resource/Contract Settings/Contract Settings", json={"limit_amount": 100})
