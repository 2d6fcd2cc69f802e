"""A year of Nordwind Handels GmbH, told from a seed: what is ordered, and how people then behave.

The same seed, anchor day and number of orders tell the same story, on any machine. What becomes of an order (held, delivered
in parts, dunned) is not told here: it comes out when the story is lived through the app's own services.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from o2c_extensions.demo import catalogue, people
from o2c_extensions.demo.catalogue import WAREHOUSES, Item
from o2c_extensions.demo.people import Customer

COMPANY = "Nordwind Handels GmbH"
SEED = 20
ORDERS = 300
DAYS = 364
MONDAY, WEDNESDAY, FRIDAY, SATURDAY = 0, 2, 4, 5

# So many days later than usual is after the story's end.
NOT_YET = 30
# The first steps and the last of the loader; between them come the days, and all sort as text.
FOUNDATION = ("000 company", "001 customers", "002 items", "003 users", "004 opening")
CLOSING = "999 settings"
DAY, DUNNING, STATEMENT = "1 day", "2 dunning", "3 statement"


@dataclass(frozen=True)
class Instalment:
	portion: int
	days: int
	discount: int = 0
	"""Percent off if paid within `discount_days`."""
	discount_days: int = 0


TERMS: dict[str, tuple[str, tuple[Instalment, ...]]] = {
	"14": ("14 Tage netto", (Instalment(100, 14),)),
	"30": ("30 Tage netto", (Instalment(100, 30),)),
	"skonto": ("30 Tage netto, 10 Tage 2 % Skonto", (Instalment(100, 30, 2, 10),)),
	"raten": (
		"Drei Raten (30, 60 und 90 Tage)",
		(Instalment(34, 30), Instalment(33, 60), Instalment(33, 90)),
	),
}


@dataclass(frozen=True)
class Line:
	item: str
	qty: int
	note: str = ""


@dataclass(frozen=True)
class Return:
	days: int
	"""After the delivery."""
	percent: int
	"""Of the first line's quantity."""


@dataclass(frozen=True)
class Order:
	number: int
	day: date
	customer: str
	reference: str
	"""The customer's own number."""
	lines: tuple[Line, ...]
	wanted_in: int
	"""Days until the customer wants it."""
	review_days: int
	"""How long the credit manager takes, should the order be held."""
	is_rejected: bool
	"""What the credit manager decides then."""
	picking_days: int
	"""How long the warehouse takes."""
	is_split: bool
	"""The warehouse sends a part first."""
	comes_back: Return | None


@dataclass(frozen=True)
class Stocking:
	item: str
	warehouse: str
	reorder_level: int
	target: int


@dataclass(frozen=True)
class Shortage:
	"""The supplier cannot deliver an item for some weeks."""

	item: str
	first: date
	last: date


@dataclass(frozen=True)
class Story:
	seed: int
	anchor: date
	first_day: date
	customers: tuple[Customer, ...]
	items: tuple[Item, ...]
	stockings: tuple[Stocking, ...]
	shortages: tuple[Shortage, ...]
	orders: tuple[Order, ...]

	def customer(self, name: str) -> Customer:
		return next(customer for customer in self.customers if customer.name == name)

	def orders_of(self, day: date) -> tuple[Order, ...]:
		return tuple(order for order in self.orders if order.day == day)

	def by_reference(self) -> dict[str, Order]:
		return {order.reference: order for order in self.orders}

	def is_short(self, item: str, day: date) -> bool:
		return any(gap.item == item and gap.first <= day <= gap.last for gap in self.shortages)

	def days(self) -> Iterator[date]:
		"""The working days."""
		for offset in range((self.anchor - self.first_day).days + 1):
			day = self.first_day + timedelta(days=offset)
			if day.weekday() < SATURDAY:
				yield day

	def agenda(self) -> tuple[str, ...]:
		"""The steps in which the story is lived, in order. Each is done whole or not at all."""
		steps = list(FOUNDATION)
		for day in self.days():
			steps.append(f"{day} {DAY}")
			if day.weekday() == WEDNESDAY:
				steps.append(f"{day} {DUNNING}")
			if day.weekday() == FRIDAY:
				steps.append(f"{day} {STATEMENT}")
		return (*steps, CLOSING)


