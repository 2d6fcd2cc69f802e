"""The tables beside the rules of a set: limits by currency, and the shares of a split. Their rows name a rule by its title."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from o2c_extensions.cash_application.domain.engine.rules import ANY, Share, Tolerance
from o2c_extensions.common.forms import MISSING, NUMBER, TOO_MUCH, TWICE, Problem, Reader, text_of
from o2c_extensions.common.money import currencies_of_their_own, digits

LIMITS, SHARES = "limits", "shares"
DIFFERENCE, CHARGE = "Small Difference", "Bank Charge"
LIMIT_FIELDS = ("rule", "kind", "for_currency", "amount", "percent", "at_most")
SHARE_FIELDS = ("rule", "account", "amount", "percent", "cost_center", "tax_template")

UNKNOWN_RULE, NOT_A_MATCH, NOT_A_SPLIT = "unknown rule", "not a match", "not a split"
NEEDS_LIMIT, FINER, ONE_OF_TWO, NO_REST, NO_SHARES, NO_CURRENCY = (
	"needs limit",
	"finer",
	"one of two",
	"no rest",
	"no shares",
	"no currency",
)
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Limit:
	"""How much may be booked as one kind of difference, by one rule (empty: by every one), in one currency (or ANY)."""

	rule: str
	kind: str
	currency: str
	amount: Decimal
	percent: Decimal
	most: Decimal

	def of(self, currency: str) -> Tolerance:
		"""In whole minor units of a currency; what is finer than its smallest coin is left off."""
		unit = Decimal(10) ** digits(currency)
		return Tolerance(int(self.amount * unit), int(self.percent * 10), int(self.most * unit))


def read_limits(
	rows: Iterable[Mapping[str, Any]], titles: Mapping[str, str]
) -> tuple[list[Limit], list[Problem]]:
	"""The limits, and what is wrong with them.

	Args:
		titles: the rules' titles, each with its action.
	"""
	found: dict[tuple[str, str, str], Limit] = {}
	problems: list[Problem] = []
	for number, row in enumerate(rows, 1):
		reader = Reader(row, LIMITS, number)
		limit = _limit(reader, titles)
		key = (limit.rule, limit.kind, limit.currency)
		if key in found:
			reader.refuse(TWICE, "kind", ", ".join(filter(None, (limit.kind, limit.rule, limit.currency))))
		found[key] = limit
		problems += reader.problems
	return list(found.values()), problems


def _limit(reader: Reader, titles: Mapping[str, str]) -> Limit:
	rule = reader.text("rule")
	if rule and rule not in titles:
		reader.refuse(UNKNOWN_RULE, "rule", rule)
	elif rule and titles[rule] != "Match":
		reader.refuse(NOT_A_MATCH, "rule", rule)
	kind = reader.choice("kind", (DIFFERENCE, CHARGE))
	currency = reader.text("for_currency") or ANY
	amount, percent, most = reader.amount("amount"), reader.amount("percent"), reader.amount("at_most")
	if not amount and not percent:
		reader.refuse(NEEDS_LIMIT, "amount")
	if most and amount > most:
		reader.refuse(TOO_MUCH, "amount", str(amount))
	_check_percent(reader, percent)
	for field, value in (("amount", amount), ("at_most", most)):
		if currency != ANY and too_fine(value, currency):
			reader.refuse(FINER, field, str(value), currency)
	return Limit(rule, kind, currency, amount, percent, most)


def limits_of(rule: str, limits: Iterable[Limit]) -> tuple[dict[str, Tolerance], dict[str, Tolerance]]:
	"""The tolerances for differences and for charges of one rule, by currency.

	A limit of the rule's own goes before one for all rules; one for a currency before one for any currency.
	"""
	found: dict[str, dict[str, Tolerance]] = {DIFFERENCE: {}, CHARGE: {}}
	for limit in sorted(limits, key=lambda one: (bool(one.rule), one.currency != ANY)):
		if limit.rule not in ("", rule) or limit.kind not in found:
			continue
		if limit.currency == ANY:
			# An amount in any currency is one in units of each: yen have no cents.
			for currency in currencies_of_their_own():
				found[limit.kind][currency] = limit.of(currency)
		found[limit.kind][limit.currency] = limit.of(limit.currency)
	return found[DIFFERENCE], found[CHARGE]


def read_shares(
	rows: Iterable[Mapping[str, Any]], rules: Iterable[Mapping[str, Any]]
) -> tuple[dict[str, tuple[Share, ...]], list[Problem]]:
	"""The shares of each rule that splits, and what is wrong with them."""
	of_title = {text_of(rule.get("title")): (number, rule) for number, rule in enumerate(rules, 1)}
	found: dict[str, list[Share]] = {}
	percents: dict[str, Decimal] = {}
	problems: list[Problem] = []
	for number, row in enumerate(rows, 1):
		reader = Reader(row, SHARES, number)
		title, share, percent = _share(reader, of_title)
		found.setdefault(title, []).append(share)
		percents[title] = percents.get(title, Decimal(0)) + percent
		if percents[title] > _HUNDRED:
			reader.refuse(TOO_MUCH, "percent", str(percents[title]))
		problems += reader.problems
	for title, (number, rule) in of_title.items():
		if text_of(rule.get("action")) != "Split":
			continue
		if title not in found:
			problems.append(Problem(NO_SHARES, "rules", number, "action"))
		elif percents[title] < _HUNDRED and not text_of(rule.get("account")):
			problems.append(Problem(NO_REST, "rules", number, "account"))
	return {title: tuple(shares) for title, shares in found.items()}, problems


def _share(
	reader: Reader, of_title: Mapping[str, tuple[int, Mapping[str, Any]]]
) -> tuple[str, Share, Decimal]:
	title = reader.text("rule")
	if not title:
		reader.refuse(MISSING, "rule")
	elif title not in of_title:
		reader.refuse(UNKNOWN_RULE, "rule", title)
	elif text_of(of_title[title][1].get("action")) != "Split":
		reader.refuse(NOT_A_SPLIT, "rule", title)
	if not reader.text("account"):
		reader.refuse(MISSING, "account")
	amount, percent = reader.amount("amount"), reader.amount("percent")
	if bool(amount) == bool(percent):
		reader.refuse(ONE_OF_TWO, "amount")
	_check_percent(reader, percent)
	currency = ""
	if title in of_title:
		currency = text_of(of_title[title][1].get("for_currency"))
	if amount and not currency:
		reader.refuse(NO_CURRENCY, "amount", title)
	elif amount and too_fine(amount, currency):
		reader.refuse(FINER, "amount", str(amount), currency)
	share = Share(
		account=reader.text("account"),
		amount=int(amount * Decimal(10) ** digits(currency)),
		per_mille=int(percent * 10),
		cost_center=reader.text("cost_center"),
		tax=reader.text("tax_template"),
	)
	return title, share, percent


def too_fine(amount: Decimal, currency: str) -> bool:
	"""Whether an amount has more decimal places than its currency."""
	units = amount.scaleb(digits(currency))
	return units != units.to_integral_value()


def _check_percent(reader: Reader, percent: Decimal) -> None:
	if percent > _HUNDRED:
		reader.refuse(TOO_MUCH, "percent", str(percent))
	elif percent * 10 != (percent * 10).to_integral_value():
		reader.refuse(NUMBER, "percent", str(percent))
