"""A remittance advice as a table (CSV, XLSX): a row is a document; rows with the same payment reference are one payment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from o2c_extensions.cash_application.domain.formats import text
from o2c_extensions.cash_application.domain.formats.limits import Limits
from o2c_extensions.cash_application.domain.formats.mapping import Cell, Cells, plain
from o2c_extensions.cash_application.domain.formats.proposal import (
	date_form,
	heading_row,
	samples,
	separators,
)
from o2c_extensions.cash_application.domain.formats.table import (
	CellReader,
	Problem,
	Row,
	Table,
	places_of,
	rows_below,
	table,
)
from o2c_extensions.cash_application.domain.remittance import CREDIT, INVOICE, Advice, AdviceFile, Advised
from o2c_extensions.cash_application.domain.statement import StatementError

COLUMNS = (
	"reference",
	"amount",
	"gross",
	"discount",
	"deduction",
	"reason",
	"currency_column",
	"document_date",
	"payment_reference",
	"payment_date",
	"payer",
	"payer_iban",
	"total",
	"advice_number",
)
_AMOUNTS = ("amount", "gross", "discount", "deduction", "total")
_DAYS = ("document_date", "payment_date")
# What payers call their columns (English, German, Dutch, French), the surest first; compared as `plain` writes them.
_WORDS: dict[str, tuple[str, ...]] = {
	"reference": (
		*(
			"invoice number",
			"invoice no",
			"invoice",
			"document number",
			"document no",
			"document",
			"your reference",
		),
		*(
			"rechnungsnummer",
			"rechnungsnr",
			"rechnung nr",
			"rechnung",
			"belegnummer",
			"belegnr",
			"beleg",
			"ihr beleg",
		),
		*("factuurnummer", "factuurnr", "factuur", "numero de facture", "no facture", "facture", "reference"),
	),
	"amount": (
		*(
			"amount paid",
			"paid amount",
			"paid",
			"net amount",
			"payment amount",
			"net",
			"zahlbetrag",
			"zahlungsbetrag",
		),
		*(
			"gezahlt",
			"nettobetrag",
			"uberweisungsbetrag",
			"betaald bedrag",
			"betaald",
			"montant paye",
			"net a payer",
		),
		*("amount", "betrag", "bedrag", "montant"),
	),
	"gross": (
		*(
			"gross amount",
			"gross",
			"invoice amount",
			"document amount",
			"bruttobetrag",
			"brutto",
			"rechnungsbetrag",
		),
		*("factuurbedrag", "bruto", "montant brut", "brut"),
	),
	"discount": (
		"discount",
		"cash discount",
		"discount taken",
		"skonto",
		"skontobetrag",
		"korting",
		"escompte",
	),
	"deduction": (
		"deduction",
		"deductions",
		"adjustment",
		"abzug",
		"abzuge",
		"kurzung",
		"inhouding",
		"aftrek",
		"deduit",
	),
	"reason": ("reason", "reason code", "deduction reason", "grund", "abzugsgrund", "reden", "motif"),
	"currency_column": ("currency", "wahrung", "waehrung", "valuta", "devise"),
	"document_date": (
		"invoice date",
		"document date",
		"rechnungsdatum",
		"belegdatum",
		"factuurdatum",
		"date facture",
	),
	"payment_reference": (
		*(
			"payment reference",
			"payment number",
			"payment no",
			"payment id",
			"check number",
			"cheque number",
			"trace",
		),
		*("end to end id", "end to end reference", "zahlungsreferenz", "zahlungsnummer", "betalingskenmerk"),
	),
	"payment_date": (
		"payment date",
		"value date",
		"zahlungsdatum",
		"zahltag",
		"betaaldatum",
		"date de paiement",
	),
	"payer": (
		"payer",
		"payer name",
		"customer",
		"customer name",
		"zahler",
		"auftraggeber",
		"kunde",
		"betaler",
		"payeur",
	),
	"payer_iban": ("payer iban", "iban", "iban auftraggeber", "account", "konto"),
	"total": ("total", "payment total", "total amount", "gesamtbetrag", "summe", "totaal", "total paye"),
	"advice_number": ("advice number", "advice no", "avisnummer", "avis nr", "avis", "adviesnummer"),
}


@dataclass(frozen=True)
class AdviceMapping(Cells):
	"""How a payer's table is read. Columns are named by their heading, or by their number from 1; empty: there is none."""

	reference: str = ""
	amount: str = ""
	gross: str = ""
	discount: str = ""
	deduction: str = ""
	reason: str = ""
	document_date: str = ""
	payment_reference: str = ""
	payment_date: str = ""
	payer: str = ""
	payer_iban: str = ""
	total: str = ""
	advice_number: str = ""
	payer_name: str = ""

	def columns(self) -> tuple[str, ...]:
		return tuple(dict.fromkeys(name for field in COLUMNS if (name := getattr(self, field))))