def tell(anchor: date, seed: int = SEED, orders: int = ORDERS) -> Story:
	"""The year that ends with `anchor`.

	Args:
		orders: how many; with fewer than a hundred, the order of 300 lines is left out.
	"""
	random = Random(seed)
	customers, items = people.customers(), catalogue.items()
	first_day = anchor - timedelta(days=DAYS)
	working = [
		day for offset in range(DAYS + 1) if (day := first_day + timedelta(days=offset)).weekday() < SATURDAY
	]
	return Story(
		seed=seed,
		anchor=anchor,
		first_day=first_day,
		customers=customers,
		items=items,
		stockings=tuple(_stockings(items)),
		shortages=_shortages(random, items, first_day),
		orders=_orders(random, customers, items, working, orders),
	)


# --- what is kept in stock ---------------------------------------------------------------------------------------------------

# Up to which price: how many make a line of an order at most, when to order anew, up to how many.
_SIZES = ((5, 96, 120, 360), (20, 24, 36, 110), (60, 8, 14, 40), (1000, 4, 6, 16), (10_000, 2, 0, 0))


def _size(item: Item) -> tuple[int, int, int]:
	return next((most, level, target) for price, most, level, target in _SIZES if item.price < price)


def _stockings(items: tuple[Item, ...]) -> Iterator[Stocking]:
	"""Each warehouse serves its own region, and keeps everything."""
	for warehouse in WAREHOUSES:
		for item in items:
			if not item.is_drop_shipped:
				_, level, target = _size(item)
				yield Stocking(item.code, warehouse, level, target)


def _shortages(random: Random, items: tuple[Item, ...], first_day: date) -> tuple[Shortage, ...]:
	kept = [item for item in items if not item.is_drop_shipped]
	found = []
	for item in random.sample(kept, 6):
		first = first_day + timedelta(days=random.randrange(30, DAYS - 40))
		found.append(Shortage(item.code, first, first + timedelta(days=random.randrange(21, 45))))
	return tuple(found)


# --- orders -------------------------------------------------------------------------------------------------------------------

# Which groups of items a group of customers buys; the first ones more often.
_TASTES = {
	"Hotels": (
		"Tisch & Wäsche",
		"Reinigung & Hygiene",
		"Geschirr & Gläser",
		"Kaffee & Tee",
		"Besteck & Messer",
	),
	"Restaurants": (
		"Küchenbedarf",
		"Geschirr & Gläser",
		"Feinkost",
		"Besteck & Messer",
		"Reinigung & Hygiene",
	),
	"Cafés": ("Kaffee & Tee", "Verpackung", "Geschirr & Gläser", "Feinkost", "Reinigung & Hygiene"),
	"Catering": ("Verpackung", "Küchenbedarf", "Feinkost", "Tisch & Wäsche", "Besteck & Messer"),
	"Institutions": ("Reinigung & Hygiene", "Feinkost", "Küchenbedarf", "Verpackung", "Geschirr & Gläser"),
	"Retail": ("Feinkost", "Kaffee & Tee", "Geschirr & Gläser", "Besteck & Messer", "Küchenbedarf"),
}
# How busy the months are.
_SEASON = (8, 8, 9, 10, 11, 11, 9, 8, 10, 11, 13, 12)
_LAST_DAYS = timedelta(days=21)
_ENOUGH_FOR_A_BIG_ONE = 100
_BIG_BUYER, _BIG_LINES = "Grand Hotel Alstertor GmbH", 300


