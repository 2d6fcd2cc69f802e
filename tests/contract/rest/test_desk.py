"""The endpoints that the desk, and clients like it, live on."""

from __future__ import annotations

import json

import frappe
import pytest

from tests.contract.rest.tools import ORDER, PARTY, api_token, committed, fresh, messages


@pytest.fixture
def admin(http):
	return http.login()


def call(session, method, /, **kwargs):
	answer = session.post(f"/api/method/{method}", json=kwargs)
	assert answer.status_code == 200, answer.text
	return answer.json()


def test_getdoctype(admin):
	answer = call(admin, "frappe.desk.form.load.getdoctype", doctype=ORDER)
	assert [doc["name"] for doc in answer["docs"]] == [ORDER, "Contract Order Line"]
	fields = {field["fieldname"]: field for field in answer["docs"][0]["fields"]}
	assert fields["party"]["options"] == PARTY
	assert answer["docs"][0]["is_submittable"] == 1


def test_getdoc_with_what_surrounds_it(admin):
	with committed({"doctype": PARTY, "party_name": "Desk Doc"}):
		call(
			admin,
			"frappe.desk.form.utils.add_comment",
			reference_doctype=PARTY,
			reference_name="Desk Doc",
			content="well done",
			comment_email="Administrator",
			comment_by="Administrator",
		)
		answer = call(admin, "frappe.desk.form.load.getdoc", doctype=PARTY, name="Desk Doc")
		assert answer["docs"][0]["name"] == "Desk Doc"
		info = answer["docinfo"]
		assert info["permissions"]["write"] == 1
		assert [each["content"].strip("<p>\n/") for each in info["comments"]] == ["well done"]
		assert info["attachments"] == [] and info["assignments"] == []
		assert "Administrator" in info["user_info"]


def test_getdoc_of_nothing(admin):
	answer = call(admin, "frappe.desk.form.load.getdoc", doctype=PARTY, name="nobody")
	assert answer.get("message") == []


def test_savedocs_submits_and_cancel_cancels(admin):
	with committed({"doctype": PARTY, "party_name": "Desk Save"}):
		new = {
			"doctype": ORDER,
			"name": "new-contract-order-1",
			"__islocal": 1,
			"party": "Desk Save",
			"naming_series": "CO-.YYYY.-.#####",
			"items": [
				{
					"doctype": "Contract Order Line",
					"name": "new-line-1",
					"__islocal": 1,
					"item": "Bolt",
					"qty": 1,
				}
			],
		}
		answer = call(admin, "frappe.desk.form.save.savedocs", doc=json.dumps(new), action="Save")
		doc = answer["docs"][0]
		assert doc["localname"] == "new-contract-order-1"
		assert doc["name"].startswith("CO-")
		assert doc["docstatus"] == 0
		answer = call(admin, "frappe.desk.form.save.savedocs", doc=json.dumps(doc), action="Submit")
		assert answer["docs"][0]["docstatus"] == 1
		answer = call(admin, "frappe.desk.form.save.cancel", doctype=ORDER, name=doc["name"])
		assert answer["docs"][0]["docstatus"] == 2
		fresh()
		frappe.delete_doc(ORDER, doc["name"], force=True)
		frappe.db.commit()


def test_search_link(admin):
	with committed(
		*(
			{"doctype": PARTY, "party_name": f"Desk Find {name}", "disabled": off}
			for name, off in (("A", 0), ("B", 0), ("C", 1))
		)
	):
		found = call(admin, "frappe.desk.search.search_link", doctype=PARTY, txt="desk find")["message"]
		assert [each["value"] for each in found] == ["Desk Find A", "Desk Find B"]
		found = call(
			admin,
			"frappe.desk.search.search_link",
			doctype=PARTY,
			txt="desk find",
			filters=json.dumps({"name": ["like", "%B"]}),
		)["message"]
		assert [each["value"] for each in found] == ["Desk Find B"]
		link = call(
			admin,
			"frappe.client.validate_link",
			doctype=PARTY,
			docname="Desk Find A",
			fields='["party_name"]',
		)
		assert link["message"] == {"name": "Desk Find A", "party_name": "Desk Find A"}


