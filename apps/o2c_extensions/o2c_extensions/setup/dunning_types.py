"""The levels of dunning: Dunning Types that an administrator then owns, three for each company.

ERPNext's Dunning Type belongs to a company (fee, interest, account), so they are made for the companies that a site has, and
for a new company as soon as it is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import frappe

from o2c_extensions.setup import ledger, records

# BGB § 288 (2): between businesses nine percentage points above the base rate of § 247, which the Bundesbank sets each
# 1 January and 1 July. 1.27 % is the one of 1 July 2025: whoever owns the types keeps the rate up to date.
BASE_RATE = 1.27
STATUTORY_RATE = BASE_RATE + 9

_DEAR = {"de": "<p>Sehr geehrte Damen und Herren,</p>", "en": "<p>Dear Sir or Madam,</p>"}
_REMINDER = {
	"de": (
		"<p>sicher haben Sie es nur übersehen: die in diesem Schreiben aufgeführten Rechnungen sind seit einigen Tagen "
		"fällig.</p>",
		"<p>Bitte überweisen Sie den offenen Betrag. Sollten Sie schon gezahlt haben, betrachten Sie dieses Schreiben "
		"bitte als gegenstandslos.</p>",
	),
	"en": (
		"<p>you may have overlooked it: the invoices listed in this letter have been due for some days.</p>",
		"<p>Please transfer the open amount. If you have paid already, please disregard this letter.</p>",
	),
}
_FIRST = {
	"de": (
		"<p>nach unserer Zahlungserinnerung haben wir keinen Zahlungseingang feststellen können. Für die in diesem Schreiben "
		"aufgeführten Rechnungen berechnen wir eine Mahngebühr und den gesetzlichen Verzugszins.</p>",
		"<p>Bitte zahlen Sie innerhalb von sieben Tagen.</p>",
	),
	"en": (
		"<p>we have not received a payment since our reminder. For the invoices listed in this letter we charge a fee and "
		"statutory interest on arrears.</p>",
		"<p>Please pay within seven days.</p>",
	),
}
_FINAL = {
	"de": (
		"<p>trotz Erinnerung und Mahnung sind die in diesem Schreiben aufgeführten Rechnungen noch immer offen.</p>",
		"<p>Dies ist unsere letzte Mahnung. Geht innerhalb von sieben Tagen keine Zahlung ein, geben wir die Forderung "
		"zum gerichtlichen Mahnverfahren ab.</p>",
	),
	"en": (
		"<p>despite our reminder and our dunning letter, the invoices listed in this letter are still unpaid.</p>",
		"<p>This is our final notice. If we receive no payment within seven days, we will take legal action.</p>",
	),
}

LEVELS: tuple[dict[str, Any], ...] = (
	{
		"dunning_type": {"de": "Zahlungserinnerung", "en": "Payment Reminder"},
		"o2c_dunning_level": 1,
		"o2c_days_overdue": 3,
		"dunning_fee": 0,
		"rate_of_interest": 0,
		"letter": _REMINDER,
	},
	{
		"dunning_type": {"de": "Erste Mahnung", "en": "First Dunning"},
		"o2c_dunning_level": 2,
		"o2c_days_overdue": 14,
		"dunning_fee": 5,
		"rate_of_interest": STATUTORY_RATE,
		"letter": _FIRST,
	},
	{
		"dunning_type": {"de": "Letzte Mahnung", "en": "Final Notice"},
		"o2c_dunning_level": 3,
		"o2c_days_overdue": 28,
		"dunning_fee": 10,
		"rate_of_interest": STATUTORY_RATE,
		"letter": _FINAL,
	},
)
_GERMAN = ("Germany", "Austria")
_COMPANY_FIELDS = ["name", "abbr", "country", "default_income_account", "cost_center"]


def sync(companies: Iterable[str] | None = None) -> None:
	"""Make the levels for these companies, or for all, where they were never made.

	A company that has Dunning Types with levels already, whoever made them, gets none.
	"""
	filters = {"name": ("in", list(companies))} if companies is not None else {}
	rows = frappe.get_all("Company", filters=filters, fields=_COMPANY_FIELDS, limit_page_length=0)
	if not rows:
		return
	served = set(frappe.get_all("Dunning Type", filters={"o2c_dunning_level": (">", 0)}, pluck="company"))
	taken = set(frappe.get_all("Dunning Type", pluck="dunning_type", limit_page_length=0))
	made = set(ledger.made("Dunning Type"))
	with_default = set(frappe.get_all("Dunning Type", filters={"is_default": 1}, pluck="company"))
	wanted: list[dict[str, Any]] = []
	for company in rows:
		if company.name in served or not company.default_income_account:
			continue
		for level in LEVELS:
			record = _record(company, level, taken, company.name in with_default)
			if record["name"] not in made:
				wanted.append(record)
				taken.add(record["dunning_type"])
	if wanted:
		records.make_once("Dunning Type", wanted)


def _record(company: Any, level: dict[str, Any], taken: set[str], has_default: bool) -> dict[str, Any]:
	language = "de" if company.country in _GERMAN else "en"
	title = level["dunning_type"][language]
	if title in taken:
		# ERPNext wants the title to be unique among all companies.
		title = f"{title} {company.abbr}"
	values = {key: value for key, value in level.items() if key != "letter"}
	return {
		**values,
		"name": f"{title} - {company.abbr}",
		"dunning_type": title,
		"company": company.name,
		"is_default": int(level["o2c_dunning_level"] == 1 and not has_default),
		"income_account": company.default_income_account,
		"cost_center": company.cost_center,
		"dunning_letter_text": [
			{
				"language": each,
				"is_default_language": int(each == language),
				"body_text": _DEAR[each] + body,
				"closing_text": closing,
			}
			for each, (body, closing) in level["letter"].items()
		],
	}
