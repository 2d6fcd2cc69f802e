"""Whatever is done in whatever order, the kept exposure is what the documents add up to, to the cent.

O2C_HISTORIES=3000 tells that many histories instead of those that the suite has time for.
"""

from __future__ import annotations

import os
from collections import Counter

import frappe
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from o2c_extensions.credit_control.services import ledger, rebuild
from o2c_extensions.credit_control.services.exposure import credit_of

from tests.support import erp
from tests.support.credit_histories import CreditHistory
from tests.support.exposure import slow_exposure
from tests.support.histories import Step

HISTORIES = int(os.environ.get("O2C_HISTORIES", "12"))
LONG = "O2C_HISTORIES" in os.environ
OFTEN = (
	"order",
	"order abroad",
	"deliver alone",
	"bill delivery",
	"bill order",
	"take back",
	"pay",
	"cancel",
	"amend",
)

steps = st.lists(
	st.builds(
		Step,
		what=st.sampled_from([*CreditHistory.ways, *OFTEN]),
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


def begin() -> CreditHistory:
	"""A company without any past."""
	frappe.db.rollback(save_point="company")
	frappe.local.document_cache = {}
	frappe.local.message_log = []
	return CreditHistory()


def kept(customer: str) -> dict[str, float]:
	return {part: float(amount) for part, amount in vars(credit_of(customer, erp.COMPANY).exposure).items()}


def assert_kept_is_right(history: CreditHistory) -> None:
	for customer in history.customers:
		assert kept(customer) == slow_exposure(customer), f"{customer} after {history.log}"
		assert rebuild.verify(customer) == {"right": True, "customers": 1, "drift": []}, history.log


@pytest.mark.timeout(36_000 if LONG else 300)
def test_kept_is_the_slow_sum_after_any_history(company: str) -> None:
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
			for step in told:
				history.tell([step], check=False)
				if step.which % 3 == 0:
					# Others are settled together, as in one long transaction.
					assert_kept_is_right(history)
			assert_kept_is_right(history)
		finally:
			done.update(history.done)

	tell()
	if LONG:
		print("\n" + "\n".join(f"{count:6} {what}" for what, count in sorted(done.items())))
	if HISTORIES >= 10:
		assert sum(done.values()) > 3 * HISTORIES
		assert {"cancel", "order abroad", "take back", "allocate"} <= set(done)


def test_an_exposure_that_is_wrong_is_found_and_put_right(company: str) -> None:
	history = begin()
	history.tell(
		[Step("order", 1, 3, 5), Step("invoice", 1, 2, 6), Step("deliver alone", 1, 1, 7)], check=False
	)
	ledger.settle()
	customer = history.customers[1]
	right = kept(customer)
	assert min(right["open_orders"], right["receivables"], right["deliveries_to_bill"]) > 0
	entries = frappe.get_all(
		"Credit Exposure Entry", filters={"customer": customer}, order_by="name asc", pluck="name"
	)
	account = frappe.db.get_value("Credit Account", {"customer": customer})
	frappe.db.set_value("Credit Exposure Entry", entries[0], "open_orders", 5000)
	frappe.db.delete("Credit Exposure Entry", {"name": entries[1]})
	frappe.db.set_value("Credit Account", account, "receivables", 0.01)
	found = rebuild.verify(customer)
	assert not found["right"] and len(found["drift"]) >= 3
	assert rebuild.verify()["drift"] == found["drift"], "among all customers"
	assert rebuild.rebuild(customer)["corrected"] >= 3
	assert kept(customer) == right == slow_exposure(customer)
	assert rebuild.verify(customer)["right"]
	decision = frappe.get_last_doc("O2C Decision", filters={"decision_type": "Credit Exposure Rebuild"})
	assert (decision.subject_name, decision.outcome) == (customer, "Corrected")
	assert rebuild.rebuild(customer) == {"customers": 1, "corrected": 0}


def test_what_a_savepoint_takes_back_is_computed_again_at_the_end(company: str) -> None:
	"""An order is changed, then the exposure settled within a savepoint that is taken back: the order stays changed."""
	history = begin()
	history.tell([Step("order", 1, 3, 5)], check=False)
	frappe.db.savepoint("look")
	before = kept(history.customers[1])
	assert before["open_orders"] > 0
	frappe.db.rollback(save_point="look")
	assert not frappe.get_all("Credit Exposure Entry", filters={"customer": history.customers[1]})
	ledger._close()
	assert kept(history.customers[1]) == before == slow_exposure(history.customers[1])
