"""What members of staff do all day, in the browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.browser.conftest import STAFF, Shown, Visit

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import expect

Visits = Callable[..., Visit]


def choose(page: Any, field: str, value: str) -> None:
	"""Type into a link field and take what is found."""
	page.get_by_role("combobox", name=field, exact=True).fill(value)
	page.get_by_role("listbox", name=field, exact=True).get_by_role("option", name=value).first.click()


@pytest.fixture
def held(shown: Shown) -> dict[str, Any]:
	"""An order that its customer's limit does not cover."""
	return held_order(shown)


def held_order(shown: Shown, qty: int = 3) -> dict[str, Any]:
	template = shown.find("Sales Order", ["docstatus", "=", 1], limit_page_length=1)[0]["name"]
	order = shown.get("Sales Order", template)
	customer = shown.insert(
		"Customer",
		customer_name=f"Gasthof Probe {uuid4().hex[:6]}",
		customer_type="Company",
		customer_group=shown.get("Customer", order["customer"])["customer_group"],
		territory=order["territory"],
		credit_limits=[{"company": order["company"], "credit_limit": 10}],
	)
	made = shown.insert(
		"Sales Order",
		customer=customer["name"],
		company=order["company"],
		transaction_date=order["transaction_date"],
		delivery_date=order["delivery_date"],
		items=[
			{
				"item_code": order["items"][0]["item_code"],
				"qty": qty,
				"rate": 100,
				"warehouse": order["items"][0]["warehouse"],
				"delivery_date": order["delivery_date"],
			}
		],
	)
	shown.put("Sales Order", made["name"], docstatus=1)
	stored = shown.get("Sales Order", made["name"])
	assert stored["o2c_credit_status"] == "Held"
	return stored


def test_a_held_order_is_found_and_released(visit: Visits, held: dict[str, Any], shown: Shown) -> None:
	page = visit("credit").go("/")
	page.get_by_role("link", name=re.compile("Held orders")).click()
	expect(page.get_by_role("heading", name="Credit Holds")).to_be_visible()
	page.get_by_role("region", name="Holds that wait").get_by_role(
		"link", name=re.compile(held["name"])
	).click()
	pane = page.get_by_role("region", name="Hold", exact=True)
	pane.get_by_role("link", name=held["name"]).first.click()
	expect(page).to_have_url(re.compile(f"/order/{held['name']}"))
	expect(page.get_by_text("This order is held.")).to_be_visible()
	page.get_by_role("button", name="Release").click()
	page.get_by_role("dialog").get_by_role("textbox").fill("Pays in advance")
	page.get_by_role("dialog").get_by_role("button", name="Release").click()
	expect(page.get_by_text("Credit: Released")).to_be_visible()
	assert shown.get("Sales Order", held["name"])["o2c_credit_status"] == "Released"


def test_an_order_is_typed_in_and_submitted(visit: Visits, shown: Shown) -> None:
	template = shown.find("Sales Order", ["docstatus", "=", 1], limit_page_length=1)[0]["name"]
	order = shown.get("Sales Order", template)
	someone = visit("orders")
	page = someone.go("/form/Sales Order/new")
	choose(page, "Customer", order["customer"])
	soon = (date.today() + timedelta(days=30)).isoformat()
	page.get_by_label("Delivery Date", exact=True).fill(soon)
	page.get_by_role("button", name="Add a row").first.click()
	choose(page, "Item Code 1", order["items"][0]["item_code"])
	page.get_by_label("Delivery Date 1").fill(soon)
	page.get_by_label("Quantity 1").fill("2")
	page.get_by_role("button", name="Save").click()
	expect(page.get_by_role("button", name="Submit")).to_be_visible()
	page.once("dialog", lambda dialog: dialog.accept())
	page.get_by_role("button", name="Submit").click()
	expect(page.get_by_role("button", name="Cancel")).to_be_visible()
	name = page.url.rsplit("/", 1)[1]
	assert shown.get("Sales Order", name)["docstatus"] == 1
	assert not someone.troubles


def test_what_is_missing_is_said_before_it_is_sent(visit: Visits) -> None:
	page = visit("orders").go("/form/Sales Order/new")
	page.get_by_role("button", name="Save").click()
	expect(page.get_by_text("Customer is missing.")).to_be_visible()


