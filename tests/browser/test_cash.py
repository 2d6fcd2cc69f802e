"""The cash workbench in the browser: lines worked through with the keyboard, by one clerk and by two."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from tests.browser.conftest import Shown, Visit
from tests.browser.test_journeys import choose
from tests.browser.test_pages import SIZES, complaints

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import expect

Visits = Callable[..., Visit]
API = "/api/method/o2c_extensions.cash_application.api"
_CENTS = count(1)


class Bank:
	"""Lines of a payer whom nobody knows, and what they are meant for."""

	def __init__(self, shown: Shown) -> None:
		self.shown = shown
		self.payer = f"Holding {uuid4().hex[:8]}"
		order = shown.find("Sales Order", ["docstatus", "=", 1], limit_page_length=1)[0]["name"]
		self.order = shown.get("Sales Order", order)
		fields = ["bank_account", "currency"]
		self.account = shown.find("Bank Transaction", fields=fields, limit_page_length=1)[0]
		self.word = uuid4().hex[:8]
		self.customer = self.new_customer(self.word)

	def new_customer(self, name: str = "") -> str:
		made = self.shown.insert(
			"Customer",
			customer_name=f"Gasthof {name or uuid4().hex[:8]}",
			customer_type="Company",
			customer_group=self.shown.get("Customer", self.order["customer"])["customer_group"],
			territory=self.order["territory"],
		)
		return str(made["name"])

	def invoice(self, customer: str | None = None) -> dict[str, Any]:
		# An amount that nothing else has.
		rate = 300 + next(_CENTS) * 7.13 + int(uuid4().hex[:4], 16) / 100
		item = {"item_code": self.order["items"][0]["item_code"], "qty": 1, "rate": round(rate, 2)}
		made = self.shown.insert(
			"Sales Invoice",
			customer=customer or self.customer,
			company=self.order["company"],
			items=[item],
		)
		return self.shown.put("Sales Invoice", made["name"], docstatus=1)

	def line(self, amount: float, text: str = "Thank you") -> str:
		made = self.shown.insert(
			"Bank Transaction",
			date=self.shown.boot("Administrator")["today"],
			bank_account=self.account["bank_account"],
			company=self.order["company"],
			currency=self.account["currency"],
			deposit=round(amount, 2),
			description=text,
			bank_party_name=self.payer,
		)
		self.shown.put("Bank Transaction", made["name"], docstatus=1)
		answer = self.shown.client().post(f"{API}.apply", json={"bank_transaction": made["name"]})
		assert answer.status_code == 200, answer.text
		assert answer.json()["message"]["payment_entry"] is None
		return str(made["name"])

	def proposed(self) -> tuple[str, str]:
		"""A line of somebody whose name has a word of the customer's, and the invoice of its amount, which is proposed for it."""
		self.payer = f"Holding {self.word}"
		invoice = self.invoice()
		line = self.line(invoice["outstanding_amount"])
		found = self.shown.find(
			"Match Proposal", ["bank_transaction", "=", line], ["status", "=", "Proposed"]
		)
		assert found, "nothing is proposed"
		return line, invoice["name"]

	def open_on(self, invoice: str) -> float:
		return float(self.shown.get("Sales Invoice", invoice)["outstanding_amount"])

	def of(self, line: str) -> dict[str, Any]:
		return self.shown.get("Bank Transaction", line)

	@property
	def path(self) -> str:
		return f"/cash?text={self.payer}"


@pytest.fixture
def bank(shown: Shown) -> Bank:
	return Bank(shown)


def pane(page: Any) -> Any:
	return page.get_by_role("region", name="Line", exact=True)


