"""camt.053 (bank to customer statement) and camt.054 (notification) of ISO 20022, versions 001.02 to 001.08 and later.

Bytes in, statements out. The reader trusts nothing: no DTD, no entities, no network, bounded size and depth; elements are
looked up by their local names, so that the versions' small differences are the only ones that count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

from o2c_extensions.cash_application.domain.formats.limits import Limits, check_size
from o2c_extensions.cash_application.domain.statement import (
	BOOKED,
	Balance,
	Entry,
	Message,
	Payment,
	Statement,
	StatementError,
)
from o2c_extensions.common import money

_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:(camt\.05[34]\.001\.\d\d)")
_STATEMENTS = {"camt.053": ("BkToCstmrStmt", "Stmt"), "camt.054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn")}
_AMOUNT = re.compile(r"(?:[0-9]{1,18}(?:\.[0-9]{0,5})?|\.[0-9]{1,5})")
_RATE = re.compile(r"[0-9]{1,11}(?:\.[0-9]{0,10})?|\.[0-9]{1,10}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_SIGNS = {"CRDT": 1, "DBIT": -1}
_FIRST_ELEMENT = re.compile(rb"<[A-Za-z_]")
_CHUNK = 1 << 16
# A bank writes one of these where there is no reference.
_NO_REFERENCE = ("", "NOTPROVIDED", "NONREF", "NONE")


def parse(content: bytes, limits: Limits | None = None) -> Message:
	"""Read a camt.053 or camt.054 file.

	Raises:
		StatementError: it is not one, or a value in it is wrong. Nothing is guessed.
	"""
	root = _root(content, limits or Limits())
	namespace = etree.QName(root).namespace or ""
	match = _NAMESPACE.fullmatch(namespace)
	if not match or _name(root) != "Document":
		raise StatementError("no camt", namespace or _name(root), root.sourceline or 0, _name(root))
	version = match.group(1)
	message_tag, statement_tag = _STATEMENTS[version[:8]]
	found = [node for message in _all(root, message_tag) for node in _all(message, statement_tag)]
	if not found:
		raise StatementError("no statement", version, root.sourceline or 0, f"Document/{message_tag}")
	notification = version.startswith("camt.054")
	return Message(version, tuple(_statement(node, notification) for node in found))


def _root(content: bytes, limits: Limits) -> Any:
	check_size(content, limits)
	# Before any parser sees it. What a comment or another encoding hides from this is found out below.
	first = _FIRST_ELEMENT.search(content)
	if b"<!DOCTYPE" in content[: first.start() if first else None]:
		raise StatementError("doctype", "DOCTYPE")
	parser = etree.XMLPullParser(
		events=("start", "end"),
		resolve_entities=False,
		no_network=True,
		load_dtd=False,
		dtd_validation=False,
		huge_tree=False,
		remove_comments=True,
		remove_pis=True,
	)
	depth = 0
	try:
		for offset in range(0, len(content), _CHUNK):
			parser.feed(content[offset : offset + _CHUNK])
			for event, element in parser.read_events():
				depth += 1 if event == "start" else -1
				if depth > limits.depth:
					raise StatementError("too deep", str(limits.depth), element.sourceline or 0)
				if depth == 1 and event == "start" and element.getroottree().docinfo.doctype:
					raise StatementError("doctype", element.getroottree().docinfo.doctype)
		return parser.close()
	except etree.XMLSyntaxError as error:
		raise StatementError("not xml", str(error.msg or ""), error.lineno or 0) from None
	except (LookupError, ValueError) as error:
		if isinstance(error, StatementError):
			raise
		raise StatementError("not xml", str(error)) from None


def _statement(node: Any, notification: bool) -> Statement:
	account, is_iban = _account(node)
	entries = tuple(_entry(entry) for entry in _all(node, "Ntry"))
	balances = [(_text(balance, "Tp/CdOrPrtry/Cd"), balance) for balance in _all(node, "Bal")]
	opening = _pick(balances, ("OPBD", "PRCD"), first=True)
	closing = _pick(balances, ("CLBD",), first=False)
	# A page of a longer statement begins or ends with an interim balance.
	interim = [balance for code, balance in balances if code == "ITBD"]
	if interim and (opening is None) != (closing is None):
		opening, closing = (interim[0], closing) if opening is None else (opening, interim[-1])
	elif len(interim) > 1 and opening is None:
		opening, closing = interim[0], interim[-1]
	currencies = {
		_text(node, "Acct/Ccy"),
		*(entry.currency for entry in entries),
		*(_currency(_one(balance, "Amt", balance)) for _code, balance in balances),
	} - {""}
	if len(currencies) > 1:
		raise _wrong("several currencies", node, ", ".join(sorted(currencies)))
	start, end = _one(node, "FrToDt"), None
	if start is not None:
		start, end = _day(start, "FrDt", "FrDtTm"), _day(start, "ToDt", "ToDtTm")
	days = [entry.booking_date for entry in entries if entry.booking_date]
	told = _balance(opening), _balance(closing)
	return Statement(
		id=_text(node, "Id"),
		account=account,
		is_iban=is_iban,
		currency=currencies.pop() if currencies else "",
		from_date=start or min(days, default=None) or (told[0].day if told[0] else None),
		to_date=end or (told[1].day if told[1] else None) or max(days, default=None),
		opening=told[0],
		closing=told[1],
		entries=entries,
		is_notification=notification,
	)


def _account(node: Any) -> tuple[str, bool]:
	iban = re.sub(r"\s", "", _text(node, "Acct/Id/IBAN")).upper()
	other = _text(node, "Acct/Id/Othr/Id")
	if not iban and not other:
		raise _wrong("no account", _one(node, "Acct", node))
	return (iban, True) if iban else (other, False)


def _pick(balances: list[tuple[str, Any]], codes: tuple[str, ...], first: bool) -> Any:
	"""The balance with the best of these codes: of a statement in pages, the first opening and the last closing."""
	for code in codes:
		found = [balance for kind, balance in balances if kind == code]
		if found:
			return found[0 if first else -1]
	return None


def _balance(node: Any) -> Balance | None:
	if node is None:
		return None
	line, place = _position(node)
	return Balance(_sign(node) * _amount(_one(node, "Amt", node)), _date(_one(node, "Dt")), line, place)


def _entry(node: Any) -> Entry:
	amount = _one(node, "Amt")
	if amount is None:
		raise _wrong("no amount", node)
	sign, currency = _sign(node), _currency(amount)
	status = _text(node, "Sts/Cd") or _text(node, "Sts") or BOOKED
	reversal = _text(node, "RvslInd") in ("true", "1")
	return Entry(
		amount=sign * _amount(amount),
		currency=currency,
		booking_date=_date(_one(node, "BookgDt")),
		value_date=_date(_one(node, "ValDt")),
		status=status,
		is_reversal=reversal,
		bank_reference=_reference(_text(node, "AcctSvcrRef")) or _reference(_text(node, "NtryRef")),
		text=_text(node, "AddtlNtryInf"),
		details=tuple(
			_payment(detail, sign, currency, reversal)
			for details in _all(node, "NtryDtls")
			for detail in _all(details, "TxDtls")
		),
		charges=_charges(node),
		code=_code(node),
	)


def _payment(node: Any, entry_sign: int, currency: str, reversal: bool) -> Payment:
	told = _one(node, "Amt")
	if told is None:
		told = _one(node, "AmtDtls/TxAmt/Amt")
	sign = _sign(node) if _one(node, "CdtDbtInd") is not None else entry_sign
	amount = sign * _amount(told) if told is not None and _currency(told) == currency else None
	# Of a payment taken back, the other party is on the other side.
	side = ("Dbtr", "Cdtr") if (sign > 0) != reversal else ("Cdtr", "Dbtr")
	remittance = [_clean(part) for part in _all(node, "RmtInf/Ustrd")]
	remittance += [_clean(part) for part in _all(node, "RmtInf/Strd/AddtlRmtInf")]
	remittance += [_clean(part) for part in _all(node, "RmtInf/Strd/RfrdDocInf/Nb")]
	references = [_clean(part) for part in _all(node, "RmtInf/Strd/CdtrRefInf/Ref")]
	reason = _text(node, "RtrInf/Rsn/Cd") or _text(node, "RtrInf/Rsn/Prtry")
	returned = " ".join(text for text in (reason, _text(node, "RtrInf/AddtlInf")) if text)
	instructed = _one(node, "AmtDtls/InstdAmt/Amt")
	rates = (_one(node, f"AmtDtls/{kind}/CcyXchg/XchgRate") for kind in ("InstdAmt", "TxAmt", "CntrValAmt"))
	rate = next((found for found in rates if found is not None), None)
	return Payment(
		amount=amount or None,
		bank_reference=_reference(_text(node, "Refs/AcctSvcrRef")),
		end_to_end_id=_reference(_text(node, "Refs/EndToEndId")),
		mandate_id=_reference(_text(node, "Refs/MndtId")),
		creditor_id=_text(node, "RltdPties/Cdtr/Id/PrvtId/Othr/Id")
		or _text(node, "RltdPties/Cdtr/Pty/Id/PrvtId/Othr/Id"),
		party_name=_party(node, side),
		party_iban=_iban(node, side),
		party_account=_text(node, f"RltdPties/{side[0]}Acct/Id/Othr/Id"),
		remittance=" ".join(text for text in remittance if text),
		structured_references=tuple(reference for reference in references if reference),
		return_code=reason,
		return_reason=returned,
		charges=_charges(node),
		instructed=None if instructed is None else _amount(instructed),
		instructed_currency="" if instructed is None else _currency(instructed),
		exchange_rate=None if rate is None else _rate(rate),
	)


def _party(node: Any, sides: tuple[str, str]) -> str:
	"""The other party's name. The second side is the account's own holder, unless the bank names only one side."""
	names = [
		_text(node, f"RltdPties/{tag}/Pty/Nm") or _text(node, f"RltdPties/{tag}/Nm")
		for tag in (sides[0], f"Ultmt{sides[0]}")
	]
	return next((name for name in names if name), "")


def _iban(node: Any, sides: tuple[str, str]) -> str:
	return re.sub(r"\s", "", _text(node, f"RltdPties/{sides[0]}Acct/Id/IBAN")).upper()


def _charges(node: Any) -> Decimal:
	told = _one(node, "Chrgs/TtlChrgsAndTaxAmt")
	if told is not None:
		return _amount(told)
	parts = [*_all(node, "Chrgs/Rcrd/Amt"), *_all(node, "Chrgs/Amt")]
	return sum((_amount(part) for part in parts), Decimal(0))


def _code(node: Any) -> str:
	"""What the bank calls this kind of booking: the ISO domain, family and sub-family, else the bank's own code."""
	parts = ("Domn/Cd", "Domn/Fmly/Cd", "Domn/Fmly/SubFmlyCd")
	code = "/".join(text for text in (_text(node, f"BkTxCd/{part}") for part in parts) if text)
	return code or _text(node, "BkTxCd/Prtry/Cd")


