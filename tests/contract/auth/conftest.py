"""Rights are cached outside of the transaction on a bench: what a test changed and rolled back must not stay there."""

from __future__ import annotations

from collections.abc import Iterator

import frappe
import pytest


@pytest.fixture(autouse=True)
def forget_rights(site: object) -> Iterator[None]:
	yield
	frappe.db.rollback()
	frappe.set_user("Administrator")
	frappe.clear_cache()
