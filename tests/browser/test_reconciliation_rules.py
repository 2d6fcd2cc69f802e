"""The editor of reconciliation rules in the browser: conditions, order, limits, simulation, activation; who may only look."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.browser.conftest import Shown, Visit
from tests.browser.test_pages import SIZES, complaints

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import expect

Visits = Callable[..., Visit]
API = "/api/method/o2c_extensions.cash_application.api_rules."
LOOKS = {f"look_for_{kind}": 1 for kind in ("invoices", "orders", "credit_notes", "payments", "journals")}


@pytest.fixture
def rule_set(shown: Shown) -> Iterator[dict[str, Any]]:
	"""A rule set of our own, never in force when the test is over."""
	rules = [
		{"title": "Fees", "action": "Hand to a Person", "sign": "Out", "contains": "Entgelt", **LOOKS},
		{"title": "Everything", "action": "Match", "take_discount": 1, **LOOKS},
	]
	limits = [{"kind": "Small Difference", "rule": "Everything", "amount": 0.05}]
	active = shown.find("Reconciliation Rule Set", ["is_active", "=", 1])[0]["name"]
	yield shown.insert(
		"Reconciliation Rule Set", set_name=f"Probe {uuid4().hex[:6]}", rules=rules, limits=limits
	)
	shown.boot("Administrator")
	answer = shown.client().post(f"{API}activate_rule_set", json={"name": active})
	assert answer.status_code == 200, answer.text


def test_rules_are_edited_moved_and_activated(visit: Visits, shown: Shown, rule_set: dict[str, Any]) -> None:
	someone = visit("admin")
	page = someone.go(f"/reconciliation-rules/{rule_set['name']}")
	page.get_by_role("button", name=re.compile("^Fees")).click()
	pattern = page.get_by_role("textbox", name="Pattern")
	pattern.fill("entgelt (a")
	expect(page.get_by_role("alert").get_by_text(re.compile("cannot be read")).first).to_be_visible()
	expect(page.get_by_role("button", name="Activate")).to_be_disabled()
	pattern.fill("entgelt \\d+")
	expect(page.get_by_text("It can be used as it is.")).to_be_visible()
	# A rule behind one that catches everything is never reached, and says so.
	handle = page.get_by_role("button", name=re.compile("^Move Fees"))
	handle.focus()
	page.keyboard.press("ArrowDown")
	expect(page.get_by_role("button", name=re.compile("^Move Fees.*2 of 2"))).to_be_focused()
	expect(page.get_by_role("alert").get_by_text(re.compile("never reached")).first).to_be_visible()
	page.keyboard.press("ArrowUp")
	expect(page.get_by_text("It can be used as it is.")).to_be_visible()
	page.keyboard.press("Control+s")
	expect(page.get_by_role("button", name="Save")).to_be_hidden()
	stored = shown.get("Reconciliation Rule Set", rule_set["name"])
	assert [rule["title"] for rule in stored["rules"]] == ["Fees", "Everything"]
	assert stored["rules"][0]["pattern"] == "entgelt \\d+"
	page.get_by_role("button", name="Activate").click()
	page.get_by_role("dialog").get_by_role("button", name="Activate").click()
	expect(page.get_by_text("In Force", exact=True).first).to_be_visible()
	version = f"{rule_set['name']} v1"
	assert shown.get("Reconciliation Rule Set", rule_set["name"])["active_version"] == version
	page.get_by_role("tab", name="Versions").click()
	page.get_by_role("button", name=re.compile(version)).click()
	expect(page.get_by_role("tabpanel").get_by_text(re.compile("like entgelt")).first).to_be_visible()
	assert not someone.troubles


def test_limits_follow_their_rule_when_it_is_renamed(
	visit: Visits, shown: Shown, rule_set: dict[str, Any]
) -> None:
	someone = visit("admin")
	page = someone.go(f"/reconciliation-rules/{rule_set['name']}")
	page.get_by_role("button", name=re.compile("^Everything")).click()
	page.get_by_role("textbox", name="Title").fill("All the Rest")
	limits = page.get_by_role("group", name="Limits of this rule")
	limits.get_by_role("button", name="Add a limit").click()
	expect(limits.get_by_role("alert").get_by_text(re.compile("there|amount", re.I)).first).to_be_visible()
	limits.get_by_role("combobox", name=re.compile("Kind$")).nth(1).select_option("Bank Charge")
	limits.get_by_role("spinbutton", name=re.compile("Amount$")).nth(1).fill("20")
	expect(page.get_by_text("It can be used as it is.")).to_be_visible()
	page.get_by_role("button", name="Save").click()
	expect(page.get_by_role("button", name="Save")).to_be_hidden()
	stored = shown.get("Reconciliation Rule Set", rule_set["name"])
	assert [(row["rule"], row["kind"], float(row["amount"])) for row in stored["limits"]] == [
		("All the Rest", "Small Difference", 0.05),
		("All the Rest", "Bank Charge", 20),
	]
	assert not someone.troubles


def test_rules_are_tried_on_past_statements(visit: Visits, shown: Shown, rule_set: dict[str, Any]) -> None:
	someone = visit("admin")
	page = someone.go(f"/reconciliation-rules/{rule_set['name']}")
	page.get_by_role("button", name=re.compile("^Everything")).click()
	action = page.get_by_role("combobox", name="Action")
	# What a Match alone can use is refused first.
	action.select_option("Hand to a Person")
	expect(page.get_by_role("alert").get_by_text(re.compile("does not match")).first).to_be_visible()
	expect(page.get_by_role("button", name="Simulate")).to_be_disabled()
	action.select_option("Match")
	page.get_by_role("spinbutton", name="Post From").fill("99.9999")
	expect(page.get_by_text("It can be used as it is.")).to_be_visible()
	page.get_by_role("tab", name="Simulation").click()
	page.get_by_role("button", name="Start").click()
	expect(page.get_by_role("progressbar", name="Simulation")).to_be_visible()
	run = shown.find("Match Simulation", ["rule_set", "=", rule_set["name"]], fields=["run"])[0]["run"]
	shown.run("carry_out.py", run)
	result = page.get_by_role("region", name="Result")
	expect(result.get_by_role("columnheader", name="Working copy")).to_be_visible()
	expect(result.get_by_role("row", name=re.compile("^Posted as people did"))).to_be_visible()
	page.get_by_label("Which lines").select_option("all")
	expect(page.get_by_role("listitem").filter(has_text="What was done").first).to_be_visible()
	assert not complaints(page)
	assert not someone.troubles


def test_who_may_not_write_reads_the_rules(visit: Visits, shown: Shown, rule_set: dict[str, Any]) -> None:
	someone = visit("cash")
	page = someone.go("/reconciliation-rules")
	page.get_by_role("link", name=re.compile(rule_set["name"])).click()
	page.get_by_role("button", name=re.compile("^Everything")).click()
	expect(page.get_by_role("textbox", name="Title")).to_be_disabled()
	for name in ("Save", "Activate", "Simulate", "Add a rule"):
		expect(page.get_by_role("button", name=name)).to_have_count(0)
	assert not someone.troubles


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_pages_of_rules_are_quiet_and_accessible(
	visit: Visits, rule_set: dict[str, Any], scheme: str, size: str
) -> None:
	someone = visit("admin", color_scheme=scheme, viewport=SIZES[size])
	found: list[str] = []

	def look(page: Any, where: str) -> None:
		found.extend(f"{where}: {complaint}" for complaint in complaints(page))
		wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
		if wider > 1:
			found.append(f"{where}: {wider} pixels wider than the screen")

	page = someone.go("/reconciliation-rules")
	expect(page.get_by_role("heading", name="Calibration")).to_be_visible()
	look(page, "rule sets")
	page = someone.go(f"/reconciliation-rules/{rule_set['name']}")
	for title in ("Fees", "Everything"):
		page.get_by_role("button", name=re.compile(f"^{title}")).click()
	look(page, "rules")
	page.get_by_role("tab", name="Compare").click()
	expect(page.get_by_text(re.compile("Compared with|The same as")).first).to_be_visible()
	look(page, "compared")
	assert not found
	assert not someone.troubles