def _orders(
	random: Random, customers: tuple[Customer, ...], items: tuple[Item, ...], days: list[date], count: int
) -> tuple[Order, ...]:
	chosen = sorted(random.choices(days, [_SEASON[day.month - 1] for day in days], k=count))
	big = count * 5 // 9 if count >= _ENOUGH_FOR_A_BIG_ONE else -1
	by_group: dict[str, list[Item]] = {}
	for item in items:
		by_group.setdefault(item.group, []).append(item)
	weights = [customer.weight for customer in customers]
	told = []
	for index, day in enumerate(chosen):
		customer = random.choices(customers, weights)[0]
		if index == big:
			customer = next(each for each in customers if each.name == _BIG_BUYER)
			lines = _furnishing(random, items)
		else:
			lines = _lines(random, customer, by_group)
		told.append(
			Order(
				number=index + 1,
				day=day,
				customer=customer.name,
				reference=_reference(customer, day, index),
				lines=lines,
				wanted_in=random.choice((2, 3, 3, 4, 5, 7, 10, 14)),
				review_days=_review(random, days[-1] - day),
				is_rejected=random.random() < (0.7 if customer.pays == people.NEVER else 0.12),
				picking_days=random.choice((0, 1, 1, 1, 2, 3)),
				is_split=random.random() < 0.06,
				comes_back=_return(random),
			)
		)
	return tuple(told)


def _lines(random: Random, customer: Customer, by_group: dict[str, list[Item]]) -> tuple[Line, ...]:
	count = _how_many(random)
	groups = random.choices(_TASTES[customer.group], (8, 6, 4, 3, 2), k=count)
	chosen: dict[str, Line] = {}
	for group in groups:
		item = random.choice(by_group[group])
		chosen.setdefault(item.code, _line(random, item))
	if random.random() < 0.07:
		machine = random.choice(by_group[catalogue.DROP_SHIP_GROUP])
		chosen[machine.code] = _line(random, machine)
	return tuple(chosen.values())


def _how_many(random: Random) -> int:
	"""Most orders are short, a few are long."""
	drawn = random.random()
	if drawn < 0.62:
		return random.randint(1, 4)
	if drawn < 0.90:
		return random.randint(5, 8)
	if drawn < 0.97:
		return random.randint(9, 16)
	return random.randint(30, 75)


def _line(random: Random, item: Item, note: str = "") -> Line:
	most, _, _ = _size(item)
	step = 12 if most >= 96 else 6 if most >= 24 else 1
	return Line(item.code, step * random.randint(1, most // step), note)


def _furnishing(random: Random, items: tuple[Item, ...]) -> tuple[Line, ...]:
	"""A hotel is furnished floor by floor: the same items again and again."""
	house = [item for item in items if item.group != "Verpackung"]
	lines = []
	for number in range(_BIG_LINES):
		floor = number * 5 // _BIG_LINES + 1
		item = house[(number * 7) % len(house)]
		qty = 1 if item.is_drop_shipped else random.randint(1, 4)
		lines.append(Line(item.code, qty, f"Etage {floor}"))
	return tuple(lines)


def _reference(customer: Customer, day: date, index: int) -> str:
	"""Never the same for two orders: by it the loader knows an order again."""
	form = sum(map(ord, customer.name)) % 3
	return (f"B-{day:%y}{1000 + index}", f"PO {4500000 + 13 * index}", f"{day:%d%m}/{100 + index}")[form]


def _review(random: Random, left: timedelta) -> int:
	"""Of the last orders some are not decided about when the story ends."""
	days = random.choice((1, 1, 2, 2, 3, 5))
	return days + NOT_YET if left < _LAST_DAYS else days


def _return(random: Random) -> Return | None:
	if random.random() >= 0.05:
		return None
	return Return(days=random.randint(3, 12), percent=random.choice((25, 50, 100)))


def value_of(order: Order, items: tuple[Item, ...]) -> Decimal:
	"""What an order is worth at list prices, without tax."""
	prices = {item.code: item.price for item in items}
	return sum((prices[line.item] * line.qty for line in order.lines), Decimal(0))
