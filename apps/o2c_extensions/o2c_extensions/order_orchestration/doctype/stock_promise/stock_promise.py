from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import now_datetime

from o2c_extensions.common import locks
from o2c_extensions.common.audit import require
from o2c_extensions.common.money import as_float
from o2c_extensions.order_orchestration import queries
from o2c_extensions.order_orchestration.domain.demand import Place

DOCTYPE = "Stock Promise"


class StockPromise(Document):
	"""All that was ever promised from one warehouse of one item: a sum that only grows, and is there to be locked.

	What a transaction reads is as old as the transaction. So of two orders at the same moment, the later one knows nothing of
	the plan of the earlier one, even if it has waited for it; ERPNext's own sum of reserved goods (Bin) is wrong afterwards for
	this reason. A locked row is read as it is now: the difference to what the transaction has seen before is what others got.
	"""

	def before_insert(self) -> None:
		require("plan")


def lock(places: Collection[Place]) -> dict[Place, Decimal]:
	"""Keep others from promising these goods until the transaction ends. Returns what they were promised meanwhile."""
	names = {_name(place): place for place in places}
	seen = queries.promised_in_total(names)
	missing = [name for name in names if name not in seen]
	if missing:
		# One after the other: two that wait for the same new row would both share it, and then wait for each other.
		locks.hold(DOCTYPE)
		now, user = now_datetime(), frappe.session.user
		rows = [(name, now, now, user, user, *names[name], 0) for name in sorted(missing)]
		standard = ["name", "creation", "modified", "owner", "modified_by"]
		frappe.db.bulk_insert(
			DOCTYPE, [*standard, "item_code", "warehouse", "granted"], rows, ignore_duplicates=True
		)
	known = queries.promised_in_total(names, lock=True)
	return {place: known[name] - seen.get(name, Decimal(0)) for name, place in names.items()}


def grant(taken: Mapping[Place, Decimal]) -> None:
	"""Tell others what is promised of goods that are locked."""
	names = {_name(place): qty for place, qty in taken.items()}
	known = queries.promised_in_total(names, lock=True)
	new = {name: {"granted": as_float(known[name] + qty)} for name, qty in names.items() if name in known}
	frappe.db.bulk_update(DOCTYPE, new, update_modified=False)


def _name(place: Place) -> str:
	return hashlib.sha256("\n".join(place).encode()).hexdigest()[:20]
