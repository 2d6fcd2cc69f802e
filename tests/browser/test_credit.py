"""Credit control in the browser: the queue of holds with the keyboard, a customer's credit, the editor of policies."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.browser.conftest import STAFF, Shown, Visit
from tests.browser.test_journeys import held_order
from tests.browser.test_pages import SIZES, complaints

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import expect

Visits = Callable[..., Visit]


def hold_of(shown: Shown, order: dict[str, Any]) -> dict[str, Any]:
	name = shown.find("Credit Hold", ["sales_order", "=", order["name"]])[0]["name"]
	return shown.get("Credit Hold", name)


@pytest.fixture
def held(shown: Shown) -> dict[str, Any]:
	return held_order(shown)


@pytest.fixture
def policy(shown: Shown) -> Iterator[dict[str, Any]]:
	"""A policy of our own, never in force when the test is over."""
	rule = {
		"title": "Over the Limit",
		"test": "Exposure Over Limit",
		"outcome": "Hold",
		"at_order": 1,
	}
	blocked = {**rule, "title": "Blocked Account", "test": "Blocked Account", "at_delivery": 1}
	active = shown.find("Credit Policy", ["is_active", "=", 1])[0]["name"]
	yield shown.insert("Credit Policy", policy_name=f"Probe {uuid4().hex[:6]}", rules=[rule, blocked])
	shown.boot("Administrator")
	answer = shown.client().post(
		"/api/method/o2c_extensions.credit_control.api.activate_policy", json={"name": active}
	)
	assert answer.status_code == 200, answer.text


def row(page: Any, order: dict[str, Any]) -> Any:
	return (
		page.get_by_role("region", name="Holds that wait")
		.get_by_role("listitem")
		.filter(has_text=order["name"])
	)


def test_the_queue_is_worked_through_with_the_keyboard(visit: Visits, shown: Shown) -> None:
	first, second = held_order(shown), held_order(shown)
	someone = visit("credit")
	page = someone.go("/holds")
	page.keyboard.press("/")
	page.keyboard.type("Gasthof Probe")
	expect(row(page, second)).to_be_visible()
	page.get_by_label("Filter the queue", exact=True).blur()
	before = page.url
	page.keyboard.press("j")
	expect(page).not_to_have_url(before)
	page.keyboard.press("k")
	expect(page).to_have_url(before)
	page.keyboard.press("Space")
	expect(page.get_by_text("1 selected")).to_be_visible()
	page.keyboard.press("Escape")
	expect(page.get_by_text("1 selected")).to_be_hidden()
	page.keyboard.press("?")
	expect(page.get_by_role("dialog").get_by_text("Review or approve")).to_be_visible()
	page.keyboard.press("Escape")
	page.goto(f"{shown.base_url}/o2c/holds?hold={hold_of(shown, first)['name']}")
	pane = page.get_by_role("region", name="Hold", exact=True)
	expect(pane.get_by_role("link", name=first["name"]).first).to_be_visible()
	expect(row(page, first)).to_be_visible()
	page.keyboard.press("v")
	expect(pane.get_by_text("In Review")).to_be_visible()
	page.keyboard.press("r")
	page.get_by_role("dialog").get_by_role("textbox").fill("Pays on Friday")
	page.keyboard.press("Control+Enter")
	expect(row(page, first)).to_be_hidden()
	decided = hold_of(shown, first)
	assert (decided["status"], decided["comment"]) == ("Released", "Pays on Friday")
	assert not someone.troubles


def test_a_hold_is_rejected_and_its_order_closed(visit: Visits, shown: Shown, held: dict[str, Any]) -> None:
	someone = visit("credit")
	page = someone.go(f"/holds?hold={hold_of(shown, held)['name']}")
	expect(row(page, held)).to_be_visible()
	page.keyboard.press("x")
	page.get_by_role("dialog").get_by_role("textbox").fill("Too risky")
	page.get_by_role("dialog").get_by_role("button", name="Reject").click()
	expect(row(page, held)).to_be_hidden()
	assert hold_of(shown, held)["status"] == "Rejected"
	assert shown.get("Sales Order", held["name"])["status"] == "Closed"
	assert not someone.troubles


def test_many_are_released_with_one_comment(visit: Visits, shown: Shown) -> None:
	orders = [held_order(shown) for _order in range(2)]
	page = visit("credit").go("/holds")
	for order in orders:
		page.get_by_label(f"Select {hold_of(shown, order)['name']}").check()
	expect(page.get_by_text("2 selected")).to_be_visible()
	page.get_by_role("button", name="Release", exact=True).first.click()
	page.get_by_role("dialog").get_by_role("textbox").fill("Both are fine")
	page.get_by_role("dialog").get_by_role("button", name=re.compile("^Release")).click()
	for order in orders:
		expect(row(page, order)).to_be_hidden()
		assert hold_of(shown, order)["comment"] == "Both are fine"


def test_what_is_beyond_an_authority_is_said_and_not_offered(visit: Visits, shown: Shown) -> None:
	order = held_order(shown, qty=900)
	someone = visit("controller")
	page = someone.go(f"/holds?hold={hold_of(shown, order)['name']}")
	pane = page.get_by_role("region", name="Hold", exact=True)
	expect(pane.get_by_text("This amount may be released by: Credit Manager.")).to_be_visible()
	expect(pane.get_by_role("button", name="Release")).to_have_count(0)
	expect(row(page, order).get_by_text("Credit Manager")).to_be_visible()
	assert not someone.troubles


def test_a_refused_decision_loses_no_comment(visit: Visits, shown: Shown, held: dict[str, Any]) -> None:
	someone = visit("credit")
	page = someone.go(f"/holds?hold={hold_of(shown, held)['name']}")
	page.keyboard.press("r")
	text = page.get_by_role("dialog").get_by_role("textbox")
	text.fill("Keep me")
	someone.context.set_offline(True)
	page.get_by_role("dialog").get_by_role("button", name="Release").click()
	expect(page.get_by_role("alert").get_by_text("The site cannot be reached")).to_be_visible()
	expect(text).to_have_value("Keep me")
	someone.context.set_offline(False)
	page.get_by_role("dialog").get_by_role("button", name="Release").click()
	expect(row(page, held)).to_be_hidden()
	assert hold_of(shown, held)["status"] == "Released"


def test_a_priority_is_changed_and_taken_back(visit: Visits, shown: Shown, held: dict[str, Any]) -> None:
	page = visit("credit").go(f"/holds?hold={hold_of(shown, held)['name']}")
	page.get_by_role("combobox", name="Priority").select_option("2")
	page.get_by_role("button", name="Undo").click()
	expect(page.get_by_role("combobox", name="Priority")).to_have_value("5")
	assert hold_of(shown, held)["priority"] == 5


def test_who_may_only_look_is_offered_nothing_to_decide(
	visit: Visits, shown: Shown, held: dict[str, Any]
) -> None:
	someone = visit("orders")
	page = someone.go(f"/holds?hold={hold_of(shown, held)['name']}")
	pane = page.get_by_role("region", name="Hold", exact=True)
	expect(pane.get_by_text("You may look at holds, not decide about them.")).to_be_visible()
	expect(pane.get_by_role("button", name=re.compile("Release|Reject|Review"))).to_have_count(0)
	page.keyboard.press("r")
	expect(page.get_by_role("dialog")).to_have_count(0)
	assert not someone.troubles


def test_a_customers_credit_is_agreed_and_its_parts_opened(
	visit: Visits, shown: Shown, held: dict[str, Any]
) -> None:
	someone = visit("Administrator")
	page = someone.go(f"/credit/{held['customer']}")
	page.get_by_role("button", name="Make a profile").click()
	dialog = page.get_by_role("dialog")
	dialog.get_by_label("Credit Limit", exact=True).fill("123456")
	dialog.get_by_role("button", name="Save").click()
	expect(dialog).to_be_hidden()
	expect(page.get_by_text(re.compile(r"123[.,]456")).first).to_be_visible()
	profile = shown.find("Credit Profile", ["customer", "=", held["customer"]])[0]["name"]
	assert shown.get("Credit Profile", profile)["credit_limit"] == 123456
	page.get_by_role("button", name="Edit").click()
	someone.context.set_offline(True)
	dialog.get_by_label("Credit Limit", exact=True).fill("77000")
	dialog.get_by_role("button", name="Save").click()
	expect(dialog.get_by_role("alert").get_by_text("The site cannot be reached")).to_be_visible()
	expect(dialog.get_by_label("Credit Limit", exact=True)).to_have_value("77000")
	someone.context.set_offline(False)
	dialog.get_by_role("button", name="Save").click()
	expect(page.get_by_role("heading", name="Changes")).to_be_visible()


def test_the_parts_of_an_exposure_open_their_documents(visit: Visits, shown: Shown) -> None:
	invoice = shown.find(
		"Sales Invoice", ["outstanding_amount", ">", 1], ["docstatus", "=", 1], limit_page_length=1
	)[0]["name"]
	customer = shown.get("Sales Invoice", invoice)["customer"]
	someone = visit("Administrator")
	page = someone.go(f"/credit/{customer}")
	page.get_by_role("button", name="Receivables").click()
	page.get_by_role("link", name=re.compile(invoice)).first.click()
	expect(page).to_have_url(re.compile(f"/form/Sales%20Invoice/{invoice}"))
	assert not someone.troubles


def test_a_policy_is_edited_compared_and_activated(
	visit: Visits, shown: Shown, policy: dict[str, Any]
) -> None:
	someone = visit("credit")
	page = someone.go(f"/credit-policies/{policy['name']}")
	page.get_by_role("button", name=re.compile("^Over the Limit")).click()
	condition = page.get_by_role("textbox", name="Condition").first
	condition.fill("amount > 10 and nonsense")
	expect(page.get_by_role("alert").get_by_text(re.compile("nonsense")).first).to_be_visible()
	expect(page.get_by_role("button", name="Activate")).to_be_disabled()
	condition.fill("amount > 10")
	expect(page.get_by_text("It can be used as it is.")).to_be_visible()
	handle = page.get_by_role("button", name=re.compile("^Move Over the Limit"))
	handle.focus()
	page.keyboard.press("ArrowDown")
	expect(page.get_by_role("button", name=re.compile("^Move Over the Limit.*2 of 2"))).to_be_focused()
	page.keyboard.press("Control+s")
	expect(page.get_by_role("button", name="Save")).to_be_hidden()
	stored = shown.get("Credit Policy", policy["name"])
	assert [rule["title"] for rule in stored["rules"]] == ["Blocked Account", "Over the Limit"]
	assert stored["rules"][1]["condition"] == "amount > 10"
	page.get_by_role("button", name="Activate").click()
	page.get_by_role("dialog").get_by_role("button", name="Activate").click()
	expect(page.get_by_text("In Force", exact=True).first).to_be_visible()
	version = f"{policy['name']} v1"
	assert shown.get("Credit Policy", policy["name"])["active_version"] == version
	page.get_by_role("tab", name="Versions").click()
	page.get_by_role("button", name=re.compile(version)).click()
	expect(page.get_by_role("tabpanel").get_by_text("amount > 10")).to_be_visible()
	page.get_by_role("tab", name="Rules").click()
	page.get_by_role("button", name=re.compile("^Blocked Account")).click()
	page.get_by_role("combobox", name="Outcome").first.select_option("Reject")
	page.get_by_role("tab", name="Compare").click()
	expect(page.get_by_text(f"Compared with {version}, which is in force.")).to_be_visible()
	expect(page.get_by_role("tabpanel").get_by_text("Reject")).to_be_visible()
	assert not someone.troubles


def test_a_policy_is_simulated_beside_the_one_in_force(
	visit: Visits, shown: Shown, policy: dict[str, Any]
) -> None:
	someone = visit("credit")
	page = someone.go(f"/credit-policies/{policy['name']}")
	page.get_by_role("button", name=re.compile("^Over the Limit")).click()
	page.get_by_role("combobox", name="Test").first.select_option("Order Value")
	page.get_by_role("spinbutton", name="Amount").first.fill("1")
	page.get_by_role("tab", name="Simulation").click()
	page.get_by_role("button", name="Start").click()
	expect(page.get_by_role("progressbar", name="Simulation")).to_be_visible()
	run = shown.find("Credit Simulation", ["policy", "=", policy["name"]], fields=["run"])[0]["run"]
	shown.run("carry_out.py", run)
	result = page.get_by_role("region", name="Result")
	expect(result.get_by_role("columnheader", name="Working copy")).to_be_visible()
	held = result.get_by_role("row", name=re.compile("^Held Orders"))
	expect(held).to_contain_text("+")
	expect(page.get_by_role("link", name=re.compile("^SAL-ORD-")).first).to_be_visible()
	page.get_by_label("Which orders").select_option("milder")
	expect(page.get_by_role("link", name=re.compile("^SAL-ORD-"))).to_have_count(0)
	found = complaints(page)
	assert not found
	assert not someone.troubles


def test_what_was_typed_into_a_policy_outlives_a_reload(
	visit: Visits, shown: Shown, policy: dict[str, Any]
) -> None:
	page = visit("credit").go(f"/credit-policies/{policy['name']}")
	page.get_by_label("Description").fill("Half a thought")
	page.on("dialog", lambda dialog: dialog.accept())
	page.reload()
	expect(page.get_by_text("What you had typed here before was brought back.")).to_be_visible()
	expect(page.get_by_label("Description")).to_have_value("Half a thought")
	page.get_by_role("button", name="Discard it").click()
	expect(page.get_by_label("Description")).to_have_value("")


def test_who_may_not_write_reads_a_policy(visit: Visits, shown: Shown, policy: dict[str, Any]) -> None:
	someone = visit("controller")
	page = someone.go(f"/credit-policies/{policy['name']}")
	expect(page.get_by_text("Over the Limit")).to_be_visible()
	for name in ("Save", "Activate", "Simulate", "Add a rule"):
		expect(page.get_by_role("button", name=name)).to_have_count(0)
	assert not someone.troubles


@pytest.mark.parametrize(
	("scheme", "size"), [("light", "wide"), ("dark", "wide"), ("light", "narrow"), ("dark", "narrow")]
)
def test_the_pages_of_credit_are_quiet_and_accessible(
	visit: Visits, shown: Shown, held: dict[str, Any], policy: dict[str, Any], scheme: str, size: str
) -> None:
	someone = visit("Administrator", color_scheme=scheme, viewport=SIZES[size])
	found: list[str] = []

	def look(page: Any, where: str) -> None:
		page.wait_for_load_state("networkidle")
		found.extend(f"{where}: {complaint}" for complaint in complaints(page))
		wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
		if wider > 1:
			found.append(f"{where}: {wider} pixels wider than the screen")

	look(someone.go("/holds"), "queue")
	look(someone.go(f"/holds?hold={hold_of(shown, held)['name']}"), "hold")
	someone.page.keyboard.press("r")
	expect(someone.page.get_by_role("dialog")).to_be_visible()
	look(someone.page, "decision")
	look(someone.go(f"/credit/{held['customer']}"), "credit")
	look(someone.go("/credit-policies"), "policies")
	page = someone.go(f"/credit-policies/{policy['name']}")
	page.get_by_role("button", name=re.compile("^Over the Limit")).click()
	page.get_by_role("textbox", name="Condition").first.fill("nonsense")
	expect(page.get_by_role("alert").first).to_be_visible()
	look(page, "policy")
	for tab in ("Compare", "Versions"):
		page.get_by_role("tab", name=tab).click()
		look(page, tab)
	if shown.find("Credit Simulation"):
		page = someone.go(
			f"/credit-policies/{shown.find('Credit Simulation', fields=['policy'])[0]['policy']}"
		)
		page.get_by_role("tab", name="Simulation").click()
		look(page, "simulation")
	assert not found
	assert not someone.troubles


@pytest.mark.parametrize("role", STAFF)
def test_what_a_role_may_not_see_of_credit_is_not_sent(shown: Shown, held: dict[str, Any], role: str) -> None:
	client = shown.client(STAFF[role])
	hold = hold_of(shown, held)["name"]
	params = {"doctype": "Credit Hold", "fields": '["name"]', "limit_page_length": 0}
	listed = client.get("/api/method/frappe.client.get_list", params=params)
	queue = client.get("/api/method/o2c_extensions.o2c_workspace.api.hold_queue")
	one = client.get("/api/method/o2c_extensions.o2c_workspace.api.hold", params={"name": hold})
	credit = client.get(
		"/api/method/o2c_extensions.o2c_workspace.api.customer_credit", params={"name": held["customer"]}
	)
	assert queue.status_code == one.status_code == listed.status_code
	if listed.status_code != 200:
		assert credit.status_code == 403
		return
	everything = {row["name"] for row in listed.json()["message"]}
	assert {row["name"] for row in queue.json()["message"]["holds"]} <= everything
	invoices = client.get(
		"/api/method/frappe.client.get_list",
		params={
			"doctype": "Sales Invoice",
			"fields": '["name"]',
			"filters": json.dumps([["docstatus", "=", 1]]),
		},
	)
	if credit.status_code == 200:
		assert (credit.json()["message"]["balances"] is not None) == (invoices.status_code == 200)
