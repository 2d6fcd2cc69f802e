"""Bin: what a warehouse has of an item, and what is reserved, ordered and to be expected of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from minibench.context import Dict, db, session
from minibench.model.caches import get_cached_value
from minibench.model.document import get_doc
from minibench.values.dates import now
from minibench.values.numbers import flt

_PLUS = ("actual_qty", "ordered_qty", "indented_qty", "planned_qty")
_MINUS = (
	"reserved_qty",
	"reserved_qty_for_production",
	"reserved_qty_for_sub_contract",
	"reserved_qty_for_production_plan",
)
_COLUMNS = (*_PLUS, *_MINUS, "valuation_rate", "stock_value")


def find(item_code: str, warehouse: str) -> str | None:
	rows = db.execute(
		"select name from `tabBin` where item_code = ? and warehouse = ?", (item_code, warehouse)
	)
	return rows[0][0] if rows else None


def find_or_make(item_code: str, warehouse: str) -> str:
	db.begin_writing()
	name = find(item_code, warehouse)
	if name:
		return name
	bin_doc = get_doc({"doctype": "Bin", "item_code": item_code, "warehouse": warehouse})
	bin_doc.stock_uom = get_cached_value("Item", item_code, "stock_uom")
	return str(bin_doc.insert(ignore_permissions=True).name)


def quantities(item_code: str, warehouse: str) -> Dict:
	"""All numbers of a bin; zeros where there is none."""
	rows = db.execute(
		f"select {', '.join(_COLUMNS)} from `tabBin` where item_code = ? and warehouse = ?",
		(item_code, warehouse),
	)
	return Dict(zip(_COLUMNS, rows[0] if rows else (0.0,) * len(_COLUMNS), strict=True))


class Bins:
	"""The bins of some items, read at once when the first is asked for."""

	def __init__(self, items: Iterable[str]) -> None:
		self._items = list(dict.fromkeys(items))
		self._known: dict[tuple[str, str], Dict] | None = None

	def quantities(self, item_code: str, warehouse: str) -> Dict:
		"""All numbers of a bin; zeros where there is none."""
		if self._known is None:
			self._known = _read(self._items)
		found = self._known.get((item_code.casefold(), warehouse.casefold()))
		return Dict(dict.fromkeys(("projected_qty", *_COLUMNS), 0.0)) if found is None else found

	def details(self, item_code: str, warehouse: str) -> Dict:
		"""As details() with the warehouses below."""
		if get_cached_value("Warehouse", warehouse, "is_group"):
			return details(item_code, warehouse, with_children=True)
		numbers = self.quantities(item_code, warehouse)
		return Dict({key: flt(numbers[key]) for key in ("projected_qty", "actual_qty", "reserved_qty")})


def chunks(values: Iterable[str]) -> Iterator[list[str]]:
	"""Few enough at a time for one statement."""
	left = list(dict.fromkeys(values))
	while left:
		yield left[:500]
		del left[:500]


def _read(items: list[str]) -> dict[tuple[str, str], Dict]:
	found = {}
	columns = ("name", "projected_qty", *_COLUMNS)
	for chunk in chunks(items):
		for item_code, warehouse, *numbers in db.execute(
			f"select item_code, warehouse, {', '.join(columns)} from `tabBin` "
			f"where item_code in ({', '.join('?' * len(chunk))})",
			chunk,
		):
			found[item_code.casefold(), warehouse.casefold()] = Dict(zip(columns, numbers, strict=True))
	return found


def update(item_code: str, warehouse: str, **values: Any) -> None:
	"""Set numbers of a bin, and what is to be expected after that."""
	update_all({(item_code, warehouse): values})


def update_all(places: Mapping[tuple[str, str], Mapping[str, Any]], only_changed: bool = False) -> None:
	"""Set numbers of several bins, by item and warehouse; bins that are missing are made.

	With `only_changed`, a bin whose numbers are these already stays untouched.
	"""
	db.begin_writing()
	known = _read(list(dict.fromkeys(item_code for item_code, _warehouse in places)))
	updates = []
	for (item_code, warehouse), values in places.items():
		numbers = known.get((item_code.casefold(), warehouse.casefold()))
		if numbers is None:
			numbers = Dict(dict.fromkeys(_COLUMNS, 0.0), name=find_or_make(item_code, warehouse))
		changed = {key: flt(value) for key, value in values.items()}
		if only_changed and all(flt(numbers[key]) == value for key, value in changed.items()):
			continue
		numbers.update(changed)
		changed["projected_qty"] = sum(flt(numbers[key]) for key in _PLUS) - sum(
			flt(numbers[key]) for key in _MINUS
		)
		updates.append((changed, numbers["name"]))
	if not updates:
		return
	stamp = (now(), session.user)
	sets = ", ".join(f"`{key}` = ?" for key in updates[0][0])
	db.executemany(
		f"update `tabBin` set {sets}, modified = ?, modified_by = ? where name = ?",
		[(*(flt(value, 9) for value in changed.values()), *stamp, name) for changed, name in updates],
	)


def projected_qty(item_code: str, warehouse: str) -> float:
	rows = db.execute(
		"select projected_qty from `tabBin` where item_code = ? and warehouse = ?", (item_code, warehouse)
	)
	return float(flt(rows[0][0])) if rows else 0.0


def reserved_quantities(items: Iterable[str]) -> dict[tuple[str, str], float]:
	"""What open sales orders still want of items, by item and warehouse, in the stock units."""
	found = {}
	for chunk in chunks(items):
		for item_code, warehouse, qty in db.execute(
			"select i.item_code, i.warehouse, round(sum(i.stock_qty * ((i.qty - i.delivered_qty) / i.qty)), 9) "
			"from `tabSales Order Item` i join `tabSales Order` so on so.name = i.parent "
			f"where i.item_code in ({', '.join('?' * len(chunk))}) and coalesce(i.delivered_by_supplier, 0) = 0 "
			"and so.docstatus = 1 and so.status not in ('On Hold', 'Closed') and i.qty >= i.delivered_qty "
			"group by i.item_code, i.warehouse",
			chunk,
		):
			found[item_code, warehouse] = float(flt(qty))
	return found


def ordered_qty(item_code: str, warehouse: str) -> float:
	"""What open purchase orders will bring, in the stock unit."""
	rows = db.execute(
		"select round(sum((i.qty - i.received_qty) * i.conversion_factor), 9) from `tabPurchase Order Item` i "
		"join `tabPurchase Order` po on po.name = i.parent "
		"where i.item_code = ? and i.warehouse = ? and i.qty > i.received_qty and po.docstatus = 1 "
		"and po.status not in ('Closed', 'Delivered') and coalesce(i.delivered_by_supplier, 0) = 0",
		(item_code, warehouse),
	)
	return float(flt(rows[0][0]))


def details(item_code: str, warehouse: str | None, with_children: bool = False) -> Dict:
	"""Actual, projected and reserved quantity, of the warehouses below too if wanted."""
	result = Dict(projected_qty=0.0, actual_qty=0.0, reserved_qty=0.0)
	if not warehouse:
		return result
	where, values = "warehouse = ?", [item_code, warehouse]
	if with_children and get_cached_value("Warehouse", warehouse, "is_group"):
		lft, rgt = get_cached_value("Warehouse", warehouse, ["lft", "rgt"])
		where, values = (
			"warehouse in (select name from `tabWarehouse` where lft >= ? and rgt <= ?)",
			[item_code, lft, rgt],
		)
	rows = db.execute(
		"select round(sum(projected_qty), 9), round(sum(actual_qty), 9), round(sum(reserved_qty), 9) from `tabBin` "
		f"where item_code = ? and {where}",
		values,
	)
	projected, actual, reserved = rows[0]
	result.update(projected_qty=flt(projected), actual_qty=flt(actual), reserved_qty=flt(reserved))
	return result
