"""Histories by the dice: what is refused, where every document stands in the end, and what the ledgers add up to."""

from __future__ import annotations

from random import Random
from typing import Any

import frappe
import pytest

from tests.support.erp import Facts
from tests.support.golden import Golden
from tests.support.histories import WAYS, History, Step

STEPS = 14
SHOWN = {
	"Sales Order": "status per_delivered per_billed advance_paid rounded_total",
	"Delivery Note": "status per_billed per_returned is_return rounded_total",
	"Sales Invoice": "status outstanding_amount is_return rounded_total total_advance",
	"Payment Entry": "status paid_amount unallocated_amount total_allocated_amount",
	"Journal Entry": "voucher_type total_debit",
	"Stock Entry": "purpose total_incoming_value total_outgoing_value",
}


def by_the_dice(seed: int) -> list[Step]:
	dice = Random(seed)
	return [
		Step(dice.choice(list(WAYS)), dice.randint(0, 11), dice.randint(0, 11), dice.randint(2, 28))
		for _ in range(STEPS)
	]


def sums(doctype: str, by: str, columns: str, facts: Facts, **filters: Any) -> list[Any]:
	keys, amounts = by.split(), columns.split()
	rows = frappe.get_all(
		doctype,
		filters=filters,
		fields=[*keys, *(f"sum({column}) as sum_of_{column}" for column in amounts)],
		group_by=", ".join(keys),
		order_by=None,
	)
	said = [
		facts.say(
			[row[key] for key in keys] + [round(float(row[f"sum_of_{column}"]), 6) + 0 for column in amounts]
		)
		for row in rows
	]
	return sorted(said, key=repr)


@pytest.mark.parametrize("seed", range(8))
def test_history(seed: int, facts: Facts, golden: Golden) -> None:
	history = History()
	facts.name(
		first=history.customers[0],
		second=history.customers[1],
		average=history.average,
		fifo=history.fifo,
		service=history.service,
	)
	history.tell(by_the_dice(seed), check=False)
	golden(history.log, "steps")
	documents = []
	for doctype, names in history.made.items():
		for number, name in enumerate(names, 1):
			facts.name(**{f"{doctype} {number}": name})
			doc = frappe.get_doc(doctype, name)
			documents.append([doctype, number, int(doc.docstatus), facts.of(doc, SHOWN[doctype])])
	golden(documents, "documents")
	of_history = {"voucher_no": ["in", [name for names in history.made.values() for name in names]]}
	of_customers = {"party": ["in", history.customers]}
	golden(
		{
			"gl": sums("GL Entry", "account is_cancelled", "debit credit", facts, **of_history),
			"receivables": sums(
				"Payment Ledger Entry",
				"party against_voucher_no delinked",
				"amount_in_account_currency",
				facts,
				**of_customers,
			),
			"stock": sums(
				"Bin",
				"item_code warehouse",
				"actual_qty reserved_qty projected_qty valuation_rate stock_value",
				facts,
				item_code=["in", history.items],
			),
		},
		"ledgers",
	)
