"""What the engine's codes say to a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from frappe import _

from o2c_extensions.cash_application.domain.engine.model import Part, Reason


def reasons(found: Iterable[Reason]) -> list[str]:
	return [reason(one) for one in found]


def reason(one: Reason) -> str:
	"""One reason as a sentence."""
	text = _reasons().get(one.code)
	if text is None:
		kind, _space, seen = one.code.partition(" ")
		return part(kind, seen)
	return text.format(*one.values, *("" for _missing in range(3)))


def kind(code: str) -> str:
	"""What a kind of reason is called: its sentence without values."""
	return reason(Reason(code, ("…", "…", "…")))


def part(kind: str, seen: str) -> str:
	"""One piece of evidence as a sentence."""
	return _parts().get(f"{kind}.{seen}") or f"{kind}: {seen}"


def told(parts: Sequence[Part]) -> list[dict[str, Any]]:
	"""The parts of a score, for a page."""
	return [
		{"kind": one.kind, "seen": one.seen, "points": one.points, "text": part(one.kind, one.seen)}
		for one in parts
	]


def _reasons() -> dict[str, str]:
	return {
		"rule": _("The rule {0} says so."),
		"rule failed": _("The rule {0} could not be asked: {1}"),
		"taken": _("{0} is paid by another line already: {1}."),
		"ambiguous": _("Something else is nearly as likely."),
		"as likely": _("It is as likely as what is proposed."),
		"not without a person": _("Such a match is not posted without a person."),
		"unlikely": _("It is too unlikely: {0}, and {1} are needed."),
		"not sure enough": _("It is not sure enough: {0}, and {1} are needed."),
		"sure": _("It is {0} sure."),
		"advised": _("Its payer has told what each document gets, and that makes it to the cent."),
		"nothing near": _("Nothing that is open is near enough."),
		"nothing found": _("Nothing that is open looks like it."),
		"returned": _("It is an own payment that came back."),
		"closed": _("Nothing is open any more on what it names: {0}."),
		"taken back": _("A person has taken back an earlier match of this line."),
		"declined": _("A person has declined this very match."),
		"nets payments": _("It sets off earlier payments, which a person has to see."),
		"nets journals": _("Set off {0} with ERPNext's own Payment Reconciliation first."),
		"several accounts": _("The documents stand on several receivable accounts: {0}."),
		"several currencies": _("The documents are in several currencies: {0}."),
		"other currency": _("{0} is in {1}, the receipt in {2}."),
		"no discount account": _("The company has no default payment discount account."),
		"no difference account": _("There is no account for small differences."),
		"no charges account": _("There is no account for bank charges."),
		"no receivable account": _("{0} has no receivable account."),
		"paid out on account": _("It pays a customer something else than a credit note."),
		"pays": _("It pays {0}."),
		"returns": _("It takes back {0}."),
		"keeps": _("{0} {1} stay on the account of {2}."),
		"books": _("{0} {1} go to {2}."),
		"stays open": _("{0} {1} of {2} stay open."),
		"may be": _("It may be {0}: {1}"),
		"confirmed": _("A person has confirmed it."),
		"by hand": _("A person has chosen it."),
		"undone": _("A person has taken the match back."),
		"refused": _("A person has declined it."),
	}


def _parts() -> dict[str, str]:
	return {
		"reference.structured": _("It names it by a reference with check digits."),
		"reference.end-to-end": _("It has the reference of the collection."),
		"reference.full": _("It names it by its full number."),
		"reference.part": _("It names it by a part of its number."),
		"reference.hinted": _("It names its last digits as a document's."),
		"reference.order": _("It names its order or delivery."),
		"reference.bare": _("It has its last digits."),
		"reference.cut": _("It names the beginning of its number, which the bank has cut."),
		"reference.typo": _("It names its number with a slip of the finger."),
		"reference.range": _("It names a range of numbers that it is in."),
		"reference.mandate": _("It has the mandate that it is collected under."),
		"reference.item": _("It names an invoice that was paid."),
		"reference.iban": _("It comes from the account that has paid."),
		"reference.none": _("It names nothing."),
		"reference.others": _("It names something else."),
		"reference.unknown": _("It names a number of ours that is not open."),
		"amount.exact": _("The amount is exactly what is open."),
		"amount.discount": _("The amount is what is open less an earned discount."),
		"amount.late discount": _("The discount was taken too late."),
		"amount.charges told": _("The bank has kept its charges."),
		"amount.charges": _("The difference may be a bank's charges."),
		"amount.tolerance": _("The amount differs by little."),
		"amount.converted": _("The amount is what is open, at the day's rate."),
		"amount.short": _("The amount is less than what is open."),
		"amount.over": _("The amount is more than what is open."),
		"amount.oldest first": _("The amount pays what is due first."),
		"amount.on account": _("Nothing that is open has this amount."),
		"iban.own": _("It is the customer's bank account."),
		"iban.shared": _("It is a bank account of several customers."),
		"iban.other": _("It is another customer's bank account."),
		"iban.new": _("It is not the bank account that the customer has on record."),
		"iban.none": _("The bank account is not known."),
		"name.same": _("It is the customer's name."),
		"name.similar": _("The name is like the customer's."),
		"name.shared": _("The name shares a word with the customer's."),
		"name.in text": _("The customer's name is in the text."),
		"name.other": _("It is another name than the customer's."),
		"name.none": _("The payer's name says nothing."),
		"number.named": _("It names the customer's number."),
		"number.none": _("It names no customer number."),
		"history.usual": _("This payer has often paid for the customer: learned of confirmed matches."),
		"history.once": _("This payer has paid for the customer before: learned of a confirmed match."),
		"history.none": _("This payer has not been confirmed for the customer yet."),
		"date.usual": _("The day is usual."),
		"date.late": _("It comes very late."),
		"date.before": _("It comes before the document was made."),
		"return.said": _("The bank says that it is a return."),
		"return.not said": _("The bank does not say that it is a return."),
	}
