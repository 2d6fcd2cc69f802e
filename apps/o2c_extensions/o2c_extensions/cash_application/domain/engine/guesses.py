"""What one line may be: sets of one customer's items, each with its score. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from o2c_extensions.cash_application.domain.engine import names
from o2c_extensions.cash_application.domain.engine.book import RANK, Book, Named
from o2c_extensions.cash_application.domain.engine.fits import (
	DISCOUNT,
	EXACT,
	OLDEST_FIRST,
	ON_ACCOUNT,
	OVER,
	SHORT,
	Fit,
	converted,
	discount_of,
	fit,
)
from o2c_extensions.cash_application.domain.engine.mentions import Mentions, read
from o2c_extensions.cash_application.domain.engine.model import ORDER, Line, Part
from o2c_extensions.cash_application.domain.engine.rules import Rule
from o2c_extensions.cash_application.domain.engine.structured import plain
from o2c_extensions.cash_application.domain.engine.sums import subsets
from o2c_extensions.cash_application.domain.engine.weights import PRIOR, Weights, log_hundred

# An item is meant when it is named so; below, it may be chance.
STRONG = RANK["hinted"]
# A guess with this score needs no others beside it.
CERTAIN = 400
# An amount that more open items have says nothing by itself.
COMMONEST_AMOUNT = 25
MOST_GROUPS = 6
MOST_GUESSES = 24
# A customer's open items that are looked at one by one.
MOST_ITEMS = 400
# Customers pay up to so long after the due day without it being strange.
LATE = timedelta(days=75)


@dataclass(frozen=True, slots=True)
class Guess:
	"""A customer and a set of its items (places in the book, in order; none: the money stays on account)."""

	customer: str
	items: tuple[int, ...]
	fit: Fit
	score: int
	parts: tuple[Part, ...]


@lru_cache(maxsize=8192)
def _part(kind: str, seen: str, points: int) -> Part:
	"""The same piece of evidence is one object, in however many candidates it is."""
	return Part(kind, seen, points)


class Guesser:
	"""Looks at one line."""

	def __init__(self, book: Book, weights: Weights, line: Line, rule: Rule) -> None:
		self.book, self.weights, self.line, self.rule = book, weights, line, rule
		self.iban = plain(line.party_iban) if line.party_iban else ""
		self.sign = 1 if line.amount > 0 else -1
		self.mentions: Mentions = read(line.texts, line.references)
		named, self.unknown = book.named(self.mentions, line.end_to_end, line.mandate)
		self.named: Named = {at: level for at, level in named.items() if self._is_looked_for(at)}
		self._payers: list[str] | None = None
		self._in_text: list[str] | None = None
		self._numbers_named = book.numbers_named(self.mentions)
		self._strong = {at for at, level in self.named.items() if RANK[level] >= STRONG}
		self._found: dict[tuple[str, tuple[int, ...]], Guess] = {}
		self._parties: dict[str, tuple[int, tuple[Part, ...]]] = {}

	@property
	def payers(self) -> list[str]:
		"""Customers who may have paid, the likeliest first. Not looked for where the line says it all."""
		if self._payers is None:
			line = self.line
			self._payers = self.book.payers(line.party_name, self.iban, self.mentions, line.mandate)
		return self._payers

	def _is_in_text(self, customer: str) -> bool:
		if self._in_text is None:
			self._in_text = self.book.in_text(self.mentions)
		return customer in self._in_text

	def _is_looked_for(self, at: int) -> bool:
		return self.book.items[at].kind in self.rule.look_for

	def guesses(self) -> list[Guess]:
		"""The best ones first; among equals what is due first, then in order of the alphabet."""
		self._from_names()
		if not self._is_certain():
			if not self._is_named_exactly():
				self._from_slips()
			for customer in self.payers[:4]:
				self._from_customer(customer)
			self._from_amount()
			self._on_account()
		if len(self._found) == 1:
			return list(self._found.values())
		return sorted(self._found.values(), key=self._order)[:MOST_GUESSES]

	def _order(self, guess: Guess) -> tuple[object, ...]:
		items = self.book.items
		due = [(items[at].due, items[at].name) for at in guess.items]
		return (-guess.score, not guess.items, sorted(due), guess.customer)

	def _is_certain(self) -> bool:
		"""Whether what is named is what is paid, to the cent, and nothing speaks against it."""
		return any(
			guess.score >= CERTAIN and guess.fit.level in (EXACT, DISCOUNT) for guess in self._found.values()
		)

	def _is_named_exactly(self) -> bool:
		return any(
			guess.fit.level in (EXACT, DISCOUNT) and not self._strong.isdisjoint(guess.items)
			for guess in self._found.values()
		)

	def _from_names(self) -> None:
		groups: dict[tuple[str, str], list[int]] = {}
		for at in self.named:
			item = self.book.items[at]
			groups.setdefault((item.customer, item.currency), []).append(at)

		def strength(key: tuple[str, str]) -> tuple[int, bool, int, tuple[str, str]]:
			places = groups[key]
			best = max(RANK[self.named[at]] for at in places)
			fits = any(self.book.items[at].open == self.line.amount for at in places)
			return (-(best + 3 * fits + 2 * (key[0] in self.payers)), not fits, -len(places), key)

		for key in sorted(groups, key=strength)[:MOST_GROUPS] if len(groups) > 1 else groups:
			self._from_group(sorted(groups[key]))

	def _from_group(self, places: list[int]) -> None:
		"""Named items of one customer: together, some of them, and with others of it that are not named."""
		items, amount = self.book.items, self.line.amount
		strong = [at for at in places if at in self._strong]
		for chosen in (strong, places):
			if chosen and len(chosen) <= MOST_ITEMS:
				self._add(chosen)
		for at in places[:MOST_ITEMS]:
			self._add((at,), only_if_settled=len(strong) > 1 or at not in self._strong)
		if self._is_certain() or items[places[0]].currency != self.line.currency:
			return
		if len(places) > 2:
			self._add_sums(places, amount, 2)
		if strong:
			rest = amount - sum(items[at].open for at in strong)
			others = [at for at in self._open_of(items[strong[0]].customer) if at not in self.named]
			if rest * self.sign < 0:
				others = [at for at in others if items[at].open * self.sign < 0]
			if rest and others:
				self._add_sums(others, rest, 1, tuple(strong))

	def _from_slips(self) -> None:
		"""Numbers with a typo, when something else speaks for the item."""
		for at in sorted(self.book.misspelled(self.mentions)):
			item = self.book.items[at]
			if at not in self.named and self._is_looked_for(at):
				if item.open == self.line.amount or item.customer in self.payers:
					self.named[at] = "typo"
					self._add((at,), only_if_settled=item.customer not in self.payers)
		if self.mentions.cut:
			self._from_cut(self.mentions.cut)

	def _from_cut(self, cut: str) -> None:
		"""The bank has cut the text in the middle of a number."""
		for customer in self.payers[:3]:
			for at in self._open_of(customer):
				key = self.book.keys[at]
				if at not in self.named and len(key) > len(cut) and key.startswith(cut):
					self.named[at] = "cut"

	def _open_of(self, customer: str) -> list[int]:
		places = self.book.by_customer.get(customer, ())[:MOST_ITEMS]
		return [at for at in places if self.book.items[at].kind in self.rule.look_for]

	def _from_customer(self, customer: str) -> None:
		"""What the line may pay of a customer's open items, whether or not it names them."""
		line, rule, items = self.line, self.rule, self.book.items
		own = self._open_of(customer)
		paid = [at for at in own if items[at].open * self.sign > 0]
		same = [at for at in own if items[at].currency == line.currency]
		slack = max(
			rule.allowed(rule.tolerance, line.currency, line.amount),
			rule.allowed(rule.charges, line.currency, line.amount),
			line.charges,
		)
		for at in paid:
			item = items[at]
			if item.currency != line.currency:
				expected = converted(self.book, item.open, item.currency, line.currency)
				close = expected and abs(expected - line.amount) <= rule.exchange.of(expected)
				if close or line.instructed == (item.open, item.currency):
					self._add((at,))
			elif (
				abs(item.open - line.amount) <= slack
				or at in self.named
				or any(item.open - discount.amount == line.amount for discount in item.discounts)
			):
				self._add((at,), only_if_settled=at not in self.named)
		if not any(
			guess.customer == customer and guess.fit.level in (EXACT, DISCOUNT) and len(guess.items) == 1
			for guess in self._found.values()
		):
			self._add_sums(same, line.amount, 2)
		self._add_oldest(customer, [at for at in same if items[at].open * self.sign > 0])

	def _add_oldest(self, customer: str, places: Sequence[int]) -> None:
		"""Nothing is said and nothing sums up: what is due first is paid first, as the law has it."""
		if not places or any(guess.customer == customer and guess.items for guess in self._found.values()):
			return
		left = abs(self.line.amount)
		chosen = []
		for at in places:
			if left <= 0:
				break
			chosen.append(at)
			left -= abs(self.book.items[at].open)
		gap = -left
		self._put(tuple(chosen), Fit(OLDEST_FIRST, gap), 0)

	def _add_sums(self, places: Sequence[int], amount: int, least: int, fixed: tuple[int, ...] = ()) -> None:
		items = self.book.items
		opens = [items[at].open for at in places]
		for found in subsets(opens, amount, least):
			chosen = tuple(places[one] for one in found.places)
			self._add((*fixed, *chosen), tried=1 if fixed and len(chosen) == 1 else found.tried)
		nets = [items[at].open - discount_of(items[at], self.line, self.rule) for at in places]
		if nets != opens and not fixed:
			for found in subsets(nets, amount, least):
				self._add(tuple(places[one] for one in found.places), tried=found.tried)

	def _from_amount(self) -> None:
		"""Anybody's item of exactly this amount."""
		line = self.line
		for index in (self.book.by_amount, self.book.by_discounted):
			places = index.get((line.currency, line.amount), ())
			if len(places) <= COMMONEST_AMOUNT:
				for at in places:
					if self._is_looked_for(at):
						self._add((at,), only_if_settled=True)

	def _on_account(self) -> None:
		for customer in self.payers[:2]:
			self._put((), Fit(ON_ACCOUNT, 0), 0, customer)

	def _add(self, places: Sequence[int], only_if_settled: bool = False, tried: int = 1) -> None:
		chosen = tuple(sorted(places))
		customer = self.book.items[chosen[0]].customer
		if (customer, chosen) in self._found:
			return
		agreed = fit(self.book, self.line, self.rule, chosen)
		if agreed is None:
			return
		if only_if_settled and agreed.level in (SHORT, OVER):
			return
		self._put(chosen, agreed, log_hundred(tried) if tried > 2 else 0)

	def _put(self, places: tuple[int, ...], agreed: Fit, chance: int, customer: str = "") -> None:
		customer = customer or self.book.items[places[0]].customer
		weights = self.weights
		party, parts = self._party(customer)
		reference, seen = self._reference(places)
		amount = weights[f"amount.{agreed.level}"] - chance
		day, when = self._date(places)
		self._found[(customer, places)] = Guess(
			customer,
			places,
			agreed,
			weights[PRIOR] + reference + amount + party + day,
			(
				_part("reference", seen, reference),
				_part("amount", agreed.level, amount),
				*parts,
				_part("date", when, day),
			),
		)

	def _reference(self, places: tuple[int, ...]) -> tuple[int, str]:
		"""How the line names the items: by the strongest; it counts against them what is named and not paid, and the reverse."""
		weights, named = self.weights, self.named
		levels = [named[at] for at in places if at in named]
		if not levels:
			if self._strong:
				return weights["reference.others"], "others"
			if self.unknown:
				return weights["reference.unknown"], "unknown"
			return weights["reference.none"], "none"
		best = max(levels, key=RANK.__getitem__)
		points = weights[f"reference.{best}"] + min(120, 40 * (len(levels) - 1))
		unnamed = sum(1 for at in places if at not in named and self.book.items[at].open * self.sign > 0)
		if unnamed:
			points += weights["reference.some unnamed"] - 20 * (unnamed - 1)
		if any(at not in named and self.book.items[at].open * self.sign < 0 for at in places):
			points += weights["reference.credit unnamed"]
		if any(at not in places for at in self._strong):
			points += weights["reference.some unpaid"]
		return points, best

	def _party(self, customer: str) -> tuple[int, tuple[Part, ...]]:
		known = self._parties.get(customer)
		if known is None:
			parts = tuple(self._party_parts(customer))
			known = self._parties[customer] = (sum(part.points for part in parts), parts)
		return known

	def _party_parts(self, customer: str) -> Iterable[Part]:
		book, line = self.book, self.line
		times = book.times_paid(line.party_name, self.iban, customer)
		learned = "usual" if times > 2 else "once" if times else "none"
		yield self._part("history", learned)
		if self.iban:
			owners = book.by_iban.get(self.iban, ())
			if customer in owners:
				yield self._part("iban", "own" if len(owners) == 1 else "shared")
			elif owners:
				yield self._part("iban", "none" if times else "other")
			else:
				told = book.customers.get(customer)
				yield self._part("iban", "new" if told and told.ibans and not times else "none")
		if line.party_name:
			level = book.likeness(line.party_name, customer)
			if level not in (names.SAME, names.SIMILAR) and self._is_in_text(customer):
				level = "in text"
			yield self._part("name", level or ("none" if times else "other"))
		if customer in self._numbers_named:
			yield self._part("number", "named")

	def _part(self, kind: str, seen: str) -> Part:
		return _part(kind, seen, self.weights.points[f"{kind}.{seen}"])

	def _date(self, places: tuple[int, ...]) -> tuple[int, str]:
		seen = "usual"
		for at in places:
			item = self.book.items[at]
			if self.line.day < item.posted and item.kind != ORDER:
				return self.weights["date.before"], "before"
			if self.line.day > item.due + LATE:
				seen = "late"
		return self.weights[f"date.{seen}"], seen