def test_report_view(admin):
	with committed(
		*({"doctype": PARTY, "party_name": f"Desk View {i}", "credit_limit": i} for i in range(3))
	):
		filters = json.dumps([[PARTY, "party_name", "like", "Desk View%"]])
		args = {
			"doctype": PARTY,
			"fields": json.dumps([f"`tab{PARTY}`.`name`", f"`tab{PARTY}`.`credit_limit`"]),
			"filters": filters,
		}
		answer = call(
			admin, "frappe.desk.reportview.get", **args, order_by="name asc", start=0, page_length=2
		)["message"]
		assert answer["keys"] == ["name", "credit_limit"]
		assert answer["values"] == [["Desk View 0", 0.0], ["Desk View 1", 1.0]]
		assert call(admin, "frappe.desk.reportview.get_count", **args)["message"] == 3
		rows = call(admin, "frappe.desk.reportview.get_list", **args, order_by="name desc")["message"]
		assert [row["name"] for row in rows] == ["Desk View 2", "Desk View 1", "Desk View 0"]
		wrong = admin.post("/api/method/frappe.desk.reportview.get", json={**args, "fields": '["nonsense"]'})
		assert wrong.status_code == 417
		export = admin.post(
			"/api/method/frappe.desk.reportview.export_query",
			data={**args, "file_format_type": "CSV", "title": "Parties", "order_by": "name asc"},
		)
		assert export.status_code == 200, export.text
		lines = export.text.splitlines()
		assert lines[0].startswith('"Sr","ID","Credit Limit"')
		assert lines[1].startswith('1,"Desk View 0",0')
		export = admin.post(
			"/api/method/frappe.desk.reportview.export_query",
			data={**args, "file_format_type": "Excel", "title": "Parties", "order_by": "name asc"},
		)
		assert export.content[:2] == b"PK"


def test_delete_items(admin):
	with committed(*({"doctype": PARTY, "party_name": f"Desk Del {i}"} for i in range(3))):
		call(
			admin,
			"frappe.desk.reportview.delete_items",
			doctype=PARTY,
			items=json.dumps([f"Desk Del {i}" for i in range(3)]),
		)
		fresh()
		assert not frappe.db.count(PARTY, {"party_name": ["like", "Desk Del%"]})


def test_bulk_submit(admin):
	with committed(
		{"doctype": PARTY, "party_name": "Desk Bulk"},
		*({"doctype": ORDER, "party": "Desk Bulk", "items": [{"item": "Bolt"}]} for _ in range(2)),
	) as (_party, *orders):
		failed = call(
			admin,
			"frappe.desk.doctype.bulk_update.bulk_update.submit_cancel_or_update_docs",
			doctype=ORDER,
			docnames=json.dumps([order.name for order in orders]),
			action="submit",
		)["message"]
		assert failed == []
		fresh()
		assert {frappe.db.get_value(ORDER, order.name, "docstatus") for order in orders} == {1}


def test_likes_tags_and_assignments(admin):
	with committed({"doctype": PARTY, "party_name": "Desk Marks"}):
		call(admin, "frappe.desk.like.toggle_like", doctype=PARTY, name="Desk Marks", add="Yes")
		call(admin, "frappe.desk.doctype.tag.tag.add_tag", tag="contract-tag", dt=PARTY, dn="Desk Marks")
		call(
			admin,
			"frappe.desk.form.assign_to.add",
			assign_to=json.dumps(["clerk@contract.test"]),
			doctype=PARTY,
			name="Desk Marks",
			description="look at it",
		)
		info = call(admin, "frappe.desk.form.load.get_docinfo", doctype=PARTY, name="Desk Marks")["docinfo"]
		assert info["tags"] == "contract-tag"
		assert [each["owner"] for each in info["assignments"]] == ["clerk@contract.test"]
		assert len(info["like_logs"]) == 1
		call(
			admin,
			"frappe.desk.form.assign_to.remove",
			doctype=PARTY,
			name="Desk Marks",
			assign_to="clerk@contract.test",
		)
		call(admin, "frappe.desk.like.toggle_like", doctype=PARTY, name="Desk Marks", add="No")
		call(admin, "frappe.desk.doctype.tag.tag.remove_tag", tag="contract-tag", dt=PARTY, dn="Desk Marks")
		info = call(admin, "frappe.desk.form.load.get_docinfo", doctype=PARTY, name="Desk Marks")["docinfo"]
		assert (info["tags"], info["assignments"], info["like_logs"]) == ("", [], [])
		for todo in frappe.get_all(
			"ToDo", {"reference_type": PARTY, "reference_name": "Desk Marks"}, pluck="name"
		):
			frappe.delete_doc("ToDo", todo, force=True)
		frappe.db.commit()


