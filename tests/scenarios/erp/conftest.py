"""The company that the stories are told in, with a customer and an item of each story's own."""

from __future__ import annotations

import frappe
import pytest

from tests.support import erp


@pytest.fixture
def company(site: object) -> str:
	erp.found_company()
	frappe.local.future_sle = {}  # what v15 remembers of vouchers that were rolled back
	return erp.COMPANY


@pytest.fixture
def customer(company: str) -> str:
	return erp.make_customer()


@pytest.fixture
def warehouse(company: str) -> str:
	return erp.STORES


@pytest.fixture
def item(company: str) -> str:
	"""In stock, at moving average."""
	return erp.make_item()


@pytest.fixture
def service(company: str) -> str:
	"""Never in stock."""
	return erp.make_item(is_stock_item=0)
