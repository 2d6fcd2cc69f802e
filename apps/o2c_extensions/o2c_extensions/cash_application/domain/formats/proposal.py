"""A proposal how a bank's table may be meant, from its headings and its first rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from o2c_extensions.cash_application.domain.formats.mapping import COLUMNS, Cell, Mapping, plain

# What banks call their columns (English, German, Dutch, French, Spanish, Italian), the surest first.
_WORDS: dict[str, tuple[str, ...]] = {
	"date": (
		"booking date",
		"buchungstag",
		"buchungsdatum",
		"boekdatum",
		"boekingsdatum",
		"posting date",
		"posted date",
		"transaction date",
		"date comptable",
		"date operation",
		"fecha",
		"data contabile",
		"datum",
		"date",
		"buchung",
		"transactiedatum",
	),
	"value_date": (
		"value date",
		"valutadatum",
		"wertstellung",
		"wertstellungsdatum",
		"valuta",
		"rentedatum",
		"date valeur",
		"date de valeur",
		"fecha valor",
		"data valuta",
		"wert",
	),
	"amount": (
		"amount",
		"betrag",
		"bedrag",
		"montant",
		"importe",
		"importo",
		"umsatz",
		"transactiebedrag",
	),
	"debit": (
		"debit",
		"soll",
		"lastschrift",
		"belastung",
		"money out",
		"paid out",
		"withdrawal",
		"withdrawals",
		"af",
		"cargo",
	),
	"credit": ("credit", "haben", "gutschrift", "money in", "paid in", "deposit", "deposits", "bij", "abono"),
	"indicator": (
		"debit credit",
		"credit debit",
		"cr dr",
		"dr cr",
		"af bij",
		"soll haben",
		"s h",
		"d c",
		"c d",
		"sign",
	),
	"currency_column": (
		"currency",
		"wahrung",
		"waehrung",
		"munt",
		"muntsoort",
		"valutacode",
		"devise",
		"divisa",
	),
	"party": (
		"counterparty name",
		"counterparty",
		"beguenstigter zahlungspflichtiger",
		"begunstigter zahlungspflichtiger",
		"auftraggeber empfanger",
		"name zahlungsbeteiligter",
		"zahlungspflichtige r",
		"naam tegenpartij",
		"tegenpartij",
		"naam omschrijving",
		"payee",
		"payer",
		"name",
		"naam",
		"auftraggeber",
		"empfanger",
		"partner name",
		"contrepartie",
	),
	"iban": (
		"counterparty iban",
		"iban zahlungsbeteiligter",
		"kontonummer iban",
		"tegenrekening iban bban",
		"tegenrekening",
		"partner iban",
		"counterparty account",
		"iban",
		"account number",
	),
	"reference": (
		"transaction id",
		"transaction reference",
		"bank reference",
		"referenz",
		"volgnr",
		"transactiereferentie",
		"id",
	),
	"end_to_end": (
		"end to end id",
		"end to end reference",
		"kundenreferenz end to end",
		"kundenreferenz",
		"customer reference",
		"betalingskenmerk",
	),
	"balance": (
		"balance",
		"saldo",
		"saldo nach buchung",
		"saldo na trn",
		"saldo na mutatie",
		"running balance",
		"balance after transaction",
		"solde",
		"kontostand",
	),
	"account_column": (
		"account",
		"iban auftragskonto",
		"auftragskonto",
		"bezeichnung auftragskonto",
		"iban bban",
		"rekening",
		"rekeningnummer",
	),
}
_TEXTS = (
	"remittance information",
	"verwendungszweck",
	"description",
	"omschrijving",
	"omschrijving 1",
	"omschrijving 2",
	"omschrijving 3",
	"mededelingen",
	"memo",
	"details",
	"reference",
	"libelle",
	"concepto",
	"causale",
	"narrative",
	"payment reference",
	"text",
)
_DEBIT_WORDS = ("D", "DBIT", "DEBIT", "DR", "AF", "S", "SOLL", "-")
_DATES = (
	("DD.MM.YYYY", r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}"),
	("DD.MM.YY", r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{2}"),
	("YYYY-MM-DD", r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"),
	("DD-MM-YYYY", r"[0-9]{1,2}-[0-9]{1,2}-[0-9]{4}"),
	("YYYYMMDD", r"[0-9]{8}"),
	("YYYY/MM/DD", r"[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}"),
	("DD/MM/YYYY", r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}"),
)
_SEARCHED = 30


def guess(rows: Sequence[Sequence[Cell]]) -> Mapping:
	"""A proposal from a table's first rows: where the headings are, what each column is, how days and amounts are written."""
	found = heading_row(rows, _known)
	if found is None:
		return Mapping(header_row=0)
	headings = [str(cell) for cell in rows[found]]
	mapping = Mapping(header_row=found + 1)
	free = {_bare(heading): heading for heading in reversed(headings) if plain(heading)}
	for field in COLUMNS:
		name = next((word for word in _WORDS[field] if word in free), None)
		if name:
			mapping = replace(mapping, **{field: free.pop(name)})  # type: ignore[arg-type]
	mapping = replace(mapping, texts=tuple(free.pop(word) for word in _TEXTS if word in free))
	if mapping.amount:
		mapping = replace(mapping, debit="", credit="")
	if mapping.indicator:
		mapping = replace(mapping, debit_words=_DEBIT_WORDS)
	body = rows[found + 1 :]
	if form := date_form(samples(body, headings, (mapping.date,))):
		mapping = replace(mapping, date_format=form)
	amounts = samples(body, headings, (mapping.amount, mapping.debit, mapping.credit, mapping.balance))
	return replace(mapping, **separators(amounts))  # type: ignore[arg-type]