def test_print_as_pdf(admin, http, engine):
	documents = (
		{"doctype": PARTY, "party_name": "Desk Print"},
		{"doctype": ORDER, "party": "Desk Print", "items": [{"item": "Bolt"}]},
	)
	# What draws the PDF fetches styles and images from the site's own address.
	with engine.config(host_name=http.base_url), committed(*documents) as (_party, order):
		params = {"doctype": ORDER, "name": order.name}
		answer = admin.get("/api/method/frappe.utils.print_format.download_pdf", params=params)
		assert answer.status_code == 200, answer.text
		assert answer.headers["Content-Type"] == "application/pdf"
		assert answer.content.startswith(b"%PDF")
		assert order.name in answer.headers["Content-Disposition"]
		refused = http.session().get("/api/method/frappe.utils.print_format.download_pdf", params=params)
		assert refused.status_code == 404  # who may not see it is not told that it exists


def test_messages_come_along(admin):
	with committed({"doctype": PARTY, "party_name": "Desk Message"}):
		doc = admin.get(f"/api/resource/{PARTY}/Desk Message").json()["data"]
		answer = admin.post(
			"/api/method/frappe.desk.form.save.savedocs", json={"doc": json.dumps(doc), "action": "Save"}
		)
		assert "Saved" in messages(answer)


REPORT = """
columns = [
	{"fieldname": "party", "label": "Party", "fieldtype": "Link", "options": "Contract Party", "width": 200},
	{"fieldname": "total", "label": "Total", "fieldtype": "Currency", "width": 100},
]
rows = [{"party": filters.get("party"), "total": 2.5}, {"party": filters.get("party"), "total": 4}]
data = columns, rows
"""


def test_a_report_runs_and_is_exported(admin, http):
	report = {
		"doctype": "Report",
		"report_name": "Contract REST Report",
		"ref_doctype": PARTY,
		"report_type": "Script Report",
		"is_standard": "No",
		"add_total_row": 1,
		"report_script": REPORT,
		"roles": [{"role": "System Manager"}],
	}
	with committed({"doctype": PARTY, "party_name": "Desk Report"}, report):
		args = {"report_name": "Contract REST Report", "filters": json.dumps({"party": "Desk Report"})}
		answer = call(admin, "frappe.desk.query_report.run", **args)["message"]
		assert [column["fieldname"] for column in answer["columns"]] == ["party", "total"]
		assert answer["result"][0] == {"party": "Desk Report", "total": 2.5}
		assert answer["result"][-1] == ["Total", 6.5]
		assert answer["add_total_row"]
		clerk = http.session()
		clerk.headers["Authorization"] = f"token {api_token('clerk@contract.test')}"
		assert clerk.post("/api/method/frappe.desk.query_report.run", json=args).status_code == 403
		export = admin.post(
			"/api/method/frappe.desk.query_report.export_query",
			data={**args, "file_format_type": "CSV", "visible_idx": "[]", "custom_columns": "[]"},
		)
		assert export.status_code == 200, export.text
		assert export.text.splitlines()[:2] == ['"Party","Total"', '"Desk Report",2.5']
		assert "Contract REST Report" in export.headers["Content-Disposition"]


def test_a_workflow_s_transitions(admin):
	with committed({"doctype": PARTY, "party_name": "Desk Workflow"}):
		doc = admin.get(f"/api/resource/{PARTY}/Desk Workflow").json()["data"]
		answer = admin.post(
			"/api/method/frappe.model.workflow.get_transitions", json={"doc": json.dumps(doc)}
		)
		assert answer.status_code >= 400  # there is no workflow for it


def test_the_next_document_of_a_list(admin):
	with committed(
		{"doctype": PARTY, "party_name": "Desk Next A"}, {"doctype": PARTY, "party_name": "Desk Next B"}
	):
		filters = json.dumps([[PARTY, "party_name", "like", "Desk Next%"]])
		args = {"doctype": PARTY, "filters": filters, "sort_order": "asc", "sort_field": "party_name"}
		call_next = "frappe.desk.form.utils.get_next"
		assert call(admin, call_next, value="Desk Next A", prev="0", **args)["message"] == "Desk Next B"
		assert call(admin, call_next, value="Desk Next B", prev="1", **args)["message"] == "Desk Next A"
		nothing = call(admin, call_next, value="Desk Next B", prev="0", **args)
		assert "message" not in nothing
