"""What golden tests of ERP stand on."""

from __future__ import annotations

import pytest

from tests.support import erp


@pytest.fixture
def facts(site: object) -> erp.Facts:
	erp.found_company()
	return erp.Facts()
