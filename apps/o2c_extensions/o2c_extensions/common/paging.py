"""Reading a whole table without holding it: one query a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe

PAGE = 1000


def pages(doctype: str, key: str, fields: list[str], after: int = 0) -> Iterator[list[Any]]:
	"""The rows of `doctype` whose whole-number field `key` is greater than `after`, in its order, page by page.

	Rows with equal keys stay in one list, even where that makes it longer than PAGE.
	"""
	while True:
		rows = frappe.get_all(
			doctype,
			filters=[[key, ">", after]],
			fields=fields,
			order_by=f"{key} asc, name asc",
			limit_page_length=PAGE,
		)
		if not rows:
			return
		after = rows[-1][key]
		if len(rows) == PAGE:
			rows += frappe.get_all(
				doctype,
				filters=[[key, "=", after], ["name", ">", rows[-1].name]],
				fields=fields,
				order_by="name asc",
				limit_page_length=0,
			)
		yield rows
