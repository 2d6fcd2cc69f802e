"""What golden tests of ERP stand on."""

from __future__ import annotations

import frappe
import pytest

from tests.support import erp


@pytest.fixture
def facts(site: object) -> erp.Facts:
	erp.found_company()
	# v15 remembers by a voucher's name whether there are later ones; rolled back, the next test has the same names.
	frappe.local.future_sle = {}
	return erp.Facts()