@dataclass(frozen=True)
class AdviceRow:
	"""A row as it would be imported, with what is wrong in it."""

	row: Row
	advised: Advised
	words: Mapping[str, str]
	days: Mapping[str, date | None]
	total: Decimal | None
	problems: tuple[Problem, ...] = ()


def propose(found: Table) -> AdviceMapping:
	"""How a table may be meant, from its headings."""
	rows = [row.cells for row in found.rows[:200]]
	at = heading_row(rows, _known)
	if at is None:
		return AdviceMapping(header_row=0)
	names = [str(cell) for cell in rows[at]]
	free = {plain(name): name for name in reversed(names) if plain(name)}
	mapping = AdviceMapping(header_row=at + 1)
	for field in COLUMNS:
		word = next((word for word in _WORDS[field] if word in free), None)
		if word:
			mapping = replace(mapping, **{field: free.pop(word)})  # type: ignore[arg-type]

	def told(fields: Sequence[str]) -> list[str]:
		return samples(rows[at + 1 :], names, [getattr(mapping, field) for field in fields])

	if form := date_form(told(_DAYS)):
		mapping = replace(mapping, date_format=form)
	return replace(mapping, **separators(told(_AMOUNTS)))  # type: ignore[arg-type]


def _known(row: Sequence[Cell]) -> int:
	words = {word for words in _WORDS.values() for word in words}
	return sum(1 for cell in row if isinstance(cell, str) and plain(cell) in words)


def readings(found: Table, mapping: AdviceMapping) -> Iterator[AdviceRow]:
	"""Each row below the headings that names a document.

	Raises:
		StatementError: the mapping is not for this table.
	"""
	places = places_of(found, mapping)
	if not mapping.reference:
		raise StatementError("no advice mapping", "", 0, "")
	for reader in rows_below(found, mapping, places):
		# A row without a document is a sum, or a remark.
		if reader.told(mapping.reference):
			yield _reading(reader, mapping)


def _reading(reader: CellReader, mapping: AdviceMapping) -> AdviceRow:
	def word(field: str) -> str:
		return reader.told(getattr(mapping, field))

	def amount(field: str) -> Decimal | None:
		return reader.amount(getattr(mapping, field))

	def day(field: str) -> date | None:
		return reader.day(getattr(mapping, field))

	paid, gross = amount("amount"), amount("gross")
	discount, deduction = amount("discount") or Decimal(0), amount("deduction") or Decimal(0)
	if paid is None and gross is not None:
		paid = gross - abs(discount) - abs(deduction)
	advised = Advised(
		reference=word("reference"),
		kind=CREDIT if paid is not None and paid < 0 else INVOICE,
		amount=paid,
		gross=gross,
		# With or without a minus, payers mean what they keep back.
		discount=abs(discount),
		deduction=abs(deduction),
		reason=word("reason")[:140],
		day=day("document_date"),
	)
	words = {field: word(field) for field in ("payment_reference", "payer", "payer_iban", "advice_number")}
	words["currency"] = reader.currency
	days = {"payment_date": day("payment_date")}
	return AdviceRow(reader.row, advised, words, days, amount("total"), tuple(reader.problems))


def parse(content: bytes, mapping: AdviceMapping, limits: Limits | None = None) -> AdviceFile:
	"""Read a table as a mapping says: one advice for each payment in it.

	Raises:
		StatementError: the first cell that cannot be read, with its row and column.
	"""
	found = table(content, mapping, limits)
	groups: dict[tuple[str, str, str], list[AdviceRow]] = {}
	for reading in readings(found, mapping):
		for problem in reading.problems:
			raise StatementError(problem.code, problem.value, reading.row.line, problem.column)
		words = reading.words
		key = (words["payment_reference"], words["advice_number"], words["currency"])
		groups.setdefault(key, []).append(reading)
	if not groups:
		raise StatementError("nothing advised", found.kind)
	return AdviceFile(f"{found.kind}", tuple(_advice(rows, mapping) for rows in groups.values()))


def _advice(rows: Sequence[AdviceRow], mapping: AdviceMapping) -> Advice:
	first = rows[0]

	def word(field: str) -> str:
		return next((told for row in rows if (told := row.words[field])), "")

	iban, account = text.iban_or_account(word("payer_iban"))
	return Advice(
		number=word("advice_number") or word("payment_reference"),
		currency=first.words["currency"],
		advised=tuple(row.advised for row in rows),
		payment_day=next((day for row in rows if (day := row.days["payment_date"])), None),
		payment_reference=text.reference(word("payment_reference")),
		payer=word("payer") or mapping.payer_name,
		payer_iban=iban,
		payer_account=account,
		total=next((row.total for row in rows if row.total is not None), None),
	)
