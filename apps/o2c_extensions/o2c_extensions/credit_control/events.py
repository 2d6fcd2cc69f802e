from __future__ import annotations

from typing import Any

from o2c_extensions.credit_control.services import holds


def sales_order_on_cancel(doc: Any, method: str | None = None) -> None:
	holds.withdraw(doc)


def document_of_an_order_validate(doc: Any, method: str | None = None) -> None:
	"""The last place before goods or a bill leave, whichever way the document came about."""
	holds.refuse_held(doc)