def test_search_leads_to_an_order(visit: Visits, shown: Shown) -> None:
	name = shown.find("Sales Order", ["docstatus", "=", 1], limit_page_length=1)[0]["name"]
	page = visit("orders").go("/")
	page.keyboard.press("Control+k")
	page.get_by_role("combobox", name=re.compile("Search orders")).fill(name)
	expect(page.get_by_role("option", name=re.compile(name)).first).to_be_visible()
	page.keyboard.press("Enter")
	expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_a_list_is_filtered_sorted_and_walked_by_keyboard(visit: Visits, shown: Shown) -> None:
	page = visit("orders").go("/list/Sales Order")
	page.get_by_label("Search this list").fill("Completed-nothing-like-this")
	expect(page.get_by_text("Nothing matches these filters")).to_be_visible()
	page.get_by_role("button", name="Clear the filters").click()
	expect(page.get_by_role("row").nth(3)).to_be_visible()
	page.get_by_role("button", name=re.compile("^Grand Total")).click()
	expect(page.get_by_role("columnheader", name=re.compile("Grand Total"))).to_have_attribute(
		"aria-sort", "descending"
	)
	page.wait_for_load_state("networkidle")
	page.locator("body").click(position={"x": 700, "y": 5})
	page.keyboard.press("j")
	page.keyboard.press("Enter")
	expect(page).to_have_url(re.compile("/o2c/order/"))
	largest = shown.find("Sales Order", order_by="grand_total desc", limit_page_length=1)[0]["name"]
	assert page.url.endswith(largest)


def test_a_lost_connection_loses_no_typing(visit: Visits, shown: Shown) -> None:
	someone = visit("Administrator")
	page = someone.go("/form/O2C Settings/O2C Settings")
	before = shown.get("O2C Settings", "O2C Settings")["supply_days"]
	someone.context.set_offline(True)
	page.get_by_label("Supply Time (Days)").fill(str(before + 3))
	page.get_by_role("button", name="Save").click()
	expect(page.get_by_role("alert").get_by_text("The site cannot be reached")).to_be_visible()
	expect(page.get_by_label("Supply Time (Days)")).to_have_value(str(before + 3))
	someone.context.set_offline(False)
	page.get_by_role("button", name="Save").click()
	expect(page.get_by_role("button", name="Save")).to_be_hidden()
	assert shown.get("O2C Settings", "O2C Settings")["supply_days"] == before + 3
	shown.put("O2C Settings", "O2C Settings", supply_days=before)


def test_a_stale_document_is_told_and_what_was_typed_stays(visit: Visits, shown: Shown) -> None:
	page = visit("Administrator").go("/form/O2C Settings/O2C Settings")
	before = shown.get("O2C Settings", "O2C Settings")["handling_days"]
	page.get_by_label("Handling Time (Days)").fill("9")
	shown.put("O2C Settings", "O2C Settings", supply_days=11)
	page.get_by_role("button", name="Save").click()
	expect(page.get_by_role("alert").get_by_text("Somebody else has changed this document")).to_be_visible()
	expect(page.get_by_label("Handling Time (Days)")).to_have_value("9")
	page.get_by_role("button", name="Load it as it is now").click()
	expect(page.get_by_label("Handling Time (Days)")).to_have_value(str(before))
	expect(page.get_by_label("Supply Time (Days)")).to_have_value("11")


def test_a_missing_permission_is_told(visit: Visits) -> None:
	page = visit("analyst").go("/form/Workflow/Credit Hold")
	expect(page.get_by_role("alert").get_by_text("You may not do this")).to_be_visible()


def test_an_administrator_sees_the_workflow_drawn(visit: Visits) -> None:
	page = visit("Administrator").go("/form/Workflow/Credit Hold")
	expect(page.get_by_role("img", name=re.compile("Open → In Review"))).to_be_visible()


def test_a_report_has_its_filters_chart_and_rows(visit: Visits) -> None:
	page = visit("analyst").go("/report/O2C KPI Trend")
	expect(page.locator("figure canvas, figure svg").first).to_be_visible()
	page.get_by_label("Figure").select_option(label="Hold Rate")
	expect(page.get_by_role("columnheader", name="Hold Rate")).to_be_visible()