def test_a_proposal_is_confirmed_and_taken_back_with_the_keyboard(visit: Visits, bank: Bank) -> None:
	line, invoice = bank.proposed()
	someone = visit("cash")
	page = someone.go(bank.path)
	expect(pane(page).get_by_role("heading", name="Proposed")).to_be_visible()
	expect(pane(page).get_by_text("The amount is exactly what is open.").first).to_be_visible()
	page.keyboard.press("Enter")
	expect(page.get_by_text("Everything is matched")).to_be_hidden()
	expect(page.get_by_text(re.compile("^Matched: "))).to_be_visible()
	expect(page.get_by_text("Nothing matches")).to_be_visible()
	assert bank.open_on(invoice) == 0
	assert bank.of(line)["o2c_match_status"] == "Matched by Hand"
	page.keyboard.press("u")
	expect(page.get_by_role("dialog").get_by_text("These are cancelled:")).to_be_visible()
	expect(page.get_by_role("dialog").get_by_role("button", name="Take back")).to_be_focused()
	page.keyboard.press("Enter")
	expect(page.get_by_text(re.compile("^Cancelled: "))).to_be_visible()
	expect(page.locator(f"#line-{line}")).to_be_visible()
	assert bank.open_on(invoice) > 0
	assert bank.of(line)["unallocated_amount"] > 0
	assert not someone.troubles


def test_what_is_confirmed_gives_way_to_the_next(visit: Visits, bank: Bank) -> None:
	first, second = bank.proposed()[0], bank.proposed()[0]
	page = visit("cash").go(bank.path)
	expect(page).to_have_url(re.compile(f"line={first}"))
	page.keyboard.press("j")
	expect(page).to_have_url(re.compile(f"line={second}"))
	page.keyboard.press("ArrowUp")
	expect(page).to_have_url(re.compile(f"line={first}"))
	expect(pane(page).get_by_role("button", name="Confirm", exact=True)).to_be_visible()
	page.keyboard.press("Enter")
	expect(page).to_have_url(re.compile(f"line={second}"))
	expect(page.get_by_role("region", name="Bank lines")).to_be_focused()
	assert bank.of(first)["unallocated_amount"] == 0
	assert bank.of(second)["unallocated_amount"] > 0


def test_a_line_is_split_over_documents_of_two_customers(visit: Visits, bank: Bank) -> None:
	invoices = [bank.invoice(), bank.invoice(bank.new_customer())]
	line = bank.line(sum(invoice["outstanding_amount"] for invoice in invoices))
	someone = visit("cash")
	page = someone.go(bank.path)
	expect(pane(page).get_by_role("button", name="Match by hand")).to_be_visible()
	page.keyboard.press("s")
	search = page.get_by_role("combobox", name="Search open documents")
	expect(search).to_be_focused()
	for invoice in invoices:
		search.fill(invoice["name"])
		expect(page.get_by_role("option", name=re.compile(invoice["name"]))).to_be_visible()
		page.keyboard.press("Enter")
		expect(page.get_by_label(f"Amount for {invoice['name']}")).to_be_visible()
	page.keyboard.press("Control+Enter")
	expect(page.get_by_text(re.compile("^Matched: "))).to_be_visible()
	assert [bank.open_on(invoice["name"]) for invoice in invoices] == [0, 0]
	assert bank.of(line)["unallocated_amount"] == 0
	assert not someone.troubles


def test_a_small_difference_is_written_off(visit: Visits, bank: Bank, shown: Shown) -> None:
	company = shown.get("Company", bank.order["company"])
	assert company["write_off_account"], "the demo has an account for small differences"
	invoice = bank.invoice()
	line = bank.line(invoice["outstanding_amount"] - 1.17)
	page = visit("cash").go(bank.path)
	expect(pane(page).get_by_role("button", name="Match by hand")).to_be_visible()
	page.keyboard.press("/")
	page.get_by_role("combobox", name="Search open documents").fill(invoice["name"])
	expect(page.get_by_role("option", name=re.compile(invoice["name"]))).to_be_visible()
	page.keyboard.press("Enter")
	expect(page.get_by_text("stays open")).to_be_visible()
	page.keyboard.press("Escape")
	page.keyboard.press("Escape")
	page.keyboard.press("w")
	expect(page.get_by_text("paid in full")).to_be_visible()
	expect(page.get_by_role("button", name="Match", exact=True)).to_be_focused()
	page.keyboard.press("Enter")
	expect(page.get_by_text(re.compile("^Matched: "))).to_be_visible()
	assert bank.open_on(invoice["name"]) == 0
	assert bank.of(line)["unallocated_amount"] == 0