def heading_row(rows: Sequence[Sequence[Cell]], known: Callable[[Sequence[Cell]], int]) -> int | None:
	"""Which of the first rows has the most known headings; None if none has two of them."""
	searched = rows[:_SEARCHED]
	found = max(range(len(searched)), key=lambda index: (known(searched[index]), -index), default=None)
	return found if found is not None and known(searched[found]) >= 2 else None


def samples(rows: Sequence[Sequence[Cell]], headings: Sequence[str], columns: Sequence[str]) -> list[str]:
	"""What stands in columns as text, column by column; columns without a name have nothing."""
	places = [headings.index(column) for column in columns if column]
	cells = [row[place] for place in places for row in rows if place < len(row)]
	return [cell.strip() for cell in cells if isinstance(cell, str) and cell.strip()]


def _bare(heading: str) -> str:
	"""A heading without the currency that some banks put behind it: `Bedrag (EUR)`."""
	return re.sub(r" (eur|usd|gbp|chf|pln|sek|nok|dkk|czk|huf|cad|aud)$", "", plain(heading))


def _known(row: Sequence[Cell]) -> int:
	words = {word for names in _WORDS.values() for word in names} | set(_TEXTS)
	return sum(1 for cell in row if isinstance(cell, str) and _bare(cell) in words)


def _all(shape: str, samples: Sequence[str]) -> bool:
	return all(re.fullmatch(shape, sample) for sample in samples)


def date_form(samples: Sequence[str]) -> str:
	"""How days are written, if all of these are written the same; empty if that is not clear."""
	form = next((name for name, shape in _DATES if samples and _all(shape, samples)), "")
	if form == "DD/MM/YYYY" and any(int(sample.split("/")[1]) > 12 for sample in samples):
		return "MM/DD/YYYY"
	return form


def separators(amounts: Sequence[str]) -> dict[str, str]:
	"""The decimal and thousands separators, where an amount shows them beyond doubt."""
	for amount in amounts:
		told = re.sub(r"[^0-9.,' ]", "", amount).strip()
		if match := re.fullmatch(r"[0-9]{1,3}(?:([., '])[0-9]{3})*([.,])[0-9]{1,2}", told):
			return {
				"decimal": match.group(2),
				"thousands": match.group(1) or {".": ",", ",": "."}[match.group(2)],
			}
		if match := re.fullmatch(r"[0-9]+([.,])[0-9]{1,2}", told):
			return {"decimal": match.group(1), "thousands": {".": ",", ",": "."}[match.group(1)]}
	return {}
