"""What a line is booked as: nothing is lost, nothing gets more than is open, and what makes no sense is refused."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.cash_application.domain.by_hand import Told, Wrong, settle
from o2c_extensions.cash_application.domain.engine.book import Book
from o2c_extensions.cash_application.domain.engine.engine import match
from o2c_extensions.cash_application.domain.engine.model import CREDIT, INVOICE, PAYMENT, Item, Line
from o2c_extensions.cash_application.domain.engine.rules import Rule, Tolerance
from o2c_extensions.cash_application.domain.posting import faults
from o2c_extensions.cash_application.domain.settlement import (
	Accounts,
	Booked,
	Settlement,
	obstacles,
	posting_of,
	set_off,
	settlement_of,
)

DAY = date(2026, 3, 10)
ACCOUNTS = Accounts("EUR", "Discounts", "Differences", "Charges")
NOTHING = Decimal(0)


def item(name: str, amount: int, customer: str = "C", kind: str = INVOICE, days: int = 0) -> Item:
	return Item(
		name, kind, customer, "EUR", amount, DAY - timedelta(40), DAY + timedelta(days), account="Debtors"
	)


def line(amount: int) -> Line:
	return Line("L", amount, "EUR", DAY)


def told(one: Item, amount: str | None = None, discount: str = "0", off: str = "0") -> Told:
	kinds = {INVOICE: "Sales Invoice", CREDIT: "Sales Invoice", PAYMENT: "Payment Entry"}
	given_amount = None if amount is None else Decimal(amount)
	return Told(one, (kinds[one.kind], one.name), given_amount, Decimal(discount), Decimal(off))


def by_hand(
	amount: int, *what: Told, customer: str = "", keep: bool = True, charges: str = "0"
) -> tuple[Settlement, ...]:
	made = settle(line(amount), what, customer, keep, Decimal(charges), True)
	assert not isinstance(made, Wrong), made
	return made


def wrong(amount: int, *what: Told, **options: object) -> str:
	customer, keep = str(options.get("customer", "")), bool(options.get("keep", True))
	made = settle(line(amount), what, customer, keep, NOTHING, True)
	assert isinstance(made, Wrong)
	return made.code


def paid_in(settlement: Settlement) -> Decimal:
	"""What a Payment Entry of this makes: allocated less deductions, plus what stays unallocated, is what came in."""
	posting = posting_of(settlement, ACCOUNTS, {})
	assert not faults(posting)
	shares = sum((share.amount for share in posting.shares), NOTHING)
	deductions = sum((deduction.amount for deduction in posting.deductions), NOTHING)
	return shares - deductions + settlement.kept


def test_what_is_due_first_is_paid_first() -> None:
	[made] = by_hand(15_000, told(item("B", 10_000, days=9)), told(item("A", 10_000, days=1)))
	assert [(part.name, part.amount) for part in made.parts] == [("A", 100), ("B", 50)]


def test_the_rest_is_kept_or_refused() -> None:
	one = item("A", 10_000)
	[made] = by_hand(12_000, told(one))
	assert (made.kept, made.customer) == (20, "C")
	assert wrong(12_000, told(one), keep=False) == "rest"
	[made] = by_hand(12_000, customer="D")
	assert (made.kept, made.customer, made.parts) == (120, "D", ())


def test_a_payment_for_each_customer() -> None:
	first, second = item("A", 4_000), item("B", 6_000, "D")
	made = by_hand(10_000, told(first), told(second))
	assert [(one.customer, one.amount, one.is_part) for one in made] == [("C", 40, True), ("D", 60, True)]
	assert wrong(12_000, told(first), told(second)) == "several customers"
	kept = by_hand(12_000, told(first), told(second), customer="D")
	assert [one.kept for one in kept] == [0, 20]


def test_accounts_beside_documents() -> None:
	fee = Told(None, ("Account", "Fees"), Decimal(15), booked=Booked("Fees", NOTHING))
	first, second = by_hand(10_000, told(item("A", 8_500)), fee)
	assert (first.amount, second.amount, second.booked[0].amount) == (85, 15, 15)
	assert second.is_straight_to_accounts


def test_what_a_bank_has_kept() -> None:
	[made] = by_hand(9_000, told(item("A", 10_000), None, "3", "2"), charges="5")
	[part] = made.parts
	assert (part.amount, part.settled, part.discount, part.written_off, part.charges) == (90, 100, 3, 2, 5)
	assert paid_in(made) == 90


def test_credits_are_set_off_whole() -> None:
	[made] = by_hand(7_000, told(item("A", 10_000)), told(item("N", -3_000, kind=CREDIT)))
	assert {part.name: part.settled for part in made.parts} == {"A": 100, "N": -30}
	assert set_off(made.parts) == ()
	assert paid_in(made) == 70


def test_an_earlier_payment_pays_a_part() -> None:
	[made] = by_hand(7_000, told(item("A", 10_000)), told(item("P", -3_000, kind=PAYMENT)))
	[(credit, part, amount)] = set_off(made.parts)
	assert (credit.name, part.name, amount) == ("P", "A", 30)
	assert [(share.invoice, share.amount) for share in posting_of(made, ACCOUNTS, {}).shares] == [("A", 70)]


@pytest.mark.parametrize(
	("code", "what"),
	[
		("nothing chosen", []),
		("not open", [Told(None, ("Sales Invoice", "A"))]),
		("not positive", [told(item("A", 100), "-1")]),
		("not positive", [told(item("A", 100), None, "-1")]),
		("too much", [told(item("A", 100), "1.01")]),
		("more than came", [told(item("A", 90_000), "800")]),
		("not positive", [Told(None, ("Account", "Fees"), None, booked=Booked("Fees", NOTHING))]),
	],
)
def test_what_makes_no_sense(code: str, what: list[Told]) -> None:
	assert wrong(10_000, *what) == code


def test_money_that_goes_out_pays_credit_notes() -> None:
	assert wrong(-5_000, told(item("A", 10_000))) == "outgoing"
	[made] = by_hand(-3_000, told(item("N", -3_000, kind=CREDIT)))
	assert (made.amount, made.parts[0].amount) == (-30, -30)
	assert obstacles(made, ACCOUNTS) == ()


def test_accounts_are_needed_for_what_is_missing() -> None:
	[made] = by_hand(9_500, told(item("A", 10_000), None, "5"))
	assert [reason.code for reason in obstacles(made, Accounts("EUR"))] == ["no discount account"]
	assert obstacles(made, ACCOUNTS) == ()


def test_a_discount_takes_its_tax_along() -> None:
	[made] = by_hand(9_800, told(item("A", 10_000), None, "2"))
	posting = posting_of(made, ACCOUNTS, {}, {"A": [("VAT", Decimal(19) / 119)]})
	assert [(one.account, one.amount) for one in posting.deductions] == [
		("VAT", Decimal("0.32")),
		("Discounts", Decimal("1.68")),
	]


@given(
	st.integers(1, 10**7),
	st.lists(
		st.tuples(st.integers(-(10**6), 10**6).filter(bool), st.integers(0, 30)), min_size=1, max_size=6
	),
	st.booleans(),
)
def test_by_hand_nothing_is_lost(amount: int, opens: list[tuple[int, int]], keep: bool) -> None:
	what = [
		told(item(f"I{number}", value, kind=INVOICE if value > 0 else CREDIT, days=days))
		for number, (value, days) in enumerate(opens)
	]
	made = settle(line(amount), what, "", keep, NOTHING, True)
	if isinstance(made, Wrong):
		return
	[one] = made
	assert sum((part.amount for part in one.parts), NOTHING) + one.kept == Decimal(amount) / 100
	for part in one.parts:
		assert abs(part.settled) <= abs(part.open)
		assert (part.settled > 0) == (part.open > 0)


@given(
	st.integers(1, 10**6),
	st.lists(st.integers(1, 10**6), min_size=1, max_size=5),
	st.integers(0, 500),
	st.integers(0, 500),
)
def test_what_the_engine_chooses_can_be_posted(
	amount: int, opens: list[int], tolerance: int, charges: int
) -> None:
	items = [item(f"INV-2026-{number:05d}", value) for number, value in enumerate(opens)]
	told_line = Line("L", amount, "EUR", DAY, texts=(" ".join(one.name for one in items),))
	rule = Rule(
		"R",
		tolerance={"EUR": Tolerance(tolerance)},
		charges={"EUR": Tolerance(charges)},
		difference_account="Differences",
		charges_account="Charges",
	)
	[choice] = match([told_line], Book(items), [rule])
	by_name = {one.name: one for one in items}
	documents = {one.name: ("Sales Invoice", one.name) for one in items}
	made = settlement_of(choice, told_line, by_name, documents, "Debtors")
	if not choice.allocations:
		return
	assert not obstacles(made, ACCOUNTS)
	assert paid_in(made) == Decimal(amount) / 100
