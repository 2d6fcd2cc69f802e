"""Writes a bank's statement as camt.053.001.08, as a German bank would send it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


@dataclass(frozen=True)
class Entry:
	"""One line of the statement: positive comes in, negative goes out."""

	reference: str
	day: date
	amount: Decimal
	party: str = ""
	iban: str = ""
	text: str = ""
	structured: tuple[str, ...] = ()
	end_to_end: str = "NOTPROVIDED"


@dataclass(frozen=True)
class Statement:
	number: int
	identifier: str
	owner: str
	iban: str
	bic: str
	currency: str
	first: date
	last: date
	opening: Decimal
	entries: tuple[Entry, ...]

	@property
	def closing(self) -> Decimal:
		return self.opening + sum((entry.amount for entry in self.entries), Decimal(0))


def write(statement: Statement) -> str:
	"""The statement as the text of a file."""
	document = Element("Document", xmlns=NAMESPACE)
	message = SubElement(document, "BkToCstmrStmt")
	written = f"{statement.last}T18:00:00"
	header = SubElement(message, "GrpHdr")
	_text(header, "MsgId", f"MSG-{statement.identifier}")
	_text(header, "CreDtTm", written)
	body = SubElement(message, "Stmt")
	_text(body, "Id", statement.identifier)
	_text(body, "ElctrncSeqNb", str(statement.number))
	_text(body, "CreDtTm", written)
	_text(body, "FrToDt/FrDtTm", f"{statement.first}T00:00:00")
	_text(body, "FrToDt/ToDtTm", f"{statement.last}T23:59:59")
	_account(body, statement)
	_balance(body, "OPBD", statement.opening, statement.first, statement.currency)
	_balance(body, "CLBD", statement.closing, statement.last, statement.currency)
	_summary(body, statement)
	for entry in statement.entries:
		_entry(body, entry, statement.currency)
	indent(document)
	return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(document, encoding="unicode") + "\n"


def _text(parent: Element, path: str, text: str, **attributes: str) -> Element:
	"""Add an element with a text; what is missing on the way to it is made."""
	*way, name = path.split("/")
	for step in way:
		found = parent.find(step)
		parent = SubElement(parent, step) if found is None else found
	element = SubElement(parent, name, attributes)
	element.text = text
	return element


def _account(body: Element, statement: Statement) -> None:
	_text(body, "Acct/Id/IBAN", statement.iban)
	_text(body, "Acct/Ccy", statement.currency)
	_text(body, "Acct/Ownr/Nm", statement.owner)
	_text(body, "Acct/Svcr/FinInstnId/BICFI", statement.bic)


def _amount(parent: Element, amount: Decimal, currency: str) -> None:
	_text(parent, "Amt", f"{abs(amount):.2f}", Ccy=currency)
	_text(parent, "CdtDbtInd", "DBIT" if amount < 0 else "CRDT")


def _balance(body: Element, kind: str, amount: Decimal, day: date, currency: str) -> None:
	balance = SubElement(body, "Bal")
	_text(balance, "Tp/CdOrPrtry/Cd", kind)
	_amount(balance, amount, currency)
	_text(balance, "Dt/Dt", str(day))


def _summary(body: Element, statement: Statement) -> None:
	amounts = [entry.amount for entry in statement.entries]
	_text(body, "TxsSummry/TtlNtries/NbOfNtries", str(len(amounts)))
	for name, chosen in (
		("TtlCdtNtries", [amount for amount in amounts if amount >= 0]),
		("TtlDbtNtries", [amount for amount in amounts if amount < 0]),
	):
		_text(body, f"TxsSummry/{name}/NbOfNtries", str(len(chosen)))
		_text(body, f"TxsSummry/{name}/Sum", f"{abs(sum(chosen, Decimal(0))):.2f}")


def _entry(body: Element, entry: Entry, currency: str) -> None:
	element = SubElement(body, "Ntry")
	_text(element, "NtryRef", entry.reference)
	_amount(element, entry.amount, currency)
	_text(element, "Sts/Cd", "BOOK")
	_text(element, "BookgDt/Dt", str(entry.day))
	_text(element, "ValDt/Dt", str(entry.day))
	_text(element, "AcctSvcrRef", entry.reference)
	_code(element, entry.amount)
	details = SubElement(SubElement(element, "NtryDtls"), "TxDtls")
	_text(details, "Refs/AcctSvcrRef", entry.reference)
	_text(details, "Refs/EndToEndId", entry.end_to_end)
	_amount(details, entry.amount, currency)
	_code(details, entry.amount)
	_parties(details, entry)
	_remittance(details, entry)


def _code(parent: Element, amount: Decimal) -> None:
	"""A customer's transfer, or what the bank charges."""
	family = ("MDOP", "CHRG") if amount < 0 else ("RCDT", "ESCT")
	_text(parent, "BkTxCd/Domn/Cd", "PMNT")
	_text(parent, "BkTxCd/Domn/Fmly/Cd", family[0])
	_text(parent, "BkTxCd/Domn/Fmly/SubFmlyCd", family[1])


def _parties(details: Element, entry: Entry) -> None:
	side = "Cdtr" if entry.amount < 0 else "Dbtr"
	if entry.party:
		_text(details, f"RltdPties/{side}/Pty/Nm", entry.party)
	if entry.iban:
		_text(details, f"RltdPties/{side}Acct/Id/IBAN", entry.iban)


def _remittance(details: Element, entry: Entry) -> None:
	if not entry.text and not entry.structured:
		return
	remittance = SubElement(details, "RmtInf")
	for piece in _pieces(entry.text):
		_text(remittance, "Ustrd", piece)
	for number in entry.structured:
		document = SubElement(SubElement(remittance, "Strd"), "RfrdDocInf")
		_text(document, "Tp/CdOrPrtry/Cd", "CINV")
		_text(document, "Nb", number)


def _pieces(text: str) -> Iterator[str]:
	"""The text in lines of at most 140 characters, as the format has them."""
	for start in range(0, len(text), 140):
		yield text[start : start + 140]
