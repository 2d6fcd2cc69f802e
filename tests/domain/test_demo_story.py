"""The demo's story: told twice it is the same, and it has in it what the demo is to show."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.cash_application.domain.formats import advices as formats
from o2c_extensions.common.money import rounded
from o2c_extensions.demo import advices, camt, catalogue, payers, people, story
from o2c_extensions.demo.payers import Bill, Due

ANCHOR = date(2026, 3, 31)
CUSTOMERS = {customer.name: customer for customer in people.customers()}
NS = {"c": camt.NAMESPACE}


@pytest.fixture(scope="module")
def told() -> story.Story:
	return story.tell(ANCHOR)


@given(
	seed=st.integers(0, 10**6),
	orders=st.integers(1, 320),
	anchor=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)
def test_the_same_seed_tells_the_same_story(seed: int, orders: int, anchor: date) -> None:
	one, other = story.tell(anchor, seed, orders), story.tell(anchor, seed, orders)
	assert one == other
	assert len(one.orders) == orders
	assert all(one.first_day <= order.day <= anchor and order.lines for order in one.orders)
	assert list(one.agenda()) == sorted(set(one.agenda()))


def test_another_process_tells_the_same_story() -> None:
	"""Nothing follows the order of a set or of hashes, which differ from process to process."""
	script = "import datetime, hashlib; from o2c_extensions.demo import story; "
	script += "print(hashlib.sha256(repr(story.tell(datetime.date(2026, 3, 31))).encode()).hexdigest())"
	app = Path(story.__file__).parents[2]
	digests = {
		subprocess.run(
			[sys.executable, "-c", script],
			env={"PYTHONPATH": str(app), "PYTHONHASHSEED": seed},
			capture_output=True,
			text=True,
			check=True,
		).stdout
		for seed in ("1", "2")
	}
	assert len(digests) == 1


def test_another_seed_tells_another_story() -> None:
	assert story.tell(ANCHOR, 1).orders != story.tell(ANCHOR, 2).orders


def test_the_year_is_as_large_as_promised(told: story.Story) -> None:
	assert len(told.orders) == story.ORDERS
	assert (told.anchor - told.first_day).days == story.DAYS
	assert len(told.customers) == 40
	assert len(told.items) == 120
	lines = sorted(len(order.lines) for order in told.orders)
	assert lines[0] == 1
	assert lines[-1] == 300
	assert sum(20 <= count <= 100 for count in lines) >= 3
	assert sum(count <= 8 for count in lines) > 200


def test_every_kind_of_payer_orders(told: story.Story) -> None:
	ordering = Counter(CUSTOMERS[order.customer].pays for order in told.orders)
	kinds = (
		people.EARLY,
		people.ON_TIME,
		people.LATE,
		people.SHORT,
		people.TWICE,
		people.NEVER,
		people.TOGETHER,
	)
	assert set(ordering) == set(kinds)


def test_it_has_drop_shipments_returns_and_split_deliveries(told: story.Story) -> None:
	dropped = {item.code for item in told.items if item.is_drop_shipped}
	assert len(dropped) == 10
	assert sum(any(line.item in dropped for line in order.lines) for order in told.orders) >= 10
	assert sum(order.comes_back is not None for order in told.orders) >= 5
	assert sum(order.is_split for order in told.orders) >= 5
	assert {stocking.warehouse for stocking in told.stockings} == set(catalogue.WAREHOUSES)


def test_customers_have_whole_ibans_and_addresses_of_their_own() -> None:
	for customer in CUSTOMERS.values():
		moved = customer.iban[4:] + customer.iban[:4]
		assert int("".join(str(int(letter, 36)) for letter in moved)) % 97 == 1
		assert customer.email.endswith(".example")
	assert len({customer.email for customer in CUSTOMERS.values()}) == len(CUSTOMERS)
	assert len({customer.iban for customer in CUSTOMERS.values()}) == len(CUSTOMERS)


def test_terms_pay_the_whole() -> None:
	for _, parts in story.TERMS.values():
		assert sum(part.portion for part in parts) == 100
	assert {customer.terms for customer in CUSTOMERS.values()} == set(story.TERMS)


# --- payments --------------------------------------------------------------------------------------------------------------


def bills(number: int = 60) -> list[Bill]:
	made = []
	for index in range(number):
		customer = list(CUSTOMERS.values())[index // 5 % 40]
		day = ANCHOR - timedelta(days=300 - 3 * index)
		amount = Decimal(10_000 + 137 * index) / 100
		discounted = rounded(amount * 98 / 100, "EUR")
		due = Due(day + timedelta(days=30), amount, discounted, day + timedelta(days=10))
		made.append(Bill(f"ACC-SINV-2026-{index:05d}", customer.name, day, (due,)))
	return made


def paid(first: date, last: date, owed: list[Bill] | None = None) -> tuple[payers.Transfer, ...]:
	return payers.transfers(owed or bills(), CUSTOMERS, 1, first, last)


def test_weeks_add_up_to_the_year() -> None:
	"""Asked week by week, or at once: the same money comes in."""
	start = ANCHOR - timedelta(days=320)
	weeks = [start + timedelta(days=7 * week) for week in range(60)]
	by_week = [each for week in weeks for each in paid(week, week + timedelta(days=6))]
	at_once = paid(start, weeks[-1] + timedelta(days=6))
	key = lambda each: (each.day, each.customer, each.invoices, each.amount)  # noqa: E731
	assert sorted(by_week, key=key) == list(at_once)


def test_people_pay_as_they_are() -> None:
	owed = {bill.invoice: bill for bill in bills(200)}
	received = paid(date(2024, 1, 1), date(2028, 1, 1), list(owed.values()))
	by_invoice: dict[str, list[payers.Transfer]] = {}
	for transfer in received:
		for invoice in transfer.invoices:
			by_invoice.setdefault(invoice, []).append(transfer)
	for invoice, bill in owed.items():
		[due], got = bill.parts, by_invoice.get(invoice, [])
		kind = CUSTOMERS[bill.customer].pays
		if kind == people.NEVER:
			assert not got
		elif kind == people.EARLY:
			assert got[0].day <= due.discount_day or got[0].amount == due.amount
			assert got[0].amount in (due.discounted, due.amount)
		elif kind == people.ON_TIME:
			assert got[0].day <= payers.working_day(due.day)
		elif kind == people.LATE:
			assert got[0].day > due.day
		elif kind == people.SHORT:
			assert got[0].amount < due.amount
	many = [transfer for transfer in received if len(transfer.invoices) > 1]
	again = [got for got in by_invoice.values() if len(got) > 1 and got[0].amount == got[-1].amount]
	assert many
	for transfer in received:
		assert not transfer.advised or sum(amount for _name, amount in transfer.advised) == transfer.amount
		assert not transfer.advised or tuple(name for name, _amount in transfer.advised) == transfer.invoices
	assert again
	assert any(transfer.structured for transfer in received)
	assert any(not transfer.text and not transfer.structured for transfer in received)
	assert all(transfer.day.weekday() < 5 for transfer in received)


def test_a_credit_note_is_deducted() -> None:
	[bill] = bills(1)
	[due] = bill.parts
	credited = Bill(bill.invoice, "Pension Alpenglühen", bill.day, (due,), due.amount / 2)
	[transfer] = paid(date(2024, 1, 1), date(2028, 1, 1), [credited])
	assert transfer.amount == due.amount / 2
	all_back = Bill(bill.invoice, "Pension Alpenglühen", bill.day, (due,), due.amount)
	assert not paid(date(2024, 1, 1), date(2028, 1, 1), [all_back])


@pytest.mark.parametrize("name", ["Klinikum Weserland gGmbH", "Messegastronomie Hannover GmbH"])
def test_an_advice_reads_as_it_was_written(name: str) -> None:
	customer, day = CUSTOMERS[name], date(2026, 3, 31)
	paid_ = (("ACC-SINV-2026-00017", Decimal("1166.20")), ("ACC-SINV-2026-00018", Decimal("12450.05")))
	file, text = advices.write(customer, paid_, day)
	[advice] = formats.read(text.encode(), file, default_currency="EUR").advices
	assert (advice.amount, advice.difference, advice.payment_day) == (Decimal("13616.25"), 0, day)
	assert advice.payer_iban == customer.iban
	assert [(each.reference, each.amount) for each in advice.advised] == list(paid_)


# --- statements ----------------------------------------------------------------------------------------------------------------

amounts = st.decimals(-99999, 99999, places=2).filter(bool)
texts = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs", "S")), max_size=300)


@given(opening=amounts, booked=st.lists(st.tuples(amounts, texts), max_size=8))
def test_a_statement_ties(opening: Decimal, booked: list[tuple[Decimal, str]]) -> None:
	entries = tuple(
		camt.Entry(f"R{number}", ANCHOR, amount, "Käufer & Söhne <KG>", "DE00", text, ("A-1",))
		for number, (amount, text) in enumerate(booked)
	)
	statement = camt.Statement(
		7,
		"2026-W13",
		"Nordwind",
		"DE00",
		"NWBKDEHH",
		"EUR",
		ANCHOR - timedelta(days=6),
		ANCHOR,
		opening,
		entries,
	)
	root = ElementTree.fromstring(camt.write(statement))
	found = {
		balance.findtext("c:Tp/c:CdOrPrtry/c:Cd", namespaces=NS): _signed(balance)
		for balance in root.iterfind(".//c:Bal", NS)
	}
	booked_there = [_signed(entry) for entry in root.iterfind(".//c:Ntry", NS)]
	assert found["OPBD"] == opening
	assert found["OPBD"] + sum(booked_there) == found["CLBD"] == statement.closing
	for (_, text), entry in zip(booked, root.iterfind(".//c:Ntry", NS), strict=True):
		pieces = [piece.text or "" for piece in entry.iterfind(".//c:Ustrd", NS)]
		assert "".join(pieces).split() == text.split()
		assert all(len(piece) <= 140 for piece in pieces)


def _signed(element: ElementTree.Element) -> Decimal:
	amount = Decimal(element.findtext("c:Amt", namespaces=NS) or "")
	return -amount if element.findtext("c:CdtDbtInd", namespaces=NS) == "DBIT" else amount
