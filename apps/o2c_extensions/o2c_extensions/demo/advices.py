"""What a customer sends beside a transfer that says nothing itself: a REMADV from its system, or a mail of its bookkeeper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from o2c_extensions.demo.people import Customer

Paid = Sequence[tuple[str, Decimal]]


def write(customer: Customer, paid: Paid, day: date) -> tuple[str, str]:
	"""The file's name and what is in it: large institutions send EDIFACT, the others write."""
	if customer.group == "Institutions":
		return f"REMADV-{day:%Y%m%d}.edi", remadv(customer, paid, day)
	return f"avis-{day:%Y%m%d}.txt", mail(customer, paid, day)


def remadv(customer: Customer, paid: Paid, day: date) -> str:
	number = f"AV{day:%Y%m%d}"
	body = [
		f"BGM+481+{number}+9",
		f"DTM+137:{day:%Y%m%d}:102",
		f"DTM+203:{day:%Y%m%d}:102",
		f"FII+OR+{customer.iban}",
		f"NAD+PR+1::9++{_escaped(customer.name)}",
		"CUX+2:EUR:11",
	]
	for invoice, amount in paid:
		body += [f"DOC+380+{_escaped(invoice)}", f"MOA+12:{amount}"]
	body += ["UNS+S", f"MOA+12:{_total(paid)}"]
	message = ["UNH+1+REMADV:D:96A:UN", *body, f"UNT+{len(body) + 2}+1"]
	frame = [f"UNB+UNOC:3+KUNDE:14+NORDWIND:14+{day:%y%m%d}:0800+{number}", *message, f"UNZ+1+{number}"]
	return "".join(f"{segment}'" for segment in frame)


def _escaped(text: str) -> str:
	return "".join(f"?{sign}" if sign in "?+:'" else sign for sign in text)


def mail(customer: Customer, paid: Paid, day: date) -> str:
	rows = "\n".join(f"Rechnung {invoice}    {_german(amount)} EUR" for invoice, amount in paid)
	return f"""Sehr geehrte Damen und Herren,

wir haben heute folgende Rechnungen bezahlt:

{rows}

Gesamtbetrag: {_german(_total(paid))} EUR
Zahlungsdatum: {day:%d.%m.%Y}

Mit freundlichen Grüßen
{customer.contact}
{customer.name}
IBAN {customer.iban}
"""


def _total(paid: Paid) -> Decimal:
	return sum((amount for _invoice, amount in paid), Decimal(0))


def _german(amount: Decimal) -> str:
	return f"{amount:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")