def test_a_line_is_booked_straight_to_an_account(visit: Visits, bank: Bank, shown: Shown) -> None:
	account = shown.find(
		"Account",
		["company", "=", bank.order["company"]],
		["root_type", "=", "Income"],
		["is_group", "=", 0],
		limit_page_length=1,
	)[0]["name"]
	line = bank.line(11.11, "Refund")
	someone = visit("cash")
	page = someone.go(bank.path)
	expect(pane(page).get_by_role("button", name="Book to an account")).to_be_visible()
	page.keyboard.press("b")
	dialog = page.get_by_role("dialog")
	expect(dialog.get_by_role("combobox", name="Account")).to_be_focused()
	choose(dialog, "Account", account)
	dialog.get_by_role("button", name="Book", exact=True).click()
	expect(page.get_by_text(re.compile("^Matched: "))).to_be_visible()
	voucher = bank.of(line)["payment_entries"][0]
	assert voucher["payment_document"] == "Journal Entry"
	assert account in [
		row["account"] for row in shown.get("Journal Entry", voucher["payment_entry"])["accounts"]
	]
	assert not someone.troubles


def test_all_of_one_kind_are_confirmed_and_each_says_what_came_of_it(visit: Visits, bank: Bank) -> None:
	made = [bank.proposed() for _line in range(3)]
	someone = visit("cash")
	page = someone.go(bank.path)
	expect(pane(page).get_by_role("heading", name="Proposed")).to_be_visible()
	page.keyboard.press("Shift+C")
	dialog = page.get_by_role("dialog")
	expect(dialog.get_by_text("3 lines, together")).to_be_visible()
	for _line, invoice in made:
		expect(dialog.get_by_text(re.compile(invoice))).to_be_visible()
	# Somebody takes one of them away in the meantime.
	answer = bank.shown.client().post(f"{API}.confirm", json={"line": made[1][0]})
	assert answer.status_code == 200, answer.text
	page.keyboard.press("Enter")
	expect(dialog.get_by_text("2 matched, 1 refused")).to_be_visible()
	expect(dialog.get_by_text("Somebody else has changed")).to_be_visible()
	page.keyboard.press("Escape")
	assert [bank.open_on(invoice) for _line, invoice in made] == [0, 0, 0]
	assert not someone.troubles


def test_of_two_clerks_one_wins_and_the_other_is_told(visit: Visits, bank: Bank) -> None:
	line, invoice = bank.proposed()
	one, other = visit("cash"), visit("Administrator")
	pages = [someone.go(bank.path) for someone in (one, other)]
	for page in pages:
		expect(pane(page).get_by_role("button", name="Confirm", exact=True)).to_be_visible()
	pages[0].keyboard.press("Enter")
	expect(pages[0].get_by_text(re.compile("^Matched: "))).to_be_visible()
	pages[1].keyboard.press("Enter")
	expect(pages[1].get_by_text(re.compile("Somebody else has changed")).first).to_be_visible()
	expect(pane(pages[1]).get_by_role("button", name="Confirm", exact=True)).to_be_hidden()
	expect(pane(pages[1]).get_by_role("heading", name="Matched with")).to_be_visible()
	assert len(bank.of(line)["payment_entries"]) == 1
	assert bank.open_on(invoice) == 0


def test_what_is_declined_is_not_proposed_again(visit: Visits, bank: Bank) -> None:
	line, invoice = bank.proposed()
	page = visit("cash").go(bank.path)
	expect(pane(page).get_by_role("button", name="Decline")).to_be_visible()
	page.keyboard.press("d")
	expect(page.get_by_text("Declined: it is not proposed again.").first).to_be_visible()
	expect(pane(page).get_by_role("button", name="Confirm", exact=True)).to_be_hidden()
	expect(pane(page).get_by_role("button", name="Match by hand")).to_be_visible()
	assert bank.of(line)["unallocated_amount"] > 0
	assert bank.open_on(invoice) > 0


def test_one_of_the_nearest_is_taken_and_its_rest_written_off(visit: Visits, bank: Bank) -> None:
	invoice = bank.invoice()
	line = bank.line(invoice["outstanding_amount"] - 2.4, f"Payment {invoice['name']} less a fee")
	page = visit("cash").go(bank.path)
	near = pane(page).get_by_role("listitem").filter(has_text=invoice["name"])
	near.get_by_role("button", name="Use this").click()
	expect(page.get_by_role("button", name="Match", exact=True)).to_be_focused()
	page.keyboard.press("w")
	expect(page.get_by_text("paid in full")).to_be_visible()
	page.keyboard.press("Enter")
	expect(page.get_by_text(re.compile("^Matched: "))).to_be_visible()
	assert bank.open_on(invoice["name"]) == 0
	assert bank.of(line)["unallocated_amount"] == 0


