"""What v15 sets up for value added tax when a company is in Germany: accounts, templates of items and of documents."""

from __future__ import annotations

from typing import NamedTuple


class TaxAccount(NamedTuple):
	name: str
	root_type: str
	rate: float
	"""The account's own rate."""
	at_7: float
	"""The rate in the item tax template "7 %"; the one in "19 %" is `at_19`."""
	at_19: float


_INPUT, _OUTPUT = "Asset", "Liability"

ACCOUNTS = (
	TaxAccount("Abziehbare Vorsteuer 19 %", _INPUT, 19, 0, 19),
	TaxAccount("Abziehbare Vorsteuer 7 %", _INPUT, 7, 7, 0),
	TaxAccount("Abziehbare Vorsteuer aus innergemeinschaftlichem Erwerb 19 %", _INPUT, 19, 0, 19),
	TaxAccount("Abziehbare Vorsteuer aus innergemeinschaftlichem Erwerb", _INPUT, 7, 7, 0),
	TaxAccount("Abziehbare Vorsteuer nach § 13b UStG 19 %", _INPUT, 19, 0, 19),
	TaxAccount("Abziehbare Vorsteuer nach § 13b UStG", _INPUT, 7, 7, 0),
	TaxAccount("Entstandene Einfuhrumsatzsteuer", _INPUT, 0, 7, 19),
	TaxAccount("Umsatzsteuer 19 %", _OUTPUT, 19, 0, 19),
	TaxAccount("Umsatzsteuer 7 %", _OUTPUT, 7, 7, 0),
	TaxAccount("Umsatzsteuer aus innergemeinschaftlichem Erwerb 19 %", _OUTPUT, 19, 0, 19),
	TaxAccount("Umsatzsteuer aus innergemeinschaftlichem Erwerb", _OUTPUT, 7, 7, 0),
	TaxAccount("Umsatzsteuer nach § 13b UStG 19 %", _OUTPUT, 19, 0, 19),
	TaxAccount("Umsatzsteuer nach § 13b UStG", _OUTPUT, 7, 7, 0),
)

PARENTS = {_INPUT: "Tax Assets", _OUTPUT: "Duties and Taxes"}

ITEM_TEMPLATES = ("19 %", "7 %", "0%")

_SALES_TAX = ("Umsatzsteuer 19 %", "Umsatzsteuer 7 %")

# title -> accounts; the first is the default. Rates are zero there: the items' templates carry them.
SALES_TEMPLATES: dict[str, tuple[str, ...]] = {
	"Lieferung oder sonstige Leistung im Inland": _SALES_TAX,
	"Lieferung an Unternehmen in der EU": (),
	"Lieferung oder sonstige Leistung an nicht-Unternehmen in der EU": _SALES_TAX,
	"Sonstige Leistung an Unternehmen in der EU": (),
	"Lieferung in Drittland": (),
	"Sonstige Leistung an Unternehmen in Drittland": (),
	"Sonstige Leistung an nicht-Unternehmen in Drittland": _SALES_TAX,
	"Bauleistungen nach § 13b UStG": (),
	"Nullsteuersatz nach § 12 Abs. 3 UStG": (),
}

_INPUT_TAX = ("Abziehbare Vorsteuer 19 %", "Abziehbare Vorsteuer 7 %")
_REVERSE_CHARGE = (
	"Abziehbare Vorsteuer nach § 13b UStG 19 %",
	"Abziehbare Vorsteuer nach § 13b UStG",
	"-Umsatzsteuer nach § 13b UStG 19 %",
	"-Umsatzsteuer nach § 13b UStG",
)

# A leading minus marks a tax that is deducted.
PURCHASE_TEMPLATES: dict[str, tuple[str, ...]] = {
	"Lieferung aus dem Inland": _INPUT_TAX,
	"Sonstige Leistung aus dem Inland": _INPUT_TAX,
	"Lieferung aus der EU": (
		"Abziehbare Vorsteuer aus innergemeinschaftlichem Erwerb 19 %",
		"Abziehbare Vorsteuer aus innergemeinschaftlichem Erwerb",
		"-Umsatzsteuer aus innergemeinschaftlichem Erwerb 19 %",
		"-Umsatzsteuer aus innergemeinschaftlichem Erwerb",
	),
	"Sonstige Leistung aus der EU": _REVERSE_CHARGE,
	"Lieferung aus Drittland": (*_INPUT_TAX, "-Entstandene Einfuhrumsatzsteuer"),
	"Sonstige Leistung aus Drittland": _REVERSE_CHARGE,
	"Bauleistungen nach § 13b UStG": _REVERSE_CHARGE,
}


def item_rate(account: TaxAccount, template: str) -> float:
	"""The rate of an account in one of the item tax templates."""
	return {"19 %": account.at_19, "7 %": account.at_7}.get(template, 0.0)
