"""The rows of a bank account's proof make the difference between bank and ledger, to the cent and whatever happens."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.cash_application.domain import proof
from o2c_extensions.cash_application.domain.proof import Booked, Line, Link, Told, prove

D = Decimal
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
STATEMENT = Told("S1", FIRST, LAST, D(100), D(150))
PAID = Booked(("Payment Entry", "P1"), date(2026, 3, 10), D(50))
OPENING = Booked(("Journal Entry", "J0"), date(2026, 2, 1), D(100))
LINE = Line("L1", date(2026, 3, 10), D(50))
LINK = Link("L1", ("Payment Entry", "P1"), D(50))


def kinds(found: proof.Proof) -> list[tuple[str, str, Decimal]]:
	assert found.unexplained == 0
	return [(each.kind, each.document[1], each.amount) for each in found.differences]


def test_what_agrees_has_no_difference() -> None:
	found = prove([STATEMENT], [LINE], [OPENING, PAID], [LINK], LAST)
	assert (found.bank, found.ledger, found.proven_until) == (150, 150, LAST)
	assert kinds(found) == []


def test_what_only_one_side_has_is_listed() -> None:
	found = prove([STATEMENT], [LINE], [OPENING, PAID], [], LAST)
	assert kinds(found) == [(proof.UNBOOKED, "L1", D(50)), (proof.NOT_TOLD, "P1", D(-50))]


def test_another_amount_is_named() -> None:
	wrong = Booked(PAID.voucher, PAID.day, D(60))
	found = prove([STATEMENT], [LINE], [OPENING, wrong], [LINK], LAST)
	assert (found.bank, found.ledger) == (150, 160)
	assert kinds(found) == [(proof.WRONG, "P1", D(-10))]
	partly = prove([STATEMENT], [LINE], [OPENING, PAID], [Link("L1", PAID.voucher, D(20))], LAST)
	assert kinds(partly) == [(proof.PARTLY, "L1", D(30)), (proof.WRONG, "P1", D(-30))]


def test_a_payment_of_the_next_month_is_booked_later() -> None:
	later = Booked(PAID.voucher, LAST + timedelta(days=1), D(50))
	found = prove([STATEMENT], [LINE], [OPENING, later], [LINK], LAST)
	assert (found.bank, found.ledger) == (150, 100)
	assert kinds(found) == [(proof.LATER, "L1", D(50))]


def test_what_the_ledger_lacks_from_before_the_first_statement() -> None:
	found = prove([STATEMENT], [LINE], [Booked(OPENING.voucher, OPENING.day, D(90)), PAID], [LINK], LAST)
	assert kinds(found) == [(proof.BEFORE, "", D(10))]


def test_a_missing_statement_is_a_gap() -> None:
	following = Told("S2", date(2026, 5, 1), date(2026, 5, 31), D(170), D(170))
	found = prove([STATEMENT, following], [LINE], [OPENING, PAID], [LINK], date(2026, 5, 31))
	assert found.bank == 170
	assert kinds(found) == [(proof.GAP, "S2", D(20))]


def test_an_accepted_difference_and_a_cancelled_line() -> None:
	told = Told("S1", FIRST, LAST, D(100), D(157), D(3))
	found = prove([told], [LINE], [OPENING, PAID], [LINK], LAST)
	assert found.bank == 157
	assert kinds(found) == [(proof.ACCEPTED, "S1", D(3)), (proof.MISSING, "S1", D(4))]


def test_several_statements_on_one_day_are_one_after_another() -> None:
	second = Told("S2", LAST, LAST, D(140), D(150))
	first = Told("S1", FIRST, LAST, D(100), D(140))
	found = prove([second, first], [LINE], [OPENING, PAID], [LINK], LAST)
	assert found.bank == 150
	assert kinds(found) == []


def test_an_account_without_statements_says_so() -> None:
	found = prove([], [LINE], [PAID], [LINK], LAST)
	assert (found.bank, found.ledger, found.proven_until) == (50, 50, None)
	assert kinds(found) == [(proof.UNPROVEN, "", D(0))]
	early = prove([STATEMENT], [LINE], [OPENING, PAID], [LINK], LAST + timedelta(days=3))
	assert kinds(early) == [(proof.UNPROVEN, "", D(0))]


_day = st.dates(FIRST - timedelta(days=20), LAST + timedelta(days=40))
_amount = st.decimals(D("-99.99"), D("99.99"), places=2)
_voucher = st.tuples(st.just("Payment Entry"), st.sampled_from("PQRST"))


@st.composite
def statements(draw: st.DrawFn) -> list[Told]:
	found = []
	for number in range(draw(st.integers(0, 4))):
		first = draw(_day)
		last = first + timedelta(days=draw(st.integers(0, 15)))
		found.append(
			Told(f"S{number}", first, last, draw(_amount), draw(_amount), draw(st.just(D(0)) | _amount))
		)
	return found


@given(
	statements(),
	st.lists(
		st.builds(Line, st.sampled_from("KLMNO"), _day, _amount), max_size=5, unique_by=lambda line: line.name
	),
	st.lists(st.builds(Booked, _voucher, _day, _amount), max_size=5, unique_by=lambda each: each.voucher),
	st.lists(
		st.builds(Link, st.sampled_from("KLMNO"), _voucher, st.decimals(D(0), D(99), places=2)), max_size=6
	),
	_day,
)
def test_the_rows_always_make_the_difference(
	told: list[Told], lines: list[Line], booked: list[Booked], links: list[Link], until: date
) -> None:
	found = prove(told, lines, booked, links, until)
	assert found.unexplained == 0
	assert found.ledger == sum((each.amount for each in booked if each.day <= until), D(0))
	counted = [each for each in told if each.last <= until]
	if len(counted) == 1:
		after = sum((line.amount for line in lines if counted[0].last < line.day <= until), D(0))
		assert found.bank == counted[0].closing + after, "the bank's own word"