def _sign(node: Any) -> int:
	indicator = _text(node, "CdtDbtInd")
	if indicator not in _SIGNS:
		raise _wrong("no sign", _one(node, "CdtDbtInd", node), indicator)
	return _SIGNS[indicator]


def _rate(node: Any) -> Decimal:
	text = _clean(node)
	if not _RATE.fullmatch(text):
		raise _wrong("no amount", node, text)
	return Decimal(text)


def _amount(node: Any) -> Decimal:
	text = _clean(node)
	if not _AMOUNT.fullmatch(text):
		raise _wrong("no amount", node, text)
	value = Decimal(text)
	currency = node.get("Ccy") or ""
	if currency and value != money.rounded(value, currency):
		raise _wrong("too fine", node, f"{text} {currency}")
	return value


def _currency(node: Any) -> str:
	currency = node.get("Ccy") or ""
	if not _CURRENCY.fullmatch(currency):
		raise _wrong("no currency", node, currency)
	return currency


def _date(node: Any) -> date | None:
	return None if node is None else _day(node, "Dt", "DtTm")


def _day(node: Any, *tags: str) -> date | None:
	"""The day told in one of these elements. Of a moment, the bank's own day counts, not that of another time zone."""
	for tag in tags:
		found = _one(node, tag)
		if found is not None:
			text = _clean(found)
			try:
				return date.fromisoformat(text[:10])
			except ValueError:
				raise _wrong("no date", found, text) from None
	return None


