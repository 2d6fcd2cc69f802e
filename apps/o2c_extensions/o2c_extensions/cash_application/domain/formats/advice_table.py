"""A remittance advice as a table (CSV, XLSX): a row is a document; rows with the same payment reference are one payment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from o2c_extensions.cash_application.domain.formats import text
from o2c_extensions.cash_application.domain.formats.limits import Limits
from o2c_extensions.cash_application.domain.formats.mapping import (
	Cell,
	date_pattern,
	plain,
	read_amount,
	read_day,
)
from o2c_extensions.cash_application.domain.formats.mapping import Mapping as Cells
from o2c_extensions.cash_application.domain.formats.proposal import date_form, separators
from o2c_extensions.cash_application.domain.formats.table import Row, Table, column_index, headings, table
from o2c_extensions.cash_application.domain.remittance import CREDIT, INVOICE, Advice, AdviceFile, Advised
from o2c_extensions.cash_application.domain.statement import StatementError
from o2c_extensions.common import money

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
_SEARCHED = 30


@dataclass(frozen=True)
class AdviceMapping:
	"""How a payer's table is read. Columns are named by their heading, or by their number from 1; empty: there is none."""

	delimiter: str = ""
	encoding: str = ""
	decimal: str = ""
	thousands: str = ""
	date_format: str = "DD.MM.YYYY"
	header_row: int = 1
	sheet: str = ""
	reference: str = ""
	amount: str = ""
	gross: str = ""
	discount: str = ""
	deduction: str = ""
	reason: str = ""
	currency_column: str = ""
	document_date: str = ""
	payment_reference: str = ""
	payment_date: str = ""
	payer: str = ""
	payer_iban: str = ""
	total: str = ""
	advice_number: str = ""
	currency: str = ""
	payer_name: str = ""

	def columns(self) -> tuple[str, ...]:
		return tuple(dict.fromkeys(name for field in COLUMNS if (name := getattr(self, field))))

	@property
	def cells(self) -> Cells:
		"""How its cells are written."""
		return Cells(
			delimiter=self.delimiter,
			encoding=self.encoding,
			decimal=self.decimal,
			thousands=self.thousands,
			date_format=self.date_format,
			header_row=self.header_row,
			sheet=self.sheet,
		)


@dataclass(frozen=True)
class AdviceRow:
	"""A row as it would be imported, with what is wrong in it: (column, code of StatementError, text)."""

	row: Row
	advised: Advised
	words: Mapping[str, str]
	days: Mapping[str, date | None]
	total: Decimal | None
	problems: tuple[tuple[str, str, str], ...] = ()


def propose(found: Table) -> AdviceMapping:
	"""How a table may be meant, from its headings."""
	rows = found.rows[:_SEARCHED]
	known = {word for words in _WORDS.values() for word in words}

	def score(row: Row) -> int:
		return sum(1 for cell in row.cells if isinstance(cell, str) and plain(cell) in known)

	at = max(range(len(rows)), key=lambda index: (score(rows[index]), -index), default=-1)
	if at < 0 or score(rows[at]) < 2:
		return AdviceMapping(header_row=0)
	names = [str(cell) for cell in rows[at].cells]
	free = {plain(name): name for name in reversed(names) if plain(name)}
	mapping = AdviceMapping(header_row=at + 1)
	for field in COLUMNS:
		word = next((word for word in _WORDS[field] if word in free), None)
		if word:
			mapping = replace(mapping, **{field: free.pop(word)})  # type: ignore[arg-type]
	body = [row.cells for row in found.rows[at + 1 : 200]]

	def samples(fields: Sequence[str]) -> list[str]:
		places = [names.index(name) for field in fields if (name := getattr(mapping, field))]
		cells = [row[place] for place in places for row in body if place < len(row)]
		return [cell.strip() for cell in cells if isinstance(cell, str) and cell.strip()]

	if form := date_form(samples(_DAYS)):
		mapping = replace(mapping, date_format=form)
	return replace(mapping, **separators(samples(_AMOUNTS)))  # type: ignore[arg-type]


def fits(found: Table, mapping: AdviceMapping) -> bool:
	"""Whether the table has all the columns that a mapping names."""
	names = headings(found, mapping.cells)
	return bool(names) and all(column_index(names, column) is not None for column in mapping.columns())


def readings(found: Table, mapping: AdviceMapping) -> Iterator[AdviceRow]:
	"""Each row below the headings that names a document.

	Raises:
		StatementError: the mapping is not for this table.
	"""
	names = headings(found, mapping.cells)
	places: dict[str, int] = {}
	for column in mapping.columns():
		index = column_index(names, column)
		if index is None:
			raise StatementError("no column", column, mapping.header_row, column)
		places[column] = index
	if not mapping.reference:
		raise StatementError("no advice mapping", "", 0, "")
	if date_pattern(mapping.date_format) is None:
		raise StatementError("no date format", mapping.date_format, 0, "")
	for row in found.rows[mapping.header_row :]:
		cells = {column: row.cells[at] if at < len(row.cells) else "" for column, at in places.items()}
		# A row without a document is a sum, or a remark.
		if _told(cells.get(mapping.reference, "")):
			yield _reading(row, cells, mapping)


def _told(cell: Cell) -> str:
	return text.one_line(format(cell.normalize(), "f") if isinstance(cell, Decimal) else str(cell))


def _reading(row: Row, cells: Mapping[str, Cell], mapping: AdviceMapping) -> AdviceRow:
	problems: list[tuple[str, str, str]] = []

	def word(field: str) -> str:
		return _told(cells.get(getattr(mapping, field), ""))

	currency = word("currency_column").upper() or mapping.currency.upper()
	if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
		problems.append((mapping.currency_column, "no currency", currency))
		currency = ""

	def amount(field: str) -> Decimal | None:
		if not word(field):
			return None
		column = getattr(mapping, field)
		value = read_amount(cells[column], mapping.cells)
		if value is None:
			problems.append((column, "no amount", word(field)))
		elif currency and value != money.rounded(value, currency):
			problems.append((column, "too fine", word(field)))
		return value

	def day(field: str) -> date | None:
		if not word(field):
			return None
		column = getattr(mapping, field)
		value = read_day(cells[column], mapping.cells)
		if value is None:
			problems.append((column, "no date", word(field)))
		return value

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
	words["currency"] = currency
	days = {"payment_date": day("payment_date")}
	return AdviceRow(row, advised, words, days, amount("total"), tuple(problems))


def parse(content: bytes, mapping: AdviceMapping, limits: Limits | None = None) -> AdviceFile:
	"""Read a table as a mapping says: one advice for each payment in it.

	Raises:
		StatementError: the first cell that cannot be read, with its row and column.
	"""
	found = table(content, mapping.cells, limits)
	groups: dict[tuple[str, str, str], list[AdviceRow]] = {}
	for reading in readings(found, mapping):
		for column, code, value in reading.problems:
			raise StatementError(code, value, reading.row.line, column)
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

	account = word("payer_iban")
	return Advice(
		number=word("advice_number") or word("payment_reference"),
		currency=first.words["currency"],
		advised=tuple(row.advised for row in rows),
		payment_day=next((day for row in rows if (day := row.days["payment_date"])), None),
		payment_reference=text.reference(word("payment_reference")),
		payer=word("payer") or mapping.payer_name,
		payer_iban=text.iban(account),
		payer_account="" if text.iban(account) else account,
		total=next((row.total for row in rows if row.total is not None), None),
	)
