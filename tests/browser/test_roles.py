"""What a role may not see is not sent: the screens' answers beside what the framework itself gives each member of staff."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.browser.conftest import BUILT, DOMAIN, STAFF, Shown

API = "/api/method/o2c_extensions.o2c_workspace.api"
# Sections of the screens: what they list.
ORDER = {
	"holds": "Credit Hold",
	"plans": "Fulfilment Plan",
	"deliveries": "Delivery Note",
	"purchases": "Purchase Order",
	"invoices": "Sales Invoice",
	"payments": "Payment Entry",
	"dunnings": "Dunning",
	"events": "O2C Event",
	"decisions": "O2C Decision",
}
CUSTOMER = {
	"open_items": "Sales Invoice",
	"orders": "Sales Order",
	"holds": "Credit Hold",
	"payments": "Payment Entry",
	"dunnings": "Dunning",
	"contacts": "Contact",
}


def asked(shown: Shown, user: str, screen: str, **params: str) -> Any:
	"""What a screen answers; None where it refuses."""
	answer = shown.client(user).get(f"{API}.{screen}", params=params)
	assert answer.status_code in (200, 403), answer.text
	return answer.json()["message"] if answer.status_code == 200 else None


def listed(shown: Shown, user: str, doctype: str, *filters: list[Any]) -> set[str] | None:
	"""The names that the framework gives the user; None where it refuses."""
	query: dict[str, str | int] = {
		"doctype": doctype,
		"filters": json.dumps(filters),
		"fields": '["name"]',
		"limit_page_length": 0,
	}
	answer = shown.client(user).get("/api/method/frappe.client.get_list", params=query)
	assert answer.status_code in (200, 403), answer.text
	return {row["name"] for row in answer.json()["message"]} if answer.status_code == 200 else None


def compare(shown: Shown, user: str, sections: dict[str, str], found: Any, everything: Any) -> None:
	"""Of what there is, the user gets just what the framework would list."""
	for section, doctype in sections.items():
		there = {row["name"] for row in everything[section]}
		allowed = listed(shown, user, doctype, ["name", "in", sorted(there)]) if there else set()
		assert {row["name"] for row in found[section]} == (allowed or set()), (user, section)


@pytest.mark.parametrize("role", STAFF)
def test_the_overview_counts_what_the_role_may_list(shown: Shown, role: str) -> None:
	everything = asked(shown, "Administrator", "overview")
	found = asked(shown, STAFF[role], "overview")
	for part in ("attention", "stages"):
		figures = {figure["key"]: figure for figure in found[part]}
		for figure in everything[part]:
			conditions = [[figure["doctype"], *condition] for condition in figure["filters"]]
			allowed = listed(shown, STAFF[role], figure["doctype"], *conditions)
			if allowed is None:
				assert figure["key"] not in figures
			else:
				assert figures[figure["key"]]["count"] == len(allowed), figure["key"]


@pytest.mark.parametrize("role", STAFF)
def test_an_order_shows_what_the_role_may_list(shown: Shown, role: str) -> None:
	name = an_order(shown)
	everything = asked(shown, "Administrator", "order", name=name)
	found = asked(shown, STAFF[role], "order", name=name)
	if listed(shown, STAFF[role], "Sales Order", ["name", "=", name]):
		compare(shown, STAFF[role], ORDER, found, everything)
	else:
		assert found is None


@pytest.mark.parametrize("role", STAFF)
def test_a_customer_shows_what_the_role_may_list(shown: Shown, role: str) -> None:
	name = shown.get("Sales Order", an_order(shown))["customer"]
	user = STAFF[role]
	everything = asked(shown, "Administrator", "customer", name=name)
	found = asked(shown, user, "customer", name=name)
	if not listed(shown, user, "Customer", ["name", "=", name]):
		assert found is None
		return
	compare(shown, user, CUSTOMER, found, everything)
	sees_money = listed(shown, user, "Sales Invoice") is not None
	assert (found["balance"] is not None) == (found["behaviour"] is not None) == sees_money
	assert (found["credit"] is not None) == (listed(shown, user, "Credit Hold") is not None)


@pytest.mark.parametrize("role", STAFF)
def test_the_page_offers_what_the_role_may_list(shown: Shown, role: str) -> None:
	if not BUILT.exists():
		pytest.skip("the workspace is not built")
	boot = shown.boot(STAFF[role])
	for doctype in shown.boot("Administrator")["readable"]:
		if doctype in boot["readable"]:
			assert doctype == "O2C Settings" or listed(shown, STAFF[role], doctype) is not None, doctype
		elif names := listed(shown, STAFF[role], doctype):
			# Its names may be chosen, its documents not read.
			answer = shown.client(STAFF[role]).get(f"/api/resource/{doctype}/{min(names)}")
			assert answer.status_code == 403, doctype
	kpis = shown.client(STAFF[role]).get("/api/method/o2c_extensions.o2c_analytics.api.kpis")
	assert ("O2C KPI Trend" in boot["reports"]) == (kpis.status_code == 200)


@pytest.mark.parametrize("account", ["warehouse", "billing", "susanne"])
def test_who_has_no_role_in_order_to_cash_gets_nothing(shown: Shown, account: str) -> None:
	user = f"{account}@{DOMAIN}" if account != "susanne" else "susanne@klinikum-weserland.example"
	assert asked(shown, user, "overview") is None
	assert asked(shown, user, "texts") is None


def an_order(shown: Shown) -> str:
	"""One with a long way behind it: dunned, where there is such."""
	dunned = shown.find("O2C Event", ["event", "=", "Dunned"], fields=["o2c_case"])
	cases = [event["o2c_case"] for event in dunned]
	found = shown.find("Sales Order", ["docstatus", "=", 1], ["o2c_case", "in", cases]) if cases else []
	return str((found or shown.find("Sales Order", ["docstatus", "=", 1]))[-1]["name"])
