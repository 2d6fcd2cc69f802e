"""How the standard print shows a transaction's items and taxes: quantities with their unit, taxes as lines of a sum."""

from __future__ import annotations

from typing import Any

from minibench.context import db
from minibench.values.numbers import cint

_INCLUDES = "templates/print_formats/includes"


def before_print(doc: Any, method: str | None = None, settings: Any = None) -> None:
	"""Document event of sales and purchase transactions."""
	doc.print_templates = {"items": f"{_INCLUDES}/items.html", "total": f"{_INCLUDES}/total.html"}
	doc.child_print_templates = {"items": {"qty": f"{_INCLUDES}/item_table_qty.html"}}
	doc.flags.compact_item_fields = ["description", "qty", "rate", "amount"]
	# A discount is a line among the taxes; without taxes it follows the total.
	doc.flags.discount_stands_alone = bool(doc.get("discount_amount")) and not doc.get("taxes")
	accounts = db.get_singles_dict("Accounts Settings")
	inclusive = any(row.included_in_print_rate for row in doc.get("taxes") or ())
	doc.flags.show_inclusive_tax_in_print = int(
		inclusive and cint(accounts.get("show_inclusive_tax_in_print"))
	)
	if not cint(accounts.get("show_taxes_as_table_in_print")):
		doc.print_templates["taxes"] = f"{_INCLUDES}/taxes.html"
