"""Reports, prints and charts as a browser gets them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from openpyxl import load_workbook

from tests.contract.doctypes import PASSWORD
from tests.contract.model.tools import order, party
from tests.contract.output.tools import make_report

SCRIPT = """
data = ["Name:Data:120", "Total:Currency"], [["a", 1.5], ["b", 2]], "A message"
"""


@pytest.fixture
def committed(engine: Any) -> Iterator[Any]:
	"""A report and an order that other processes see."""
	party("Contract Http")
	doc = order("Contract Http", rows=1, total=5)
	report = make_report(
		"Contract Http Report", report_type="Script Report", report_script=SCRIPT, add_total_row=1
	)
	frappe.db.commit()
	yield doc, report
	frappe.set_user("Administrator")
	for doctype, name in (
		("Contract Order", doc.name),
		("Contract Party", "Contract Http"),
		("Report", report.name),
	):
		frappe.delete_doc(doctype, name, force=True, ignore_permissions=True)
	frappe.db.commit()


def test_a_report(http: Any, committed: Any) -> None:
	_doc, report = committed
	session = http.login()
	answer = session.get(
		"/api/method/frappe.desk.query_report.run", params={"report_name": report.name}
	).json()
	data = answer["message"]
	assert [column["fieldname"] for column in data["columns"]] == ["name", "total"]
	assert data["result"] == [{"name": "a", "total": 1.5}, {"name": "b", "total": 2}, ["Total", 3.5]]
	assert data["message"] == "A message"
	script = session.get(
		"/api/method/frappe.desk.query_report.get_script", params={"report_name": report.name}
	).json()
	assert "frappe.query_reports" in script["message"]["script"]


def test_a_report_is_refused_to_who_may_not_have_it(http: Any, committed: Any) -> None:
	_doc, report = committed
	session = http.login("viewer@contract.test", PASSWORD)
	answer = session.get("/api/method/frappe.desk.query_report.run", params={"report_name": report.name})
	assert answer.status_code == 403


@pytest.mark.parametrize("kind", ["CSV", "Excel"])
def test_a_report_as_a_file(http: Any, committed: Any, kind: str) -> None:
	_doc, report = committed
	session = http.login()
	params = {
		"report_name": report.name,
		"file_format_type": kind,
		"visible_idx": "[]",
		"include_indentation": 0,
		"filters": "{}",
	}
	answer = session.get("/api/method/frappe.desk.query_report.export_query", params=params)
	assert answer.status_code == 200
	assert report.name in answer.headers["Content-Disposition"].replace("%20", " ")
	if kind == "CSV":
		assert answer.text.splitlines() == ['"Name","Total"', '"a",1.5', '"b",2', '"Total",3.5']
	else:
		rows = load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
		assert list(rows) == [("Name", "Total"), ("a", 1.5), ("b", 2), ("Total", 3.5)]


def test_a_pdf_is_downloaded(http: Any, committed: Any, engine: Any) -> None:
	doc, _report = committed
	session = http.login()
	with engine.config(host_name=http.base_url):
		answer = session.get(
			"/api/method/frappe.utils.print_format.download_pdf",
			params={"doctype": doc.doctype, "name": doc.name},
		)
	assert answer.status_code == 200
	assert answer.headers["Content-Type"] == "application/pdf"
	assert f"{doc.name}.pdf" in answer.headers["Content-Disposition"]
	assert answer.content.startswith(b"%PDF")


def test_a_print_is_shown_to_who_may_read(http: Any, committed: Any) -> None:
	doc, _report = committed
	params = {"doctype": doc.doctype, "name": doc.name}
	page = http.login().get("/printview", params=params)
	assert page.status_code == 200
	assert doc.name in page.text
	assert "Contract Http" in page.text
	refused = http.session().get("/printview", params=params)
	assert refused.status_code in (403, 404)
	assert "Contract Http" not in refused.text
	refused = http.session().get("/api/method/frappe.utils.print_format.download_pdf", params=params)
	assert refused.status_code in (403, 404)


def test_html_and_style(http: Any, committed: Any) -> None:
	doc, _report = committed
	answer = http.login().get(
		"/api/method/frappe.www.printview.get_html_and_style", params={"doc": doc.doctype, "name": doc.name}
	)
	message = answer.json()["message"]
	assert doc.name in message["html"]
	assert ".print-format" in message["style"]


def test_a_number(http: Any, committed: Any) -> None:
	card = {"document_type": "Contract Order", "function": "Sum", "aggregate_function_based_on": "total"}
	filters = [["Contract Order", "party", "=", "Contract Http"]]
	answer = http.login().get(
		"/api/method/frappe.desk.doctype.number_card.number_card.get_result",
		params={"doc": json.dumps(card), "filters": json.dumps(filters)},
	)
	assert answer.json()["message"] == 5.0
