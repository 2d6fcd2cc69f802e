"""Customers and their open items, made from a seed; the truth about the lines is kept apart."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from o2c_extensions.cash_application.domain.engine import names
from o2c_extensions.cash_application.domain.engine.book import Book
from o2c_extensions.cash_application.domain.engine.model import (
	CREDIT,
	INVOICE,
	ORDER,
	Customer,
	Discount,
	Habit,
	Item,
	Line,
	Receipt,
)

from benchmarks import _words as words

TODAY = date(2026, 6, 30)


@dataclass(frozen=True)
class Truth:
	"""Who has paid what with a line. Without items it is the customer's, but for nothing that is open."""

	kind: str
	customer: str
	items: tuple[str, ...] = ()
	reopens: str = ""


@dataclass
class Corpus:
	lines: list[Line] = field(default_factory=list)
	items: list[Item] = field(default_factory=list)
	customers: list[Customer] = field(default_factory=list)
	habits: list[Habit] = field(default_factory=list)
	receipts: list[Receipt] = field(default_factory=list)
	rates: dict[tuple[str, str], Decimal] = field(default_factory=dict)
	truth: dict[str, Truth] = field(default_factory=dict)

	def book(self) -> Book:
		return Book(self.items, self.customers, self.habits, self.receipts, self.rates)


