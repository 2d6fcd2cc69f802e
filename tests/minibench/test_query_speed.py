"""How much of the processor the everyday queries take. Others may use the machine meanwhile, so time is not measured."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import frappe
import pytest

PARTY = "Contract Party"
START = datetime(2024, 1, 1)

pytestmark = pytest.mark.skipif(sys.gettrace() is not None, reason="tracing slows down what is measured")


@pytest.fixture(autouse=True)
def parties(site: object) -> None:
	frappe.db.delete(PARTY)
	frappe.db.bulk_insert(
		PARTY,
		[
			"name",
			"party_name",
			"email",
			"credit_limit",
			"party_group",
			"creation",
			"modified",
			"owner",
			"modified_by",
		],
		[
			(
				f"P{n:04}",
				f"Party {n}",
				f"{n}@x.y",
				n / 7,
				"Retail",
				START,
				START + timedelta(seconds=n),
				"Guest",
				"Guest",
			)
			for n in range(2000)
		],
	)


def cost(function: Callable[[], Any], times: int = 100) -> float:
	"""Microseconds of processor time of one call, in the best of several rounds."""
	function()
	best = float("inf")
	for _ in range(9):
		started = time.process_time()
		for _ in range(times):
			function()
		best = min(best, (time.process_time() - started) / times * 1e6)
	return best


def test_a_value_by_name():
	assert cost(lambda: frappe.db.get_value(PARTY, "P0077", "email")) < 60
	assert (
		cost(lambda: frappe.db.get_value(PARTY, "P0077", ["email", "credit_limit", "creation"], as_dict=True))
		< 60
	)
	assert cost(lambda: frappe.db.exists(PARTY, "P0077")) < 60


def test_a_page_of_a_list():
	fields = "name party_name email credit_limit party_group creation modified owner disabled notes".split()
	assert cost(lambda: frappe.get_all(PARTY, fields=fields, limit=20)) < 400
	filters = {"party_group": "Retail", "credit_limit": [">", 5]}
	assert cost(lambda: frappe.get_all(PARTY, fields=fields, filters=filters, limit=20)) < 600


def test_a_write():
	def write() -> None:
		frappe.db.set_value(PARTY, "P0077", "notes", "x")
		frappe.db.rollback(save_point="measured")

	frappe.db.savepoint("measured")
	assert cost(write) < 400
