from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.common import money
from o2c_extensions.credit_control.domain import exposure as rules
from o2c_extensions.credit_control.domain.credit import Exposure
from o2c_extensions.credit_control.domain.exposure import Document, Key, Row

CENTS = st.integers(-(10**9), 10**9).map(lambda units: money.from_cents(units, "EUR"))
AMOUNTS = st.integers(1, 10**7).map(lambda units: money.from_cents(units, "EUR"))
SHARES = st.sampled_from([Decimal(0), Decimal("0.25"), Decimal("0.5"), Decimal(1), Decimal("1.5")])
DAYS = st.integers(0, 5).map(lambda days: date(2026, 4, 1) + timedelta(days=days)) | st.none()
EXPOSURES = st.builds(Exposure, CENTS, CENTS, CENTS, CENTS)
NAMES = st.sampled_from("ABCDEF")
KEYS = st.builds(Key, st.just("Sales Order"), NAMES, NAMES, st.sampled_from(["X", "Y"]))


@st.composite
def rows(draw: st.DrawFn) -> Row:
	amount, quantity = draw(AMOUNTS), Decimal(draw(st.integers(1, 20)))
	return Row(
		amount=amount,
		billed=amount * draw(SHARES),
		net=amount,
		quantity=quantity,
		delivered=quantity * draw(SHARES),
		falls_on=draw(DAYS),
	)


@st.composite
def documents(draw: st.DrawFn) -> Document:
	own = tuple(draw(st.lists(rows(), min_size=1, max_size=8)))
	net = sum((row.net for row in own), Decimal(0))
	payable = money.rounded(
		net * draw(st.sampled_from([Decimal("1.19"), Decimal(1), Decimal("0.93")])), "EUR"
	)
	return Document(payable, net, own, draw(st.booleans()))


def whole(parts: dict[date | None, Decimal]) -> Decimal:
	return sum(parts.values(), Decimal(0))


@given(documents())
def test_an_order_of_which_nothing_is_billed_is_at_stake_to_the_cent(order: Document) -> None:
	fresh = replace(order, rows=tuple(replace(row, billed=Decimal(0)) for row in order.rows), stopped=False)
	assert whole(rules.of_order(fresh, "EUR")) == order.payable


@given(documents())
def test_an_order_of_which_all_is_billed_is_not(order: Document) -> None:
	billed = replace(order, rows=tuple(replace(row, billed=row.amount) for row in order.rows))
	assert rules.of_order(billed, "EUR") == {}


@given(documents())
def test_an_order_is_never_below_zero_and_never_more_than_itself(order: Document) -> None:
	parts = rules.of_order(order, "EUR")
	assert all(amount > 0 for amount in parts.values())
	assert whole(parts) <= order.payable
	assert set(parts) <= {row.falls_on for row in order.rows}


@given(documents())
def test_closing_an_order_puts_no_more_at_stake(order: Document) -> None:
	closed = whole(rules.of_order(replace(order, stopped=True), "EUR"))
	assert closed <= whole(rules.of_order(replace(order, stopped=False), "EUR"))


@given(documents())
def test_days_do_not_change_the_sum(order: Document) -> None:
	together = replace(order, rows=tuple(replace(row, falls_on=None) for row in order.rows))
	assert whole(rules.of_order(order, "EUR")) == whole(rules.of_order(together, "EUR"))


@given(documents())
def test_a_return_makes_up_for_its_delivery(note: Document) -> None:
	back = Document(
		-note.payable,
		-note.net_total,
		tuple(replace(row, amount=-row.amount, billed=-row.billed, net=-row.net) for row in note.rows),
		note.stopped,
	)
	assert rules.of_delivery(note, "EUR") + rules.of_delivery(back, "EUR") == 0
	assert rules.of_delivery(note, "EUR") >= 0
	assert rules.of_delivery(replace(note, stopped=True), "EUR") == 0


def test_rows_that_come_to_nothing_put_nothing_at_stake() -> None:
	free = Document(Decimal("5.95"), Decimal(0), (Row(Decimal(0), Decimal(0), Decimal(0)),))
	assert rules.of_order(free, "EUR") == {}
	assert rules.of_delivery(free, "EUR") == 0


def test_thirds_of_a_cent_are_not_lost() -> None:
	days = [date(2026, 4, day) for day in (1, 2, 3)]
	order = Document(
		Decimal("100.00"),
		Decimal("99.99"),
		tuple(Row(Decimal("33.33"), Decimal(0), Decimal("33.33"), falls_on=day) for day in days),
	)
	assert list(rules.of_order(order, "EUR").values()) == [
		Decimal("33.33"),
		Decimal("33.34"),
		Decimal("33.33"),
	]


@given(st.dictionaries(KEYS, EXPOSURES), st.dictionaries(KEYS, EXPOSURES))
def test_changes_lead_from_what_is_kept_to_what_is_due(
	kept: dict[Key, Exposure], due: dict[Key, Exposure]
) -> None:
	changes = rules.changes(kept, due)
	nothing = Exposure()
	for key in {*kept, *due}:
		reached = rules.plus(kept.get(key, nothing), changes.get(key, nothing))
		assert reached == due.get(key, nothing)
	assert not any(rules.is_zero(change) for change in changes.values())
	sums = rules.by_account(changes)
	assert rules.total(sums.values()) == rules.minus(rules.total(due.values()), rules.total(kept.values()))


@given(st.dictionaries(NAMES, NAMES), st.dictionaries(NAMES, EXPOSURES, min_size=1))
def test_rolling_up_counts_each_account_once_whatever_the_parents(
	parents: dict[str, str], exposures: dict[str, Exposure]
) -> None:
	for name in exposures:
		below = {account for account in exposures if account == name or name in rules.above(account, parents)}
		assert rules.rolled_up(name, parents, exposures) == rules.total(exposures[each] for each in below)
		assert len(set(rules.above(name, parents))) == len(rules.above(name, parents))
