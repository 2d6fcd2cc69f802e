"""The company that the stories are told in, as for those of ERPNext itself."""

from __future__ import annotations

from tests.scenarios.erp.conftest import company, customer, item, service, warehouse

__all__ = ["company", "customer", "item", "service", "warehouse"]
