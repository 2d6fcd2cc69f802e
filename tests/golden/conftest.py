"""What golden tests of ERP stand on, and what must hold of the books when they end."""

from __future__ import annotations

from collections.abc import Iterator

import frappe
import pytest

from tests.support import erp
from tests.support.ledgers import assert_books_balance


@pytest.fixture
def facts(site: object) -> Iterator[erp.Facts]:
	erp.found_company()
	# v15 remembers by a voucher's name whether there are later ones; rolled back, the next test has the same names.
	frappe.local.future_sle = {}
	yield erp.Facts()
	assert_books_balance()
