"""What of the money on a customer's account an invoice gets when it appears."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.cash_application.domain.on_account import Billed, Money, allot

D = Decimal
DAY = date(2026, 3, 10)
BILLED = Billed("ACC-SINV-2026-00017", "C", "EUR", D(100), DAY, ("SAL-ORD-2026-00004",), ("BEST-77812",))


def told(money: list[Money], others: tuple[tuple[str, Decimal], ...] = ()) -> list[tuple[str, Decimal, str]]:
	return [(each.money.payment, each.amount, each.reason) for each in allot(BILLED, money, others)]


def free(name: str, amount: str, *texts: str, days: int = 0) -> Money:
	return Money(name, D(amount), DAY - timedelta(days=days), texts=texts)


def test_an_advance_on_its_order_comes_first() -> None:
	advance = Money("P1", D(60), DAY, "row", "SAL-ORD-2026-00004")
	other = Money("P2", D(60), DAY, "row2", "SAL-ORD-2026-00005")
	named = free("P3", "60", "Rechnung ACC-SINV-2026-00017", days=9)
	assert told([named, other, advance]) == [("P1", 60, "order"), ("P3", 40, "named")]


def test_money_that_names_the_order_or_the_customers_number_is_the_invoices() -> None:
	assert told([free("P", "30", "Anzahlung SAL ORD 2026 00004")]) == [("P", 30, "named")]
	assert told([free("P", "30", "zu unserer Bestellung BEST-77812")]) == [("P", 30, "named")]
	assert told([free("P", "30", "ACC SINV 2026-00017")]) == [("P", 30, "named")]


def test_money_that_names_something_else_stays() -> None:
	others = (("ACC-SINV-2026-00016", D(50)),)
	assert told([free("P", "100", "ACC-SINV-2026-00016")], others) == []
	assert told([free("P", "100", "ACC-SINV-2026-00016 und ACC-SINV-2026-00017")], others) == []
	assert told([free("P", "100", "ACC-SINV-2026-00099")]) == [], "a number of ours that is not open"


def test_the_very_amount_is_enough_only_where_it_is_the_only_one() -> None:
	assert told([free("P", "100", "danke"), free("Q", "7")]) == [("P", 100, "exact")]
	assert told([free("P", "100"), free("Q", "100")]) == []
	assert told([free("P", "100")], (("ACC-SINV-2026-00016", D(100)),)) == []
	assert told([free("P", "99.99")]) == []


def test_a_short_number_is_no_name() -> None:
	assert told([free("P", "30", "Rechnung 17")]) == []


@given(
	st.lists(
		st.builds(
			Money,
			payment=st.sampled_from("PQRST"),
			amount=st.decimals(D("0.01"), D(150), places=2),
			day=st.just(DAY),
			row=st.sampled_from(("", "r")),
			order=st.sampled_from(("", "SAL-ORD-2026-00004", "SAL-ORD-2026-00005")),
			texts=st.sampled_from(((), ("ACC-SINV-2026-00017",), ("ACC-SINV-2026-00016",))),
		),
		max_size=6,
	)
)
def test_no_more_than_is_open_and_no_more_than_there_is(money: list[Money]) -> None:
	found = allot(BILLED, money, [("ACC-SINV-2026-00016", D(5))])
	assert sum((each.amount for each in found), D(0)) <= BILLED.open
	assert all(0 < each.amount <= each.money.amount for each in found)
	assert all(not each.money.row or each.money.order in BILLED.orders for each in found)
	assert found == allot(BILLED, list(reversed(money)), [("ACC-SINV-2026-00016", D(5))]) or len(
		{(each.payment, each.row) for each in money}
	) < len(money)
