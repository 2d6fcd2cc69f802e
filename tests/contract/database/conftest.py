"""A few parties, orders, lines and tree nodes, written straight into their tables so that every value is known."""

from __future__ import annotations

from datetime import datetime, timedelta

import frappe
import pytest

from tests.contract.database.tools import LINE, NODE, ORDER, PARTY

START = datetime(2024, 5, 1, 10, 0, 0)
STANDARD = ["owner", "modified_by", "docstatus", "idx"]


@pytest.fixture(autouse=True)
def records(site: object) -> None:
	for doctype in (LINE, ORDER, PARTY, NODE):
		frappe.db.delete(doctype)
	_insert_parties()
	_insert_orders()
	frappe.db.bulk_insert(
		LINE,
		[
			"name",
			"parent",
			"parenttype",
			"parentfield",
			"idx",
			"item",
			"qty",
			"rate",
			"amount",
			"creation",
			"modified",
		],
		[
			(
				f"L{n}",
				f"O{1 + n % 3}",
				ORDER,
				"items",
				n,
				f"item {n % 2}",
				n * 1.5,
				0.1 * n,
				0.15 * n * n,
				START,
				START,
			)
			for n in range(1, 10)
		],
	)
	frappe.db.bulk_insert(
		NODE,
		["name", "node_name", "is_group", "parent_contract_node", "lft", "rgt", "creation", "modified"],
		[
			("All", "All", 1, None, 1, 10, START, START),
			("A", "A", 1, "All", 2, 7, START, START),
			("A1", "A1", 0, "A", 3, 4, START, START),
			("A2", "A2", 0, "A", 5, 6, START, START),
			("B", "B", 0, "All", 8, 9, START, START),
		],
	)


def _insert_parties() -> None:
	fields = (
		"name party_name email disabled credit_limit parent_party party_group notes creation modified".split()
	)
	rows = [
		("P1", "Alpha", "a@x.y", 0, 100.5, "", "Retail", "note One"),
		("P2", "beta", "B@x.y", 1, 0, "P1", "Wholesale", None),
		("P3", "Gamma", None, 0, 33.333333333, "P1", None, ""),
		("P4", "delta", "d@x.y", 0, 0.1, None, "retail", "100% sure_thing"),
		("P5", "epsilon", "e@x.y", 1, 0.2, "P4", "Retail", "back\\slash"),
	]
	frappe.db.bulk_insert(
		PARTY,
		[*fields, *STANDARD],
		[
			(*row, START + timedelta(days=n), START + timedelta(days=10 - n, microseconds=n), *_standard())
			for n, row in enumerate(rows)
		],
	)


def _insert_orders() -> None:
	rows = [
		("O1", "P1", "2024-01-01", "Draft", 10.1, "r1", None, 0),
		("O2", "P1", "2024-01-31", "Open", 20.2, None, "O1", 1),
		("O3", "P2", "2024-02-29", "Closed", 30.3, "", None, 1),
		("O4", "P3", None, "Open", 0, "r4", None, 2),
		("O5", None, "2023-12-31", None, -5, "R1", None, 0),
	]
	frappe.db.bulk_insert(
		ORDER,
		"name party posting_date status total remarks amended_from docstatus creation modified owner modified_by idx".split(),
		[
			(
				*row,
				START + timedelta(hours=n),
				START + timedelta(hours=n),
				"Administrator",
				"Administrator",
				0,
			)
			for n, row in enumerate(rows)
		],
	)


def _standard() -> tuple[object, ...]:
	return "Administrator", "Administrator", 0, 0
