"""What comes beside statements, in the browser: remittance advices, notifications, and what was kept back."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from uuid import uuid4

import pytest

from tests.browser.conftest import Shown, Visit
from tests.browser.test_cash import API, Bank, bank
from tests.browser.test_pages import complaints
from tests.support import camt
from tests.support.camt import Detail, booking
from tests.support.remittance import remadv

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import expect

__all__ = ["bank"]
Visits = Callable[..., Visit]


def test_a_remittance_advice_is_imported(visit: Visits, shown: Shown, bank: Bank) -> None:
	invoice = bank.invoice()
	amount = f"{invoice['outstanding_amount']:.2f}"
	someone = visit("cash")
	page = someone.go("/")
	page.get_by_role("navigation").get_by_role("link", name="Remittance Advices").click()
	page.get_by_role("button", name="Import a remittance advice").click()
	dialog = page.get_by_role("dialog")
	number = f"AV-{uuid4().hex[:8]}"
	content = remadv([(invoice["name"], amount)], reference=number, number=number, payer=bank.payer)
	dialog.locator("input[type=file]").set_input_files(
		{"name": "avis.edi", "mimeType": "text/plain", "buffer": content}
	)
	expect(dialog.get_by_text(re.compile(r"REMADV.*: 1 remittance advices"))).to_be_visible()
	dialog.get_by_role("button", name="Import", exact=True).click()
	expect(dialog.get_by_text("Its payment has not come yet.")).to_be_visible()
	assert not complaints(page)
	[made] = shown.find("Remittance Advice", ["advice_number", "=", number])
	dialog.get_by_role("link", name=made["name"]).click()
	expect(page.get_by_text(number).first).to_be_visible()
	assert not someone.troubles


def test_what_became_of_a_notification_is_told(visit: Visits, shown: Shown, bank: Bank) -> None:
	iban = shown.get("Bank Account", bank.account["bank_account"])["iban"]
	day = shown.boot("Administrator")["today"]
	parts = (Detail(Decimal("10.50"), uuid4().hex), Detail(Decimal("19.50"), uuid4().hex))
	told = booking("30", day, "Sammelgutschrift", bank_reference=uuid4().hex[:12], batch=parts)
	statement = camt.statement(iban, "0", [told], number=uuid4().hex[:8])
	statement = re.sub(r"<Bal>.*?</Bal>", "", statement, flags=re.DOTALL)
	content = camt.document([statement.replace("Stmt>", "Ntfctn>")], kind="054")
	someone = visit("cash")
	page = someone.go("/list/Bank%20Statement")
	page.get_by_role("button", name="Import a statement").click()
	dialog = page.get_by_role("dialog")
	dialog.locator("input[type=file]").set_input_files(
		{"name": "n.xml", "mimeType": "text/xml", "buffer": content}
	)
	dialog.get_by_role("button", name="Import", exact=True).click()
	expect(
		dialog.get_by_text("1 batches: 0 lines are taken apart, the others wait for their statement.")
	).to_be_visible()
	dialog.get_by_role("button", name="Close").last.click()
	expect(dialog).to_be_hidden()
	assert not someone.troubles


def test_what_was_kept_back_is_accepted(visit: Visits, shown: Shown, bank: Bank) -> None:
	invoice = bank.invoice()
	bank.payer = bank.customer
	paid = round(invoice["outstanding_amount"] - 12.34, 2)
	line = bank.line(paid, f"Rechnung {invoice['name']} abzgl. Transportschaden")
	answer = shown.client().post(f"{API}.confirm", json={"line": line})
	assert answer.status_code == 200, answer.text
	[kept] = shown.find("Deduction", ["sales_invoice", "=", invoice["name"]])
	someone = visit("cash")
	page = someone.go(f"/form/Deduction/{kept['name']}")
	expect(page.get_by_text(re.compile("were kept back and are open still"))).to_be_visible()
	page.get_by_role("button", name="Accept").click()
	dialog = page.get_by_role("dialog")
	dialog.get_by_role("textbox", name="Comment").fill("Photos received")
	assert not complaints(page)
	dialog.get_by_role("button", name="Accept").click()
	expect(page.get_by_text(re.compile("were kept back and are open still"))).to_be_hidden()
	assert shown.get("Deduction", kept["name"])["status"] == "Accepted"
	assert bank.open_on(invoice["name"]) == 0
	assert not someone.troubles
