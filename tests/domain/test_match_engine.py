"""Lines against open items: stories, and what holds for whatever comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from o2c_extensions.cash_application.domain.engine.book import Book
from o2c_extensions.cash_application.domain.engine.engine import match
from o2c_extensions.cash_application.domain.engine.model import (
	CREDIT,
	INVOICE,
	LEAVE,
	ORDER,
	POST,
	PROPOSE,
	Choice,
	Customer,
	Discount,
	Habit,
	Item,
	Line,
	Receipt,
)
from o2c_extensions.cash_application.domain.engine.patterns import Pattern
from o2c_extensions.cash_application.domain.engine.rules import (
	BOOK,
	HAND_OVER,
	SPLIT,
	Condition,
	Rule,
	Share,
	Tolerance,
	split,
)

DAY = date(2026, 3, 1)
PAYS = DAY + timedelta(days=10)
ACME = Customer("C1", ("Acme Tools GmbH",), ("DE11",), ("M1",), ("K50001",))
OTHER = Customer("C2", ("Quiberost Parts Limited",), ("GB22",))
RULE = Rule(
	"Payments",
	tolerance={"*": Tolerance(5)},
	charges={"EUR": Tolerance(1500)},
	exchange=Tolerance(2, 10),
	grace_days=2,
	difference_account="Write Off",
	charges_account="Bank Charges",
	deduction_reason="Short Payment",
)


def item(number: int, amount: int, due: int = 14, customer: str = "C1", **values: Any) -> Item:
	made = {"name": f"ACC-SINV-2026-{number:05}", "kind": INVOICE, "currency": "EUR", **values}
	return Item(customer=customer, open=amount, posted=DAY, due=DAY + timedelta(days=due), **made)


def line(amount: int, *texts: str, name: str = "L1", known: bool = True, **values: Any) -> Line:
	payer = {"party_name": "ACME TOOLS GMBH", "party_iban": "DE11"} if known else {}
	return Line(
		name, amount, values.pop("currency", "EUR"), values.pop("day", PAYS), texts, **{**payer, **values}
	)


def look(
	lines: Line | Sequence[Line], *items: Item, rules: Sequence[Rule] = (RULE,), **more: Any
) -> list[Choice]:
	book = Book(items, more.pop("customers", (ACME, OTHER)), **more)
	return list(match([lines] if isinstance(lines, Line) else lines, book, rules))


def given_to(choice: Choice) -> dict[str, int]:
	return {one.item[-5:].lstrip("0"): one.amount for one in choice.allocations}


def test_named_and_exact_is_posted_with_its_parts_shown() -> None:
	[choice] = look(line(11900, "Rechnung ACC-SINV-2026-00017"), item(17, 11900), item(18, 11900))
	assert (choice.outcome, choice.customer, given_to(choice)) == (POST, "C1", {"17": 11900})
	assert {part.kind: part.seen for part in choice.parts} == {
		"reference": "full",
		"amount": "exact",
		"history": "none",
		"iban": "own",
		"name": "same",
		"date": "usual",
	}
	assert choice.probability > Decimal("0.999")


def test_several_and_a_credit_note_that_is_deducted() -> None:
	[choice] = look(
		line(25000, "inv 17, 18 less CN 19"),
		item(17, 10000),
		item(18, 20000),
		item(19, -5000, kind=CREDIT),
		item(20, 700),
	)
	assert (choice.outcome, given_to(choice)) == (POST, {"17": 10000, "18": 20000, "19": -5000})


def test_some_of_a_customers_items_that_sum_up() -> None:
	[choice] = look(line(33333), item(17, 11111), item(18, 22222), item(19, 55555))
	assert given_to(choice) == {"17": 11111, "18": 22222}
	assert choice.outcome in (POST, PROPOSE)


def test_two_sets_that_sum_up_are_never_posted() -> None:
	[choice] = look(line(300), item(1, 100), item(2, 200), item(3, 120), item(4, 180))
	assert choice.outcome == PROPOSE
	assert "ambiguous" in [reason.code for reason in choice.reasons]
	assert choice.nearest


def test_a_discount_that_is_earned_and_one_that_is_late() -> None:
	discounts = (Discount(DAY + timedelta(days=9), 200),)
	named = "Rechnung 17 abzgl. Skonto"
	[earned] = look(line(9800, named), item(17, 10000, discounts=discounts))
	assert earned.outcome == POST
	assert [(one.amount, one.discount, one.settled) for one in earned.allocations] == [(9800, 200, 10000)]
	[late] = look(line(9800, named, day=PAYS + timedelta(days=5)), item(17, 10000, discounts=discounts))
	assert [(one.amount, one.discount, one.settled, one.deduction) for one in late.allocations] == [
		(9800, 0, 9800, 200)
	]
	assert late.deduction_reason == "Short Payment"
	[refused] = look(
		line(9800, named), item(17, 10000, discounts=discounts), rules=(Rule("no discount", discount=False),)
	)
	assert refused.allocations[0].discount == 0


def test_small_differences_and_charges_within_their_limits() -> None:
	[rounded] = look(line(9997, "Rechnung 17"), item(17, 10000))
	assert [(one.amount, one.written_off, one.settled) for one in rounded.allocations] == [(9997, 3, 10000)]
	[more] = look(line(10004, "Rechnung 17"), item(17, 10000))
	assert (given_to(more), more.booked) == ({"17": 10000}, (("Write Off", 4, "", ""),))
	[charged] = look(line(98500, "Rechnung 17"), item(17, 100000))
	assert [(one.amount, one.charges, one.settled) for one in charged.allocations] == [(98500, 1500, 100000)]
	[too_much] = look(line(98400, "Rechnung 17"), item(17, 100000))
	assert [(one.charges, one.settled, one.deduction) for one in too_much.allocations] == [(0, 98400, 1600)]


def test_paid_too_much_stays_on_account_or_goes_to_a_person() -> None:
	[kept] = look(line(15000, "Rechnung ACC-SINV-2026-00017"), item(17, 10000))
	assert (kept.outcome, given_to(kept), kept.kept) == (POST, {"17": 10000}, 5000)
	[asked] = look(
		line(15000, "Rechnung ACC-SINV-2026-00017"), item(17, 10000), rules=(Rule("ask", keep_rest=False),)
	)
	assert asked.outcome == PROPOSE


def test_what_is_too_much_beside_a_cut_text_goes_to_a_person() -> None:
	text = "Beleg ACC-SINV-2026-00017, ACC-SINV"
	[choice] = look(line(15000, text), item(17, 10000))
	assert len(text) == 35
	assert (choice.outcome, given_to(choice), choice.kept) == (PROPOSE, {"17": 10000}, 5000)


def test_instalments_of_one_invoice() -> None:
	found = look(
		[
			line(4000, "Rate ACC-SINV-2026-00017", name="L1"),
			line(6000, "Rate ACC-SINV-2026-00017", name="L2"),
		],
		item(17, 10000),
	)
	assert [given_to(choice) for choice in found] == [{"17": 4000}, {"17": 6000}]


def test_paid_twice_pays_once() -> None:
	same = [
		line(10000, "ACC-SINV-2026-00017", name=name, day=PAYS + timedelta(days=at))
		for at, name in enumerate("AB")
	]
	first, second = look(same, item(17, 10000))
	assert (first.outcome, given_to(first)) == (POST, {"17": 10000})
	assert second.outcome != POST
	assert not second.allocations
	assert "taken" in [reason.code for reason in second.reasons]


def test_two_payers_who_name_the_same_invoice_are_both_looked_at() -> None:
	lines = [
		line(10000, "ACC-SINV-2026-00017", name="A", known=False),
		line(10000, "ACC-SINV-2026-00017", name="B", known=False, party_name="Somebody Else"),
	]
	assert POST not in [choice.outcome for choice in look(lines, item(17, 10000))]


def test_another_currency_by_what_was_instructed_and_by_the_rate() -> None:
	rates = {("USD", "EUR"): Decimal("0.92")}
	dollars = item(17, 10000, currency="USD")
	[told] = look(line(9150, "Invoice 17", instructed=(10000, "USD")), dollars, rates=rates)
	[near] = look(line(9195, "Invoice ACC-SINV-2026-00017"), dollars, rates=rates)
	for choice in (told, near):
		assert [one.settled for one in choice.allocations] == [10000]
		assert sum(one.amount for one in choice.allocations) + choice.kept in (9150, 9195)
	[unknown] = look(line(9195, "Invoice 17"), dollars)
	assert unknown.outcome != POST


def test_a_parent_company_pays_as_it_was_seen_to_before() -> None:
	payer = {"party_name": "Gorhel Holding", "party_iban": "NL99"}
	for habits, seen in (((Habit("NL99", "C1", 5),), "usual"), ((), "none")):
		[choice] = look(line(12345, "Rechnung 17", **payer), item(17, 12345), habits=habits)
		assert given_to(choice) == {"17": 12345}
		assert {part.kind: part.seen for part in choice.parts}["history"] == seen


def test_prepayment_of_an_order_only_where_orders_are_looked_for() -> None:
	order = item(17, 12345, name="SAL-ORD-2026-00017", kind=ORDER)
	[found] = look(line(12345, "Order SAL-ORD-2026-00017"), order)
	assert (found.outcome, found.allocations[0].item) == (POST, "SAL-ORD-2026-00017")
	[not_looked_for] = look(
		line(12345, "Order SAL-ORD-2026-00017"),
		order,
		rules=(Rule("invoices", look_for=frozenset((INVOICE,))),),
	)
	assert not not_looked_for.allocations


def test_a_returned_direct_debit_takes_its_receipt_back() -> None:
	receipts = [
		Receipt("PE-1", "C1", "EUR", 5000, DAY, "E2E1", "M1", "DE11", ("ACC-SINV-2026-00017",)),
		Receipt("PE-2", "C1", "EUR", 5000, DAY, "E2E2", "M1", "DE11", ("ACC-SINV-2026-00018",)),
	]
	[back] = look(line(-5450, end_to_end="E2E2", is_return=True), receipts=receipts)
	assert (back.outcome, back.reopens, back.fee) == (POST, "PE-2", 450)
	assert back.kept == -5000 and back.booked == (("Bank Charges", -450, "", ""),)
	[named] = look(line(-5000, "RETURN ACC-SINV-2026-00017", is_return=True), receipts=receipts)
	assert named.reopens == "PE-1"
	[unclear] = look(line(-5000, mandate="M1", is_return=True), receipts=receipts)
	assert unclear.outcome != POST
	twice = look(
		[line(-5000, end_to_end="E2E2", is_return=True, name=name) for name in "AB"], receipts=receipts
	)
	assert [choice.reopens for choice in twice].count("PE-2") == 1


def test_a_refund_goes_against_a_credit_note() -> None:
	[choice] = look(line(-5000, "refund ACC-SINV-2026-00017"), item(17, -5000, kind=CREDIT), item(18, 5000))
	assert given_to(choice) == {"17": -5000}


def test_what_matches_nothing_shows_what_is_nearest_and_why_not() -> None:
	[choice] = look(line(12300, known=False, party_name="Nobody"), item(17, 12300), item(18, 999))
	assert choice.outcome == LEAVE and choice.kept == 12300
	assert [(one.items, one.why_not.code) for one in choice.nearest] == [
		(("ACC-SINV-2026-00017",), "name other")
	]


def test_rules_in_order_book_split_and_hand_over() -> None:
	rules = (
		Rule("big", Condition(least=1_000_000), HAND_OVER),
		Rule("interest", Condition(contains=("zins",), sign=1), BOOK, account="Interest", cost_center="Main"),
		Rule(
			"rent",
			Condition(pattern=Pattern("miete [0-9]+")),
			SPLIT,
			account="Rent",
			shares=(Share("Tax", per_mille=190),),
		),
		Rule("swiss", Condition(ibans=("CH",)), HAND_OVER),
		Rule("small", Condition(expression=lambda one: one.fields.get("code") == "X"), HAND_OVER),
		RULE,
	)
	invoice = item(17, 11900)
	found = look(
		[
			line(2_000_000, "Rechnung 17", name="A"),
			line(500, "Zinsgutschrift", name="B"),
			line(1001, "MIETE 12", name="C"),
			line(11900, "Rechnung 17", name="D", party_iban="CH93"),
			line(11900, "Rechnung 17", name="E", fields={"code": "X"}),
			line(11900, "Rechnung 17", name="F"),
		],
		invoice,
		rules=rules,
	)
	assert [(choice.rule, choice.outcome) for choice in found] == [
		("big", LEAVE),
		("interest", POST),
		("rent", POST),
		("swiss", LEAVE),
		("small", LEAVE),
		("Payments", POST),
	]
	assert found[1].booked == (("Interest", 500, "Main", ""),)
	assert found[2].booked == (("Tax", 190, "", ""), ("Rent", 811, "", ""))


def test_a_rule_says_how_sure_it_must_be() -> None:
	sure = Rule("never", post=Decimal(2))
	assert look(line(11900, "ACC-SINV-2026-00017"), item(17, 11900), rules=(sure,))[0].outcome == PROPOSE


# What holds for whatever comes.


@given(
	st.integers(-(10**9), 10**9),
	st.lists(st.builds(Share, st.just("A"), st.integers(0, 10**8), st.integers(0, 700)), max_size=4),
)
def test_a_split_is_the_whole_line(amount: int, shares: list[Share]) -> None:
	parts = split(Rule("split", action=SPLIT, account="Rest", shares=tuple(shares)), amount)
	assert sum(part[1] for part in parts) == amount
	assert all(part[1] * amount > 0 for part in parts)


_amounts = st.sampled_from([990, 990, 1990, 5000, 10000, 12345, 333])


@st.composite
def _work(draw: st.DrawFn) -> tuple[list[Line], list[Item], list[Customer]]:
	customers = [ACME, OTHER, Customer("C3", ("Acme Holding AG",), ("DE11", "NL33"))]
	items = []
	for number in range(1, draw(st.integers(1, 7)) + 1):
		kind = draw(st.sampled_from([INVOICE, INVOICE, INVOICE, CREDIT, ORDER]))
		amount = draw(_amounts)
		discounts = (Discount(DAY + timedelta(days=12), amount // 50),) if draw(st.booleans()) else ()
		items.append(
			item(
				number,
				-amount // 2 if kind == CREDIT else amount,
				draw(st.integers(0, 30)),
				draw(st.sampled_from(["C1", "C2", "C3"])),
				kind=kind,
				currency=draw(st.sampled_from(["EUR", "EUR", "EUR", "USD"])),
				discounts=discounts,
				mandate=draw(st.sampled_from(["", "M1"])),
			)
		)
	lines = []
	for number in range(draw(st.integers(1, 5))):
		named = draw(st.lists(st.sampled_from(items), max_size=3))
		base = draw(st.one_of(_amounts, st.just(sum(one.open for one in named))))
		amount = base + draw(st.sampled_from([0, 0, 0, -3, -500, 700, -4321]))
		payer = draw(
			st.sampled_from([("", ""), ("ACME TOOLS", "DE11"), ("Acme", "NL33"), ("Quiberost Parts", "GB22")])
		)
		lines.append(
			Line(
				f"L{number}",
				amount,
				draw(st.sampled_from(["EUR", "EUR", "EUR", "USD"])),
				DAY + timedelta(days=draw(st.integers(0, 40))),
				(draw(st.sampled_from(["", "Rechnung ", "inv "])) + ", ".join(one.name for one in named),),
				mandate=draw(st.sampled_from(["", "", "M1"])),
				party_name=payer[0],
				party_iban=payer[1],
				is_return=draw(st.sampled_from([False, False, False, True])),
			)
		)
	return lines, items, customers


RATES = {("USD", "EUR"): Decimal("0.92")}


def _decided(
	lines: Sequence[Line], items: Sequence[Item], customers: Sequence[Customer]
) -> dict[str, Choice]:
	return {choice.line: choice for choice in match(lines, Book(items, customers, rates=RATES), [RULE])}


@given(_work())
@settings(max_examples=200)
def test_no_cent_is_lost_and_none_is_given_twice(work: tuple[list[Line], list[Item], list[Customer]]) -> None:
	lines, items, customers = work
	by_name = {one.name: one for one in items}
	settled: dict[str, int] = {}
	decided = _decided(lines, items, customers)
	for one in lines:
		choice = decided[one.name]
		given_out = sum(allocation.amount for allocation in choice.allocations)
		assert given_out + choice.kept + sum(part[1] for part in choice.booked) == one.amount
		sign = 1 if one.amount > 0 else -1
		assert choice.kept * sign >= 0
		for allocation in choice.allocations:
			found = by_name[allocation.item]
			assert found.customer == choice.customer
			settled[found.name] = settled.get(found.name, 0) + allocation.settled
			if found.currency == one.currency:
				made_of = (
					allocation.amount + allocation.discount + allocation.written_off + allocation.charges
				)
				assert allocation.settled == made_of
		paid = sum(part.amount for part in choice.allocations if part.amount * sign > 0)
		netted = sum(part.amount for part in choice.allocations if part.amount * sign < 0)
		assert abs(paid) <= abs(one.amount) + abs(netted)
	for name, amount in settled.items():
		assert 0 <= amount * (1 if by_name[name].open > 0 else -1) <= abs(by_name[name].open)


@given(_work(), st.randoms(use_true_random=False))
def test_the_order_of_what_comes_in_changes_nothing(
	work: tuple[list[Line], list[Item], list[Customer]], mixed: Any
) -> None:
	before = _decided(*work)
	for part in work:
		mixed.shuffle(part)
	assert _decided(*work) == before


@given(_work())
def test_what_has_nothing_to_do_with_it_changes_nothing(
	work: tuple[list[Line], list[Item], list[Customer]],
) -> None:
	lines, items, customers = work
	before = _decided(lines, items, customers)
	stranger = Customer("X9", ("Wexwexal Optik",), ("CH77",))
	lines = [
		*lines,
		Line("X", 77777, "EUR", PAYS, ("ZZ-000777123",), party_name="Wexwexal Optik", party_iban="CH77"),
	]
	items = [*items, Item("ZZ-000777123", INVOICE, "X9", "EUR", 77777, DAY, DAY)]
	after = _decided(lines, items, [*customers, stranger])
	assert after.pop("X").outcome == POST
	assert after == before


@given(_work(), st.data())
def test_a_double_of_an_unnamed_item_is_never_chosen_over_it_without_a_person(
	work: tuple[list[Line], list[Item], list[Customer]], data: st.DataObject
) -> None:
	"""Two items that differ in nothing but their number, and a line that names neither."""
	_lines, items, customers = work
	amount = data.draw(st.integers(20000, 90000))
	pair = [item(number, amount) for number in (8001, 8002)]
	unnamed = line(amount, data.draw(st.sampled_from(["", "Danke", "payment"])))
	choice = _decided([unnamed], [*items, *pair], customers)["L1"]
	assert choice.outcome != POST


@given(_work())
def test_twice_the_same_work_gives_the_same(work: tuple[list[Line], list[Item], list[Customer]]) -> None:
	assert _decided(*work) == _decided(*work)
