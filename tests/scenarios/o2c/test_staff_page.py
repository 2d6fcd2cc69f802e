"""The staff page: who gets in, which sections whom, and what is neither shown nor read."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import frappe
import pytest
from frappe.utils import add_days, nowdate
from frappe.website.serve import get_response_content

from tests.support import erp
from tests.support.engines import ADMIN_PASSWORD
from tests.support.http import LiveServer

page = importlib.import_module("o2c_extensions.www.o2c")

SECTIONS = ("kpis", "held", "overdue", "receipts", "runs")
MARKS = {
	"kpis": 'class="tiles"',
	"held": 'id="held"',
	"overdue": 'id="overdue"',
	"receipts": 'id="receipts"',
	"runs": 'id="runs"',
}
# What each section reads, and no other does.
TABLES = {
	"held": "tabCredit Hold",
	"overdue": "tabSales Invoice",
	"receipts": "tabBank Transaction",
	"runs": "tabO2C Run",
}


@pytest.fixture
def user(company: str) -> Callable[..., str]:
	def make(*roles: str, kind: str = "System User") -> str:
		doc = frappe.get_doc(
			{
				"doctype": "User",
				"email": f"{frappe.generate_hash(length=8)}@example.com",
				"first_name": "Probe",
				"user_type": kind,
				"send_welcome_email": 0,
				"roles": [{"role": role} for role in roles],
			}
		)
		doc.insert()
		return str(doc.name)

	return make


@pytest.fixture
def held(customer: str, service: str) -> Callable[..., str]:
	"""An order over the limit: its hold."""

	def make(amount: float) -> str:
		doc = frappe.get_doc("Customer", customer)
		if not doc.credit_limits:
			doc.append("credit_limits", {"company": erp.COMPANY, "credit_limit": 100})
			doc.save()
		order = erp.order(customer, [{"item_code": service, "qty": 1, "rate": amount}], day=nowdate())
		order.insert()
		order.submit()
		return str(frappe.db.get_value("Credit Hold", {"sales_order": order.name}))

	return make


def seen() -> Any:
	context = frappe._dict()
	frappe.local.form_dict = frappe._dict(company=erp.COMPANY, plain="1")
	page.get_context(context)
	return context


def html() -> str:
	frappe.local.form_dict = frappe._dict(company=erp.COMPANY, plain="1")
	return str(get_response_content("o2c"))


def test_a_guest_is_sent_to_log_in(company: str) -> None:
	frappe.set_user("Guest")
	with pytest.raises(frappe.Redirect):
		page.get_context(frappe._dict())
	assert frappe.local.flags.redirect_location.startswith("/login?redirect-to=")


def test_customers_and_strangers_stay_outside(user: Callable[..., str]) -> None:
	for name in (user("Customer", kind="Website User"), user("Accounts Manager"), user()):
		frappe.set_user(name)
		with pytest.raises(frappe.PermissionError):
			page.get_context(frappe._dict())


def test_a_portal_user_with_a_role_of_ours_stays_outside(user: Callable[..., str]) -> None:
	name = user("Customer", kind="Website User")
	frappe.get_doc(
		{"doctype": "Has Role", "parent": name, "parenttype": "User", "role": "O2C Analyst"}
	).db_insert()
	frappe.set_user(name)
	with pytest.raises(frappe.PermissionError):
		page.get_context(frappe._dict())


@pytest.mark.parametrize(
	("roles", "shown"),
	[
		(["O2C Analyst"], {"kpis", "held", "runs"}),
		(["Credit Controller"], {"held", "runs"}),
		(["Credit Manager"], {"kpis", "held", "runs"}),
		(["Collections Agent"], {"runs"}),
		(["Cash Application Clerk"], {"runs"}),
		(["Collections Agent", "Accounts User"], {"overdue", "receipts", "runs"}),
		(["O2C Administrator", "Accounts User"], set(SECTIONS)),
	],
	ids=lambda value: "+".join(value) if isinstance(value, list) else "",
)
def test_sections_by_role(
	user: Callable[..., str],
	roles: list[str],
	shown: set[str],
	monkeypatch: pytest.MonkeyPatch,
) -> None:
	frappe.set_user(user(*roles))
	asked: list[str] = []
	for place, name in ((frappe, "get_list"), (frappe, "get_all")):
		real = getattr(place, name)

		def note(doctype: str, *args: Any, _real: Any = real, **kwargs: Any) -> Any:
			asked.append(f"tab{doctype}")
			return _real(doctype, *args, **kwargs)

		monkeypatch.setattr(place, name, note)
	context = seen()
	present = {name for name in SECTIONS if context.get(name) is not None}
	assert _native(roles) <= present
	assert present - _native(roles) == shown - _native(roles)
	read = {section for section, table in TABLES.items() if table in asked}
	assert read <= present
	content = html()
	assert {name for name, mark in MARKS.items() if mark in content} == present


def _native(roles: list[str]) -> set[str]:
	"""What a site's own permissions open to these roles, whatever the app says."""
	doctypes = {"overdue": "Sales Invoice", "receipts": "Bank Transaction"}
	return {section for section, doctype in doctypes.items() if frappe.has_permission(doctype, "read")}