def _reference(text: str) -> str:
	return "" if text.upper() in _NO_REFERENCE else text


def _wrong(code: str, node: Any, value: str = "") -> StatementError:
	return StatementError(code, value, *_position(node))


def _position(node: Any) -> tuple[int, str]:
	"""An element's line, and its path with the numbers of those that there are several of."""
	steps = [_step(element) for element in (node, *node.iterancestors())]
	return node.sourceline or 0, "/".join(reversed(steps))


def _step(node: Any) -> str:
	"""An element's name, with its number where there are several of the name."""
	before = sum(1 for sibling in node.itersiblings(preceding=True) if sibling.tag == node.tag)
	after = next((True for sibling in node.itersiblings() if sibling.tag == node.tag), False)
	return f"{_name(node)}[{before + 1}]" if before or after else _name(node)


def _name(node: Any) -> str:
	return str(node.tag).rpartition("}")[2]


def _all(node: Any, path: str) -> Iterator[Any]:
	"""The elements that a path of local names leads to, in order."""
	tag, _slash, rest = path.partition("/")
	for child in node:
		if isinstance(child.tag, str) and _name(child) == tag:
			if rest:
				yield from _all(child, rest)
			else:
				yield child


def _one(node: Any, path: str, default: Any = None) -> Any:
	return next(_all(node, path), default)


def _text(node: Any, path: str) -> str:
	found = _one(node, path)
	return "" if found is None else _clean(found)


def _clean(node: Any) -> str:
	"""An element's own text on one line. Whoever writes an entity reference into it is refused: it stands for nothing."""
	if len(node) and any(not isinstance(child.tag, str) for child in node):
		raise _wrong("entity", node)
	return " ".join((node.text or "").split())