def test_a_failed_request_loses_no_typing(visit: Visits, bank: Bank) -> None:
	_line, invoice = bank.proposed()
	someone = visit("cash")
	page = someone.go(bank.path)
	pane(page).get_by_role("button", name="Change or split").click()
	amount = page.get_by_label(f"Amount for {invoice}")
	amount.fill("12.5")
	someone.context.set_offline(True)
	page.get_by_role("button", name="Match", exact=True).click()
	expect(page.get_by_role("alert").get_by_text("The site cannot be reached")).to_be_visible()
	expect(amount).to_have_value(re.compile("^12[.,]50$"))
	someone.context.set_offline(False)
	before = bank.open_on(invoice)
	page.get_by_role("button", name="Match", exact=True).click()
	expect(page.get_by_text(re.compile("^Matched: "))).to_be_visible()
	assert round(before - bank.open_on(invoice), 2) == 12.5


def test_the_statement_total_is_always_there(visit: Visits, shown: Shown) -> None:
	statement = shown.find("Bank Statement", ["has_balances", "=", 1], limit_page_length=1)[0]["name"]
	page = visit("cash").go(f"/cash?statement={statement}&status=All")
	total = page.get_by_role("region", name="Statement total")
	for word in (statement, "Opening", "matched", "open", "Closing"):
		expect(total.get_by_text(word).first).to_be_visible()
	expect(total.get_by_text("are missing")).to_be_hidden()


def test_the_overview_and_a_line_lead_to_the_workbench(visit: Visits, bank: Bank) -> None:
	line = bank.line(13.37)
	page = visit("cash").go("/")
	page.get_by_role("link", name=re.compile("Receipts without an invoice")).click()
	expect(page.get_by_role("heading", name="Cash Workbench")).to_be_visible()
	page = visit("cash").go(f"/form/Bank Transaction/{line}")
	page.get_by_role("button", name="Cash Workbench").click()
	expect(page).to_have_url(re.compile(f"/cash\\?line={line}"))
	expect(pane(page).get_by_role("heading", name=bank.payer)).to_be_visible()


def test_who_may_not_see_bank_lines_is_told(visit: Visits) -> None:
	page = visit("analyst").go("/cash")
	expect(page.get_by_text("You may not do this").first).to_be_visible()


@pytest.mark.parametrize(("scheme", "size"), [("light", "wide"), ("dark", "narrow")])
def test_every_state_is_accessible(visit: Visits, bank: Bank, scheme: str, size: str) -> None:
	line, _invoice = bank.proposed()
	bank.proposed()
	someone = visit("cash", color_scheme=scheme, viewport=SIZES[size])
	found: list[str] = []

	def judge(state: str) -> None:
		found.extend(f"{state}: {complaint}" for complaint in complaints(page))
		wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
		if wider > 1:
			found.append(f"{state}: {wider} pixels wider than the screen")

	page = someone.go(bank.path)
	expect(page.locator(f"#line-{line}")).to_be_visible()
	judge("lines")
	page = someone.go(f"{bank.path}&line={line}")
	expect(pane(page).get_by_role("heading", name="Proposed")).to_be_visible()
	judge("proposal")
	page.keyboard.press("Shift+C")
	expect(page.get_by_role("dialog").get_by_text("2 lines, together")).to_be_visible()
	judge("several")
	page.keyboard.press("Escape")
	expect(page.get_by_role("dialog")).to_be_hidden()
	page.keyboard.press("b")
	expect(page.get_by_role("dialog").get_by_role("combobox", name="Account")).to_be_visible()
	judge("booking")
	# What was found for the account, then the dialog.
	page.keyboard.press("Escape")
	page.keyboard.press("Escape")
	expect(page.get_by_role("dialog")).to_be_hidden()
	pane(page).get_by_role("button", name="Change or split").click()
	expect(page.get_by_role("combobox", name="Search open documents")).to_be_visible()
	page.get_by_role("button", name="An account", exact=True).click()
	page.wait_for_load_state("networkidle")
	judge("by hand")
	assert not found
	assert not someone.troubles
