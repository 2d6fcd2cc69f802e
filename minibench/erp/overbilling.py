"""No more may be billed of a delivery than was delivered."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.context import db
from minibench.erp.status import allowance_for
from minibench.translate import _
from minibench.values.numbers import flt


def check(doc: Any, doctype: str, join: str, fieldname: str) -> None:
	"""Compare the amounts of an invoice's rows, with those of other invoices, to the rows that they bill."""
	names = [row.get(join) for row in doc.items if row.get(join)]
	if not names:
		return
	marks = ", ".join("?" * len(names))
	references = dict(
		db.execute(f"select name, `{fieldname}` from `tab{doctype} Item` where name in ({marks})", names)
	)
	others = dict(
		db.execute(
			f"select `{join}`, round(sum(`{fieldname}`), 9) from `tabSales Invoice Item` where `{join}` in ({marks}) "
			f"and docstatus = 1 and parent != ? group by `{join}`",
			[*names, doc.name],
		)
	)
	from minibench.access.users import get_roles

	role = db.get_single_value("Accounts Settings", "role_allowed_to_over_bill")
	allowed = bool(role) and role in get_roles()
	own = {name: 0.0 for name in names}
	for row in doc.items:
		if detail := row.get(join):
			own[detail] += flt(row.get(fieldname))
	for row in doc.items:
		detail = row.get(join)
		if not detail:
			continue
		places = doc.precision(fieldname, row)
		reference = flt(references.get(detail), places)
		if not reference:
			if flt(row.get(fieldname)):
				msgprint(
					_("System will not check over billing since amount for Item {0} in {1} is zero").format(
						row.item_code, doctype
					),
					title=_("Warning"),
					indicator="orange",
				)
			continue
		billed = flt(flt(others.get(detail)) + own[detail], places)
		most = flt(reference * (100 + allowance_for(row.item_code, by_qty=False)) / 100)
		if billed < 0 and most < 0:
			billed, most = abs(billed), abs(most)
		if billed - most > 0.01 and not allowed:
			throw(
				_(
					"Cannot overbill for Item {0} in row {1} more than {2}. To allow over-billing, please set allowance in Accounts Settings"
				).format(row.item_code, row.idx, most)
			)
