"""The company that the stories are told in, as for those of ERPNext itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
import pytest

from tests.scenarios.erp.conftest import company, customer, item, service, warehouse

__all__ = ["company", "count_queries", "customer", "item", "service", "warehouse"]


@pytest.fixture
def count_queries() -> Callable[[Callable[[], Any]], int]:
	"""How many queries a call asks of the database: its own reads, whatever else the framework does around them."""

	def count(call: Callable[[], Any]) -> int:
		database = frappe.db
		asked: list[str] = []
		name = "cursor" if hasattr(database, "cursor") else "sql"
		original = getattr(database, name)

		def counted(query: Any, *args: Any, **kwargs: Any) -> Any:
			if str(query).lstrip().lower().startswith("select"):
				asked.append(str(query))
			return original(query, *args, **kwargs)

		setattr(database, name, counted)
		try:
			call()
		finally:
			delattr(database, name)
		return len(asked)

	return count