def test_a_run_shows_how_far_it_is(visit: Visits, shown: Shown) -> None:
	run = shown.find("O2C Run", ["status", "=", "Completed"], limit_page_length=1)[0]["name"]
	page = visit("admin").go(f"/run/{run}")
	expect(page.get_by_role("progressbar")).to_be_visible()
	expect(page.get_by_text("Completed", exact=True)).to_be_visible()


def test_a_table_of_the_banks_is_mapped_and_imported(visit: Visits, shown: Shown) -> None:
	line = shown.find("Bank Transaction", fields=["bank_account", "date"], limit_page_length=1)[0]
	someone = visit("cash")
	page = someone.go("/list/Bank%20Statement")
	page.get_by_role("button", name="Import a statement").click()
	dialog = page.get_by_role("dialog")
	text, info = f"Thanks {uuid4().hex[:6]}", f"Info {uuid4().hex[:6]}"
	year, month, day = line["date"].split("-")
	table = f"Buchungstag;Betrag;{info}\n{day}.{month}.{year};12,34;{text}\n{day}.{month}.{year};x;{text}\n"
	file = {"name": "umsatz.csv", "mimeType": "text/csv", "buffer": table.encode()}
	dialog.locator("input[type=file]").set_input_files(file)
	expect(dialog.get_by_text("1 rows cannot be read")).to_be_visible()
	expect(dialog.get_by_role("combobox", name="Booking Date")).to_have_value("Buchungstag")
	dialog.locator("input[type=file]").set_input_files(
		{**file, "buffer": table.replace(";x;", ";1,00;").encode()}
	)
	expect(dialog.get_by_text("rows cannot be read")).to_be_hidden()
	dialog.get_by_role("checkbox", name=info).check()
	expect(dialog.get_by_role("cell", name=text).first).to_be_visible()
	choose(dialog, "Bank Account", line["bank_account"])
	page.wait_for_load_state("networkidle")
	name = f"Umsatz {uuid4().hex[:6]}"
	dialog.get_by_role("textbox", name="Save this mapping as").fill(name)
	dialog.get_by_role("button", name="Import", exact=True).click()
	expect(dialog.get_by_text("2 lines: 2 new")).to_be_visible()
	assert shown.find("Bank Transaction", ["description", "=", text], limit_page_length=5)
	assert shown.get("Bank Statement Mapping", name)["text_columns"] == info
	assert not someone.troubles


def test_cleared_filters_come_back(visit: Visits) -> None:
	page = visit("orders").go("/list/Sales Order?f.status=%3D:Completed")
	chips = page.get_by_role("list", name="Filters in use")
	expect(chips).to_contain_text("Completed")
	page.get_by_role("button", name="Clear", exact=True).click()
	expect(chips).to_be_hidden()
	page.get_by_role("button", name="Undo").click()
	expect(chips).to_contain_text("Completed")


def test_a_removed_row_comes_back(visit: Visits) -> None:
	page = visit("orders").go("/form/Sales Order/new")
	page.get_by_role("button", name="Add a row").first.click()
	page.get_by_label("Quantity 1").fill("7")
	page.get_by_role("button", name="Remove row 1").click()
	expect(page.get_by_label("Quantity 1")).to_be_hidden()
	page.get_by_role("button", name="Undo").click()
	expect(page.get_by_label("Quantity 1")).to_have_value("7")


@pytest.mark.parametrize("language", ["de", "nl"])
def test_the_workspace_speaks_the_language_of_its_user(visit: Visits, shown: Shown, language: str) -> None:
	user = STAFF["collections"]
	shown.put("User", user, language=language)
	try:
		ours = shown.boot(user)["texts"]
		theirs = (
			shown.client(user).get("/api/method/o2c_extensions.o2c_workspace.api.texts").json()["message"]
		)
		page = visit("collections").go("/list/Sales Invoice")
		for text in ("Overview", "Customers", "Orders"):
			assert ours[text]
			expect(page.get_by_role("navigation").get_by_text(ours[text], exact=True).first).to_be_visible()
		# Labels of ERPNext's own fields come after the first screen.
		heading = theirs["Grand Total"]
		assert heading != "Grand Total"
		expect(page.get_by_role("columnheader", name=heading)).to_be_visible()
	finally:
		shown.put("User", user, language="en")