class Ledger:
	"""Customers and open items; `open` loses what somebody pays."""

	def __init__(self, lines: int, seed: int) -> None:
		self.count = lines
		self.random = random.Random(f"bank lines {seed}")
		self.corpus = Corpus(
			rates={
				("USD", "EUR"): Decimal("0.92"),
				("GBP", "EUR"): Decimal("1.17"),
				("CHF", "EUR"): Decimal("1.04"),
			}
		)
		self.language: dict[str, str] = {}
		self.group: dict[str, str] = {}
		self.subscription: dict[str, int] = {}
		self.open: dict[str, list[Item]] = {}
		self._names: set[str] = set()
		self.customers: dict[str, Customer] = {}

	def _chance(self, share: float) -> bool:
		return self.random.random() < share

	def _iban(self) -> str:
		country = self.random.choice(("DE", "NL", "GB", "AT", "BE"))
		return f"{country}{self.random.randint(10, 98)}{self.random.randint(10**17, 10**18 - 1)}"

	def _make_customers(self) -> None:
		pick = self.random.choice
		groups = [
			(self._iban(), f"{pick(words.FAMILY)} Holding {pick(words.FORM[:9])}".strip())
			for _ in range(max(2, self.count // 250))
		]
		for number in range(max(20, self.count * 35 // 100)):
			style = self.random.random()
			if style < 0.35:
				title = f"{pick(words.FAMILY)} {pick(words.TRADE)} {pick(words.FORM)}"
			elif style < 0.5:
				title = f"{pick(words.FAMILY)} {pick(words.FORM)}"
			elif style < 0.6:
				title = f"{pick(words.FAMILY)} & {pick(words.FAMILY)} {pick(words.FORM)}"
			else:
				word = "".join(pick(words.MADE_UP) for _ in range(self.random.randint(2, 3))).capitalize()
				title = f"{word} {pick(words.TRADE)} {pick(words.FORM)}"
			title = " ".join(title.split())
			name = f"C-{number:06}"
			ibans = [self._iban() for _ in range(self.random.choices((0, 1, 2), (20, 70, 10))[0])]
			customer = Customer(
				name,
				(title,),
				tuple(ibans),
				(f"MNDT{number:07}",) if self._chance(0.1) else (),
				(f"K{50000 + number}",),
			)
			self.customers[name] = customer
			self.corpus.customers.append(customer)
			self.language[name] = pick(("de", "de", "en", "nl"))
			if self._chance(0.25):
				self.subscription[name] = pick(words.PRICES)
			elif self._chance(0.08):
				iban, parent = pick(groups)
				self.group[name] = iban + " " + parent
				if self._chance(0.75):
					self.corpus.habits.append(
						Habit(names.payer_key("", iban), name, self.random.randint(1, 12))
					)

	def _make_items(self) -> None:
		total = self.count * 125 // 100
		issued = self.random.sample(range(1, total * 5 // 2), total)
		by_weight = [self.random.paretovariate(1.1) for _ in self.corpus.customers]
		owners = self.random.choices(
			self.corpus.customers, [min(weight, 40) for weight in by_weight], k=total
		)
		for number, owner in zip(issued, owners, strict=True):
			posted = TODAY - timedelta(days=self.random.randint(3, 80))
			amount = self.subscription.get(owner.name) or int(self.random.lognormvariate(10.3, 1.3)) + 500
			kind, currency = INVOICE, "EUR"
			style = self.random.random()
			if style < 0.04:
				name, kind, amount = f"ACC-SINV-RET-2026-{number:05}", CREDIT, -max(300, amount // 8)
			elif style < 0.07:
				name, kind = f"SAL-ORD-2026-{number:05}", ORDER
			elif style < 0.15:
				name = f"RE-{number:06}"
			elif style < 0.2:
				name = f"ACC-SINV-2025-{number:05}"
			else:
				name = f"ACC-SINV-2026-{number:05}"
			if self._chance(0.02) and kind == INVOICE:
				currency = self.random.choice(("USD", "GBP", "CHF"))
			due = posted + timedelta(days=self.random.choice((8, 14, 30, 30)))
			references, discounts = [], ()
			if kind == INVOICE:
				if self._chance(0.3):
					references.append(f"SAL-ORD-2026-{self.random.randint(1, total * 4):05}")
				if self._chance(0.3):
					references.append(f"45{self.random.randint(10**7, 10**8 - 1)}")
				if self._chance(0.12):
					references.append(self._structured(name, number))
				if owner.name not in self.subscription and self._chance(0.25):
					discounts = (Discount(posted + timedelta(days=10), amount * 2 // 100),)
			mandate = owner.mandates[0] if owner.mandates and kind == INVOICE else ""
			item = Item(
				name,
				kind,
				owner.name,
				currency,
				amount,
				posted,
				due,
				tuple(references),
				mandate,
				"Debtors",
				discounts,
			)
			self.corpus.items.append(item)
			self.open.setdefault(owner.name, []).append(item)
		for items in self.open.values():
			items.sort(key=lambda item: (item.due, item.posted, item.name))

	def _structured(self, name: str, number: int) -> str:
		style = self.random.randint(0, 2)
		if style == 0:
			body = "".join(char for char in name if char.isalnum())
			value = int("".join(str(int(char, 36)) for char in body + "RF00"))
			return f"RF{98 - value % 97:02}{body}"
		if style == 1:
			base = f"{number:010}"
			return f"{base}{int(base) % 97 or 97:02}"
		base, carry = f"{number:026}", 0
		for digit in base:
			carry = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)[(carry + int(digit)) % 10]
		return f"{base}{(10 - carry) % 10}"

	def _take(
		self, customer: str, count: int = 1, kind: str = INVOICE, currency: str = "EUR", oldest: bool = False
	) -> list[Item]:
		"""Open items of the customer that nobody has paid yet; they are taken from the list."""
		fitting = [item for item in self.open[customer] if item.kind == kind and item.currency == currency]
		if len(fitting) < count:
			return []
		chosen = fitting[:count] if oldest else self.random.sample(fitting, count)
		gone = {item.name for item in chosen}
		self.open[customer] = [item for item in self.open[customer] if item.name not in gone]
		return sorted(chosen, key=lambda item: item.name)

	def _all_names(self) -> set[str]:
		if not self._names:
			self._names = {item.name for item in self.corpus.items}
		return self._names


def is_structured(reference: str) -> bool:
	return reference.startswith("RF") or (reference.isdecimal() and len(reference) in (12, 27))