def test_held_orders_and_who_decides(user: Callable[..., str], held: Callable[..., str]) -> None:
	small, large = held(1000), held(50000)
	expected = {
		"Credit Controller": {small: ["Release", "Reject"], large: ["Reject"]},
		"Credit Manager": {small: ["Release", "Reject"], large: ["Release", "Reject"]},
		"Order Manager": {small: [], large: []},
		"O2C Analyst": {small: [], large: []},
	}
	for role, actions in expected.items():
		frappe.set_user(user(role))
		rows = {row["name"]: row for row in seen().held["rows"]}
		assert {name: rows[name]["actions"] for name in actions} == actions, role
		content = html()
		assert small in content
		assert (f'data-action="release" data-hold="{large}"' in content) == ("Release" in actions[large])
		frappe.set_user("Administrator")


def test_who_has_submitted_an_order_does_not_release_it(
	user: Callable[..., str], held: Callable[..., str]
) -> None:
	hold = held(1000)
	name = user("Credit Manager")
	frappe.db.set_value("Credit Hold", hold, "owner", name)
	frappe.set_user(name)
	rows = {row["name"]: row for row in seen().held["rows"]}
	assert rows[hold]["actions"] == ["Reject"]


def test_decided_holds_are_not_shown(held: Callable[..., str]) -> None:
	waiting, released, rejected = held(1000), held(1100), held(1200)
	frappe.db.set_value("Credit Hold", released, "status", "Released")
	frappe.db.set_value("Credit Hold", rejected, "status", "Rejected")
	names = {row["name"] for row in seen().held["rows"]}
	assert waiting in names
	assert not names & {released, rejected}


def test_overdue_invoices(user: Callable[..., str], customer: str, service: str) -> None:
	day = add_days(nowdate(), -30)
	invoice = erp.invoice(
		customer, [{"item_code": service, "qty": 1, "rate": 100}], day=day, due_date=add_days(day, 10)
	)
	invoice.insert()
	invoice.submit()
	frappe.db.set_value("Sales Invoice", invoice.name, "customer_name", "A <i>& B")
	page_rows = {row["name"]: row for row in _all_rows("overdue")}
	assert page_rows[invoice.name]["days"] == 20
	assert page_rows[invoice.name]["link"] == f"/app/sales-invoice/{invoice.name}"


def _all_rows(section: str) -> list[Any]:
	rows, page.ROWS = page.ROWS, 10**6
	try:
		return list(seen()[section]["rows"])
	finally:
		page.ROWS = rows


def test_texts_from_outside_are_shown_as_text(company: str) -> None:
	line = frappe.get_doc(
		{
			"doctype": "Bank Transaction",
			"date": "2001-01-01",  # the oldest come first
			"company": erp.COMPANY,
			"deposit": 10,
			"unallocated_amount": 10,
			"currency": "EUR",
			"docstatus": 1,
			"description": "</td><script>alert(1)</script>",
			"bank_party_name": '"><img src=x onerror=alert(2)>',
			"o2c_match_status": "Waiting",
		}
	)
	line.name = f"LINE {frappe.generate_hash(length=8)}"
	line.db_insert()
	content = html()
	assert line.name in content
	assert "&lt;script&gt;alert(1)" in content
	assert "<script>alert(1)" not in content
	assert "<img src=x" not in content


def test_another_company_is_refused(user: Callable[..., str]) -> None:
	frappe.set_user(user("O2C Analyst"))
	frappe.local.form_dict = frappe._dict(company="No Such Company", plain="1")
	with pytest.raises(frappe.PermissionError):
		page.get_context(frappe._dict())


def test_over_http(http: LiveServer) -> None:
	guest = http.session()
	answer = guest.get("/o2c", allow_redirects=False)
	assert answer.status_code == 302
	assert answer.headers["Location"].split("://")[-1].partition("/")[2].startswith("login?redirect-to=")
	session = http.login("Administrator", ADMIN_PASSWORD)
	answer = session.get("/o2c?plain=1", headers={"Accept": "text/html"})
	assert answer.status_code == 200
	assert 'class="o2c"' in answer.text
	# Once the page was seen, nothing is changed without the token that it holds.
	session.headers.pop("X-Frappe-CSRF-Token", None)
	refused = session.post("/api/method/o2c_extensions.credit_control.api.release", json={"hold": "CH-0"})
	assert refused.status_code == 400
	assert refused.json()["exc_type"] == "CSRFTokenError"
