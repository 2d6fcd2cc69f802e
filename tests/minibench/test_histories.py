"""Whatever is done in whatever order, the books balance after each step.

O2C_HISTORIES=3000 tells that many histories instead of those that the suite has time for.
"""

from __future__ import annotations

import os
from collections import Counter

import frappe
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.support import erp
from tests.support.histories import WAYS, History, Step
from tests.support.ledgers import assert_books_balance

HISTORIES = int(os.environ.get("O2C_HISTORIES", "12"))
LONG = "O2C_HISTORIES" in os.environ
OFTEN = ("order", "deliver", "bill delivery", "bill order", "pay", "cancel", "amend")

steps = st.lists(
	st.builds(
		Step,
		what=st.sampled_from([*WAYS, *OFTEN]),
		which=st.integers(0, 11),
		amount=st.integers(0, 11),
		day=st.integers(2, 28),
	),
	min_size=8,
	max_size=30,
)


@pytest.fixture
def company(site: object) -> str:
	erp.found_company()
	frappe.db.savepoint("company")
	return erp.COMPANY


def begin() -> History:
	"""A company without any past."""
	frappe.db.rollback(save_point="company")
	frappe.local.document_cache = {}
	frappe.local.message_log = []
	return History()


@pytest.mark.timeout(36_000 if LONG else 300)
def test_any_history_leaves_books_that_balance(company: str) -> None:
	done: Counter[str] = Counter()

	@settings(
		max_examples=HISTORIES,
		deadline=None,
		database=None,
		derandomize=not LONG,
		phases=[Phase.generate, Phase.shrink],
		suppress_health_check=list(HealthCheck),
		print_blob=True,
	)
	@given(steps)
	def tell(told: list[Step]) -> None:
		history = begin()
		try:
			history.tell(told)
		finally:
			done.update(history.done)
			done.update({f"refused {what}": count for what, count in history.refused.items()})

	tell()
	if LONG:
		print("\n" + "\n".join(f"{count:6} {what}" for what, count in sorted(done.items())))
	if HISTORIES >= 10:
		assert sum(done[what] for what in WAYS) > 2 * HISTORIES


def test_books_that_do_not_balance_are_found(company: str) -> None:
	begin().tell([Step("invoice", 0, 1, 5), Step("pay", 0, 0, 6)])
	assert_books_balance()
	for doctype, fieldname in (
		("GL Entry", "debit"),
		("Payment Ledger Entry", "amount"),
		("Stock Ledger Entry", "stock_value_difference"),
		("Bin", "actual_qty"),
		("Sales Invoice", "outstanding_amount"),
	):
		frappe.db.savepoint("wrong")
		name, value = frappe.get_all(doctype, fields=["name", fieldname], as_list=True)[0]
		frappe.db.set_value(doctype, name, fieldname, value + 1)
		with pytest.raises(AssertionError, match="do not balance"):
			assert_books_balance()
		frappe.db.rollback(save_point="wrong")
	assert_books_balance()
