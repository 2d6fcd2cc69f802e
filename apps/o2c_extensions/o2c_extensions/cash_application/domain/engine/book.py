"""Everything that lines are matched with, indexed once: what a line may be is looked up, never searched for.

| index | what for |
| --- | --- |
| key | an item's whole name, and its ends of at least `SHORTEST_KEY` letters and digits: 2026-00017 |
| tail | the number at a name's end: 17 |
| reference | payment references, order numbers, end-to-end ids, mandates |
| amount | what is open, to the cent, and what is to pay after each discount |
| customer | its open items, in order of the day they are due |
| IBAN, word, number, habit | who pays |
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from o2c_extensions.cash_application.domain.engine import names
from o2c_extensions.cash_application.domain.engine.circles import no_search
from o2c_extensions.cash_application.domain.engine.mentions import (
	CUSTOMER,
	ORDER,
	Mentions,
	Number,
	chunks_of,
	key_of,
)
from o2c_extensions.cash_application.domain.engine.model import Customer, Habit, Item, Receipt
from o2c_extensions.cash_application.domain.engine.structured import kind_of, plain

SHORTEST_KEY = 7
# A number that so many items end with names none of them.
COMMONEST_TAIL = 40
# Payers who are looked at for one line.
MOST_PAYERS = 6

_TAIL = re.compile(r"[0-9]+(?=[^0-9]*$)")
_STRENGTH = (
	"structured",
	"end-to-end",
	"full",
	"part",
	"order",
	"range",
	"hinted",
	"bare",
	"cut",
	"mandate",
	"typo",
)
RANK = {level: len(_STRENGTH) - place for place, level in enumerate(_STRENGTH)}

Named = dict[int, str]


class Book:
	"""Open items, customers, habits and earlier receipts, by all that a line may tell of them.

	Attributes:
		rates: what one unit of the first currency is worth in the second: {("USD", "EUR"): 0.92}.
	"""

	def __init__(
		self,
		items: Iterable[Item],
		customers: Iterable[Customer] = (),
		habits: Iterable[Habit] = (),
		receipts: Iterable[Receipt] = (),
		rates: Mapping[tuple[str, str], Decimal] | None = None,
	) -> None:
		self.rates = dict(rates or {})
		with no_search():
			self.items = tuple(sorted(items, key=lambda item: item.name))
			self.customers = {
				customer.name: customer for customer in sorted(customers, key=lambda one: one.name)
			}
			self.receipts = tuple(sorted(receipts, key=lambda receipt: (receipt.day, receipt.name)))
			self._index_items()
			self._index_customers(habits)
			self._index_receipts()

	def _index_items(self) -> None:
		self.keys: list[str] = []
		self.by_key: dict[str, list[int]] = {}
		self.by_tail: dict[int, list[int]] = {}
		self.series: dict[str, dict[int, int]] = {}
		self.prefix_of: list[tuple[str, int]] = []
		self.by_reference: dict[str, list[int]] = {}
		self.by_mandate: dict[str, list[int]] = {}
		self.by_amount: dict[tuple[str, int], list[int]] = {}
		self.by_discounted: dict[tuple[str, int], list[int]] = {}
		self.by_customer: dict[str, list[int]] = {}
		for at, item in enumerate(self.items):
			self._index_name(at, item.name)
			for reference in item.references:
				self.by_reference.setdefault(plain(reference), []).append(at)
			if item.mandate:
				self.by_mandate.setdefault(plain(item.mandate), []).append(at)
			self.by_amount.setdefault((item.currency, item.open), []).append(at)
			for discount in item.discounts:
				key = (item.currency, item.open - discount.amount)
				self.by_discounted.setdefault(key, []).append(at)
			self.by_customer.setdefault(item.customer, []).append(at)
		for places in self.by_customer.values():
			places.sort(key=lambda at: (self.items[at].due, self.items[at].posted, self.items[at].name))
		self.place_of = {item.name: at for at, item in enumerate(self.items)}

	def _index_name(self, at: int, name: str) -> None:
		chunks = chunks_of(name)
		key = ""
		whole = "".join(chunks)
		self.keys.append(whole)
		for chunk in reversed(chunks):
			key = chunk + key
			if len(key) >= SHORTEST_KEY and key != whole:
				self.by_key.setdefault(key, []).append(at)
		self.by_key.setdefault(whole, []).append(at)
		digits = next((chunk for chunk in reversed(chunks) if chunk.isdecimal()), "")
		if digits:
			number, prefix = int(digits), whole[: whole.rindex(digits)]
			self.by_tail.setdefault(number, []).append(at)
			self.series.setdefault(prefix, {})[number] = at
			self.prefix_of.append((prefix, number))
		else:
			self.prefix_of.append((whole, 0))

	def _index_customers(self, habits: Iterable[Habit]) -> None:
		self.by_iban: dict[str, tuple[str, ...]] = {}
		self.by_word: dict[str, list[str]] = {}
		self.by_title: dict[tuple[str, ...], list[str]] = {}
		self.words_of: dict[str, tuple[str, ...]] = {}
		self.by_number: dict[str, str] = {}
		self.by_customer_mandate: dict[str, str] = {}
		for customer in self.customers.values():
			for iban in customer.ibans:
				key = plain(iban)
				self.by_iban[key] = (*self.by_iban.get(key, ()), customer.name)
			for title in customer.titles:
				self.words_of[title] = names.tokens(title)
			for told in dict.fromkeys(self.words_of[title] for title in customer.titles):
				if told:
					self.by_title.setdefault(told, []).append(customer.name)
			words = dict.fromkeys(word for title in customer.titles for word in names.index_words(title))
			for word in words:
				self.by_word.setdefault(word, []).append(customer.name)
			for number in customer.numbers:
				self.by_number[key_of(number)] = customer.name
			for mandate in customer.mandates:
				self.by_customer_mandate[plain(mandate)] = customer.name
		self._number_lengths = {len(number) for number in self.by_number}
		self.habits: dict[str, dict[str, int]] = {}
		for habit in habits:
			times = self.habits.setdefault(habit.payer, {})
			times[habit.customer] = times.get(habit.customer, 0) + habit.times
		self._alike: dict[str, dict[str, str]] = {}

	def _index_receipts(self) -> None:
		self.receipts_by: dict[tuple[str, str], list[int]] = {}
		for at, receipt in enumerate(self.receipts):
			told = [("end-to-end", receipt.end_to_end), ("mandate", receipt.mandate), ("iban", receipt.iban)]
			told += [("item", item) for item in receipt.items]
			for what, value in told:
				if value:
					key = key_of(value) if what == "item" else plain(value)
					self.receipts_by.setdefault((what, key), []).append(at)

	def named(self, mentions: Mentions, end_to_end: str, mandate: str) -> tuple[Named, bool]:
		"""The items that a line names, each with how; and whether it names a number of ours that is not open."""
		found: Named = {}
		unknown = False
		for reference in mentions.structured:
			for key in (reference.value, reference.inner):
				self._note(found, self.by_reference.get(key, ()), "structured")
			if len(reference.inner) >= SHORTEST_KEY:
				self._note(found, self.by_key.get(reference.inner, ()), "structured")
		if end_to_end:
			key = plain(end_to_end)
			self._note(found, self.by_reference.get(key, ()), "end-to-end")
			self._note(found, self.by_key.get(key, ()), "full")
		if mandate:
			self._note(found, self.by_mandate.get(plain(mandate), ())[:COMMONEST_TAIL], "mandate")
		taken = -2
		for number in reversed(mentions.numbers):
			if number.place >= taken >= 0 and number.place >= 0:
				continue
			length = self._take(found, number)
			if length:
				taken = number.place - length + 1 if number.place >= 0 else taken
			elif not unknown and self._is_ours(number):
				unknown = True
		return found, unknown

	def _take(self, found: Named, number: Number) -> int:
		"""Note the items that a number may mean; returns how many chunks it is made of, 0 if it means none."""
		count = len(number.keys)
		for left, key in enumerate(number.keys):
			if len(key) < 4:
				break
			if places := self.by_reference.get(key):
				checked = number.hint != ORDER and len(key) >= 8 and kind_of(key) is not None
				if len(key) >= 6 or number.hint:
					self._note(found, places, "structured" if checked else "order")
					return count - left
			if len(key) >= SHORTEST_KEY and (places := self.by_key.get(key)):
				for at in places[:COMMONEST_TAIL]:
					self._note(found, (at,), "full" if self.keys[at] == key else "part")
				self._range(found, number, places)
				return count - left
		digits = number.digits
		if not digits or number.hint == CUSTOMER:
			return 0
		level = "hinted" if number.hint else "bare"
		if not number.hint and (len(digits) < 4 or (len(digits) == 4 and digits.startswith(("19", "20")))):
			return 0
		if len(digits) > 18:
			return 0
		places = self.by_tail.get(int(digits))
		if not places or len(places) > COMMONEST_TAIL:
			return 0
		self._note(found, places, level)
		self._range(found, number, places)
		return 1

	def _range(self, found: Named, number: Number, places: Sequence[int]) -> None:
		"""All that one customer has in one series from a number up to another."""
		if not number.until:
			return
		last = int(number.until)
		for at in places:
			prefix, first = self.prefix_of[at]
			series = self.series[prefix]
			end = series.get(last)
			if end is None or self.items[end].customer != self.items[at].customer:
				continue
			inside = [series[one] for one in range(first, last + 1) if one in series]
			customer = self.items[at].customer
			self._note(found, [one for one in inside if self.items[one].customer == customer], "range")

	@staticmethod
	def _note(found: Named, places: Sequence[int], level: str) -> None:
		rank = RANK[level]
		for at in places:
			known = found.get(at)
			if known is None or RANK[known] < rank:
				found[at] = level

	def _is_ours(self, number: Number) -> bool:
		"""Whether a number is written as one of our series writes them."""
		digits = number.digits
		for key in number.keys:
			prefix = key[: len(key) - len(digits)]
			if len(prefix) >= 3 and prefix in self.series:
				return True
		return False

	def misspelled(self, mentions: Mentions) -> set[int]:
		"""Items whose number is one slip of the finger away from one in the texts."""
		found: set[int] = set()
		for number in mentions.numbers:
			digits = number.digits
			if not 4 <= len(digits) <= 14 or number.hint == CUSTOMER:
				continue
			head = next(
				(
					key[: len(key) - len(digits)]
					for key in number.keys
					if key[: len(key) - len(digits)] in self.series and len(key) > len(digits) + 2
				),
				"",
			)
			for variant in slips(digits):
				if head:
					at = self.series[head].get(int(variant))
					if at is not None:
						found.add(at)
				elif places := self.by_tail.get(int(variant)):
					if len(places) <= COMMONEST_TAIL:
						found.update(places)
		return found

	def payers(self, name: str, iban: str, mentions: Mentions, mandate: str) -> list[str]:
		"""Customers who may have paid, the likeliest first."""
		found: dict[str, int] = {}
		for customer in self.by_iban.get(iban, ())[: 2 * MOST_PAYERS]:
			found[customer] = found.get(customer, 0) + 3
		for key in self._payer_keys(name, iban):
			for customer, times in self.habits.get(key, {}).items():
				found[customer] = found.get(customer, 0) + (4 if times > 2 else 3)
		if mandate and (owner := self.by_customer_mandate.get(plain(mandate))):
			found[owner] = found.get(owner, 0) + 4
		for customer in self.numbers_named(mentions):
			found[customer] = found.get(customer, 0) + 3
		if name:
			for customer, level in self.alike(name).items():
				found[customer] = found.get(customer, 0) + (3 if level != names.SHARED else 1)
		for customer in self.in_text(mentions):
			found[customer] = found.get(customer, 0) + 2
		return sorted(found, key=lambda customer: (-found[customer], customer))[:MOST_PAYERS]

	@staticmethod
	def _payer_keys(name: str, iban: str) -> Iterable[str]:
		if iban:
			yield iban
		if name and (key := names.payer_key(name)):
			yield key

	def times_paid(self, name: str, iban: str, customer: str) -> int:
		"""How often this payer was confirmed to pay for this customer."""
		return max(
			(self.habits.get(key, {}).get(customer, 0) for key in self._payer_keys(name, iban)), default=0
		)

	def alike(self, name: str) -> dict[str, str]:
		"""Customers whose name is like a payer's: {customer: how much}."""
		known = self._alike.get(name)
		if known is None:
			known = self._alike[name] = self._look_alike(name)
		return known

	def _look_alike(self, name: str) -> dict[str, str]:
		if same := self.by_title.get(names.tokens(name)):
			return dict.fromkeys(same[: names.COMMONEST], names.SAME)
		seen: dict[str, int] = {}
		for word in names.index_words(name):
			having = self.by_word.get(word, ())
			if len(having) <= names.COMMONEST:
				for customer in having:
					seen[customer] = seen.get(customer, 0) + 1
		found: dict[str, str] = {}
		for customer in sorted(seen, key=lambda one: (-seen[one], one))[: 3 * MOST_PAYERS]:
			level = self.likeness(name, customer)
			if level:
				found[customer] = level
		best = {customer: level for customer, level in found.items() if level != names.SHARED}
		return best or found

	def likeness(self, name: str, customer: str) -> str:
		"""How much a payer's name is this customer's, by the most similar of its names."""
		known = self.customers.get(customer)
		best = ""
		for title in known.titles if known else ():
			level = names.likeness(name, title, self.words_of[title])
			if level == names.SAME:
				return level
			if level and best != names.SIMILAR:
				best = level
		return best

	def numbers_named(self, mentions: Mentions) -> list[str]:
		"""Customers whose number is in the texts."""
		found = []
		for number in mentions.numbers:
			for key in number.keys:
				if len(key) not in self._number_lengths:
					continue
				if (len(key) >= 5 or number.hint == CUSTOMER) and key in self.by_number:
					found.append(self.by_number[key])
					break
		return found

	def in_text(self, mentions: Mentions) -> list[str]:
		"""Customers all of whose name is in the texts: somebody else pays for them, and says so."""
		words = set(mentions.words)
		if not words:
			return []
		found = []
		for word in mentions.words:
			having = self.by_word.get(word, ()) if len(word) >= 4 else ()
			if len(having) <= names.COMMONEST:
				for customer in having:
					if customer not in found and any(
						len("".join(told)) >= 6 and words.issuperset(told)
						for told in map(self.words_of.__getitem__, self.customers[customer].titles)
					):
						found.append(customer)
		return found


def slips(digits: str) -> set[str]:
	"""What was meant when one digit is wrong, missing, doubled, or two are swapped (Damerau, 1964)."""
	found = set()
	for at in range(len(digits)):
		before, after = digits[:at], digits[at + 1 :]
		found.add(before + after)
		for digit in "0123456789":
			found.add(before + digit + after)
			found.add(before + digit + digits[at:])
		if after:
			found.add(before + after[0] + digits[at] + after[1:])
	for digit in "0123456789":
		found.add(digits + digit)
	found -= {digits, ""}
	return found
