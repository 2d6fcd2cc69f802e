"""Writes camt.053 files for the tests, as a bank would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

VERSIONS = ("02", "04", "08")


@dataclass(frozen=True)
class Detail:
	"""A payment of a batch."""

	amount: Decimal
	text: str = ""
	end_to_end: str = ""
	name: str = ""
	iban: str = ""
	reference: str = ""


@dataclass(frozen=True)
class Booking:
	amount: Decimal
	day: date
	text: str = ""
	name: str = ""
	iban: str = ""
	bank_reference: str = ""
	end_to_end: str = ""
	reference: str = ""
	reversal: bool = False
	returned: str = ""
	status: str = "BOOK"
	batch: Sequence[Detail] = field(default=())


def booking(amount: str | Decimal, day: date | str, text: str = "", **values: object) -> Booking:
	return Booking(Decimal(amount), date.fromisoformat(str(day)), text, **values)  # type: ignore[arg-type]


def document(statements: Sequence[str], version: str = "08", kind: str = "053") -> bytes:
	message = "BkToCstmrStmt" if kind == "053" else "BkToCstmrDbtCdtNtfctn"
	return (
		'<?xml version="1.0" encoding="UTF-8"?>\n'
		f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.{version}">\n<{message}>\n'
		"<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-03-31T18:00:00+02:00</CreDtTm></GrpHdr>\n"
		+ "\n".join(statements)
		+ f"\n</{message}>\n</Document>\n"
	).encode()


def statement(
	account: str,
	opening: str | Decimal,
	bookings: Sequence[Booking],
	*,
	number: str = "1",
	currency: str = "EUR",
	closing: str | Decimal | None = None,
	days: tuple[date, date] | None = None,
	version: str = "08",
) -> str:
	"""One `Stmt`. Its closing balance is the right one, unless another is given."""
	opening = Decimal(opening)
	if closing is None:
		closing = opening + sum((each.amount for each in bookings if each.status == "BOOK"), Decimal(0))
	first = days[0] if days else min((each.day for each in bookings), default=date(2026, 3, 2))
	last = days[1] if days else max((each.day for each in bookings), default=date(2026, 3, 2))
	number_tag = (
		f"<IBAN>{account}</IBAN>" if account[:2].isalpha() else f"<Othr><Id>{escape(account)}</Id></Othr>"
	)
	return (
		f"<Stmt><Id>{escape(number)}</Id><FrToDt><FrDtTm>{first}T00:00:00</FrDtTm><ToDtTm>{last}T23:59:59</ToDtTm></FrToDt>"
		f"<Acct><Id>{number_tag}</Id><Ccy>{currency}</Ccy></Acct>"
		+ _balance("OPBD", opening, currency, first)
		+ _balance("CLBD", Decimal(closing), currency, last)
		+ "\n".join(_entry(each, currency, version) for each in bookings)
		+ "</Stmt>"
	)


def file(account: str, opening: str | Decimal, bookings: Sequence[Booking], **values: object) -> bytes:
	"""A file of one statement."""
	version = str(values.get("version", "08"))
	return document([statement(account, opening, bookings, **values)], version)  # type: ignore[arg-type]


def _balance(code: str, amount: Decimal, currency: str, day: date) -> str:
	return (
		f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(amount, currency)}"
		f"<Dt><Dt>{day}</Dt></Dt></Bal>"
	)


def _amount(amount: Decimal, currency: str) -> str:
	return (
		f'<Amt Ccy="{currency}">{abs(amount)}</Amt><CdtDbtInd>{"DBIT" if amount < 0 else "CRDT"}</CdtDbtInd>'
	)


def _entry(each: Booking, currency: str, version: str) -> str:
	status = each.status if version < "08" else f"<Cd>{each.status}</Cd>"
	reference = _tag("AcctSvcrRef", each.bank_reference)
	if each.batch:
		details = "".join(_details(one, each, currency, version, own_amount=True) for one in each.batch)
	else:
		one = Detail(each.amount, each.text, each.end_to_end, each.name, each.iban, each.reference)
		details = _details(one, each, currency, version, own_amount=False)
	return (
		f"<Ntry>{_amount(each.amount, currency)}{'<RvslInd>true</RvslInd>' if each.reversal else ''}"
		f"<Sts>{status}</Sts><BookgDt><Dt>{each.day}</Dt></BookgDt><ValDt><Dt>{each.day}</Dt></ValDt>{reference}"
		f"<NtryDtls>{details}</NtryDtls></Ntry>"
	)


def _details(one: Detail, each: Booking, currency: str, version: str, own_amount: bool) -> str:
	side = "Dbtr" if (one.amount > 0) != each.reversal else "Cdtr"
	name = _tag("Nm", one.name)
	if name and version >= "08":
		name = f"<Pty>{name}</Pty>"
	party = f"<{side}>{name}</{side}>" if name else ""
	if one.iban:
		party += f"<{side}Acct><Id><IBAN>{one.iban}</IBAN></Id></{side}Acct>"
	structured = (
		f"<Strd><CdtrRefInf>{_tag('Ref', one.reference)}</CdtrRefInf></Strd>" if one.reference else ""
	)
	amount = ""
	if own_amount:
		amount = (
			_amount(one.amount, currency)
			if version >= "04"
			else f'<AmtDtls><TxAmt><Amt Ccy="{currency}">{abs(one.amount)}</Amt></TxAmt></AmtDtls>'
		)
	return (
		f"<TxDtls><Refs>{_tag('EndToEndId', one.end_to_end or 'NOTPROVIDED')}</Refs>{amount}"
		f"<RltdPties>{party}</RltdPties><RmtInf>{_tag('Ustrd', one.text)}{structured}</RmtInf>"
		f"{_returned(each.returned)}</TxDtls>"
	)


def _returned(reason: str) -> str:
	return f"<RtrInf><Rsn><Cd>{reason}</Cd></Rsn></RtrInf>" if reason else ""


def _tag(name: str, text: str) -> str:
	return f"<{name}>{escape(text)}</{name}>" if text else ""
