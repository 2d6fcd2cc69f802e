"""Writes BAI2, OFX, CSV and XLSX files for the tests, of the same bookings as `tests.support.mt940`."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from html import escape

from openpyxl import Workbook

from tests.support.mt940 import Booking

DAY = date(2026, 3, 10)
HEADINGS = (
	"Buchungstag",
	"Wertstellung",
	"Betrag",
	"Währung",
	"Verwendungszweck",
	"Name",
	"IBAN",
	"Transaction ID",
	"Saldo",
)


def _closing(opening: Decimal, bookings: Sequence[Booking]) -> Decimal:
	return opening + sum((each.amount for each in bookings), Decimal(0))


def bai2(
	account: str,
	opening: str | Decimal,
	bookings: Sequence[Booking],
	*,
	currency: str = "USD",
	day: date = DAY,
) -> bytes:
	"""A file of one account on one day."""
	units = [int(each.amount.scaleb(2)) for each in bookings]
	start = int(Decimal(opening).scaleb(2))
	rows = [f"03,{account},{currency},010,{start},,,015,{start + sum(units)},,/"]
	for each, amount in zip(bookings, units, strict=True):
		code = "165" if amount > 0 else "455"
		rows.append(f"16,{code},{abs(amount)},,{each.bank_reference},{each.end_to_end},{each.text[:40]}")
		rows += [f"88,{each.text[at : at + 40]}" for at in range(40, len(each.text), 40)]
	total = 2 * start + sum(units) + sum(map(abs, units))
	rows.append(f"49,{total},{len(rows) + 1}/")
	rows = [f"02,R,S,1,{day:%y%m%d},,{currency},2/", *rows]
	rows.append(f"98,{total},1,{len(rows) + 1}/")
	rows = [f"01,S,R,{day:%y%m%d},0600,7,,,2/", *rows]
	rows.append(f"99,{total},1,{len(rows) + 1}/")
	return "\n".join(rows).encode()


def ofx(
	account: str,
	closing: str | Decimal,
	bookings: Sequence[Booking],
	*,
	currency: str = "EUR",
	version: int = 102,
) -> bytes:
	"""A file of one account: SGML without end tags in version 1, XML in version 2."""
	xml = version >= 200

	def tag(name: str, value: object) -> str:
		return f"<{name}>{escape(str(value), quote=False)}" + (f"</{name}>" if xml else "") + "\n"

	transactions = "".join(
		"<STMTTRN>\n"
		+ tag("TRNTYPE", "CREDIT" if each.amount > 0 else "DEBIT")
		+ tag("DTPOSTED", f"{each.day:%Y%m%d}120000[0:GMT]")
		+ tag("TRNAMT", each.amount)
		+ tag("FITID", each.bank_reference)
		+ (tag("REFNUM", each.end_to_end) if each.end_to_end else "")
		+ tag("NAME", each.name)
		+ tag("MEMO", each.text)
		+ "</STMTTRN>\n"
		for each in bookings
	)
	days = [each.day for each in bookings] or [DAY]
	body = (
		"<OFX>\n<BANKMSGSRSV1><STMTTRNRS>\n<STMTRS>\n"
		+ tag("CURDEF", currency)
		+ "<BANKACCTFROM>\n"
		+ tag("BANKID", "99900000")
		+ tag("ACCTID", account)
		+ tag("ACCTTYPE", "CHECKING")
		+ "</BANKACCTFROM>\n<BANKTRANLIST>\n"
		+ tag("DTSTART", f"{min(days):%Y%m%d}")
		+ tag("DTEND", f"{max(days):%Y%m%d}")
		+ transactions
		+ "</BANKTRANLIST>\n<LEDGERBAL>\n"
		+ tag("BALAMT", closing)
		+ tag("DTASOF", f"{max(days):%Y%m%d}")
		+ "</LEDGERBAL>\n</STMTRS>\n</STMTTRNRS></BANKMSGSRSV1>\n</OFX>\n"
	)
	if xml:
		head = f'<?xml version="1.0" encoding="UTF-8"?>\n<?OFX OFXHEADER="200" VERSION="{version}" SECURITY="NONE"?>\n'
	else:
		head = f"OFXHEADER:100\nDATA:OFXSGML\nVERSION:{version}\nENCODING:UTF-8\n\n"
	return (head + body).encode()


def german_amount(amount: Decimal) -> str:
	return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def csv_table(
	opening: str | Decimal,
	bookings: Sequence[Booking],
	*,
	newest_first: bool = False,
	encoding: str = "cp1252",
) -> bytes:
	"""A table as German banks give it."""
	out = io.StringIO(newline="")
	writer = csv.writer(out, delimiter=";")
	writer.writerow(HEADINGS)
	writer.writerows(_rows(opening, bookings, newest_first))
	return out.getvalue().encode(encoding, errors="replace")


def _rows(opening: str | Decimal, bookings: Sequence[Booking], newest_first: bool) -> list[list[str]]:
	rows, balance = [], Decimal(opening)
	for each in bookings:
		balance += each.amount
		day = f"{each.day:%d.%m.%Y}"
		rows.append(
			[
				day,
				day,
				german_amount(each.amount),
				"EUR",
				each.text,
				each.name,
				each.iban,
				each.bank_reference,
				german_amount(balance),
			]
		)
	return rows[::-1] if newest_first else rows


def workbook(opening: str | Decimal, bookings: Sequence[Booking]) -> bytes:
	"""The same as a workbook, with days and amounts as what they are."""
	book = Workbook()
	sheet = book.active
	assert sheet is not None
	sheet.append(list(HEADINGS))
	balance = Decimal(opening)
	for each in bookings:
		balance += each.amount
		moment = datetime(each.day.year, each.day.month, each.day.day)
		sheet.append(
			[
				moment,
				moment,
				float(each.amount),
				"EUR",
				each.text,
				each.name,
				each.iban,
				each.bank_reference,
				float(balance),
			]
		)
	out = io.BytesIO()
	book.save(out)
	return out.getvalue()
