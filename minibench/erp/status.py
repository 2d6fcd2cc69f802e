"""The status of orders and deliveries, and how documents move the quantities and percentages of those before them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.context import db, session
from minibench.erp.bins import chunks
from minibench.errors import ValidationError
from minibench.model.caches import get_cached_value
from minibench.model.document import get_doc
from minibench.translate import _
from minibench.values.dates import now
from minibench.values.numbers import flt
from minibench.values.text import bold

Rule = tuple[str, Callable[[Any], Any]]


class OverAllowanceError(ValidationError):
	"""More is delivered or billed than was ordered."""


# --- the status itself -------------------------------------------------------------------------------------------------


def _submitted(doc: Any) -> bool:
	return bool(doc.docstatus == 1)


def _delivered(doc: Any) -> bool:
	return flt(doc.per_delivered) >= 100 or bool(doc.skip_delivery_note)


# Of the rules that hold, the last one counts.
RULES: dict[str, tuple[Rule, ...]] = {
	"Sales Order": (
		("Draft", lambda doc: True),
		(
			"To Deliver and Bill",
			lambda doc: _submitted(doc) and flt(doc.per_delivered) < 100 and flt(doc.per_billed) < 100,
		),
		("To Bill", lambda doc: _submitted(doc) and _delivered(doc) and flt(doc.per_billed) < 100),
		(
			"To Deliver",
			lambda doc: _submitted(doc)
			and flt(doc.per_delivered) < 100
			and flt(doc.per_billed) >= 100
			and not doc.skip_delivery_note,
		),
		("Completed", lambda doc: _submitted(doc) and _delivered(doc) and flt(doc.per_billed) >= 100),
		("Cancelled", lambda doc: doc.docstatus == 2),
		("Closed", lambda doc: doc.status == "Closed" and doc.docstatus != 2),
		("On Hold", lambda doc: doc.status == "On Hold"),
	),
	"Purchase Order": (
		("Draft", lambda doc: True),
		(
			"To Receive and Bill",
			lambda doc: _submitted(doc) and flt(doc.per_received) < 100 and flt(doc.per_billed) < 100,
		),
		(
			"To Bill",
			lambda doc: _submitted(doc) and flt(doc.per_received) >= 100 and flt(doc.per_billed) < 100,
		),
		(
			"To Receive",
			lambda doc: _submitted(doc) and flt(doc.per_received) < 100 and flt(doc.per_billed) == 100,
		),
		(
			"Completed",
			lambda doc: _submitted(doc) and flt(doc.per_received) >= 100 and flt(doc.per_billed) == 100,
		),
		("Delivered", lambda doc: doc.status == "Delivered"),
		("Cancelled", lambda doc: doc.docstatus == 2),
		("On Hold", lambda doc: doc.status == "On Hold"),
		("Closed", lambda doc: doc.status == "Closed" and doc.docstatus != 2),
	),
	"Delivery Note": (
		("Draft", lambda doc: True),
		("To Bill", lambda doc: _submitted(doc) and flt(doc.per_billed) < 100),
		("Return Issued", lambda doc: _submitted(doc) and flt(doc.per_returned) == 100),
		("Completed", lambda doc: _submitted(doc) and flt(doc.per_billed) == 100),
		("Cancelled", lambda doc: doc.docstatus == 2),
		("Closed", lambda doc: doc.status == "Closed" and doc.docstatus != 2),
	),
}


def set_status(
	doc: Any, update: bool = False, status: str | None = None, update_modified: bool = True
) -> None:
	"""Give a document the status that its state has; `status` sets one by hand, such as Closed or On Hold."""
	if doc.is_new():
		if doc.get("amended_from"):
			doc.status = "Draft"
		return
	before = doc.status
	if status and update:
		doc.db_set("status", status)
	doc.status = next(name for name, holds in reversed(RULES[doc.doctype]) if holds(doc))
	if doc.status != before and doc.status != "Cancelled":
		doc.add_comment("Label", _(doc.status))
	if update:
		doc.db_set("status", doc.status, update_modified=update_modified)


# --- quantities and percentages of earlier documents -----------------------------------------------------------------------


@dataclass(frozen=True)
class Update:
	"""How rows of a document count in the rows of an earlier one."""

	source: str
	target: str
	join: str
	"""The source's field that names the target row."""
	target_field: str
	source_field: str = "qty"
	"""A field or expression of the source row."""
	parent: str | None = None
	"""The DocType of the earlier document."""
	parent_field: str | None = None
	"""Its percentage."""
	reference_field: str | None = None
	"""What the target's value is measured against; more than that is refused."""
	percent_join: str | None = None
	"""The source row's field that names the earlier document."""
	percent_parent: str | None = None
	"""The same, where the document itself names it."""
	status_field: str | None = None
	keyword: str | None = None
	source_condition: str = ""
	second_source: str | None = None
	"""Rows of another DocType that count too."""
	second_field: str = "qty"
	second_condition: str = ""
	no_allowance: bool = False


def update_previous(doc: Any, updates: list[Update], update_modified: bool = True) -> None:
	"""Bring the earlier documents up to date after `doc` was submitted or cancelled, and refuse too much.

	Raises:
		OverAllowanceError: more is delivered or billed than was ordered and the allowance admits.
	"""
	db.begin_writing()
	for rule in updates:
		_update_rows(doc, rule, update_modified)
		if rule.percent_join or rule.percent_parent:
			for name in _parents(doc, rule):
				update_percentage(rule, name, update_modified)
	_refuse_excess(doc, updates)


def _rows(doc: Any, rule: Update) -> list[Any]:
	return [row for row in doc.get_all_children() if row.doctype == rule.source]


def _parents(doc: Any, rule: Update) -> list[str]:
	if rule.percent_parent:
		return [doc.get(rule.percent_parent)] if doc.get(rule.percent_parent) else []
	return [name for name in dict.fromkeys(row.get(rule.percent_join) for row in _rows(doc, rule)) if name]


def _update_rows(doc: Any, rule: Update, update_modified: bool) -> None:
	details = list(dict.fromkeys(row.get(rule.join) for row in _rows(doc, rule) if row.get(rule.join)))
	if not details:
		return
	own = "or parent = ?" if doc.docstatus == 1 else "and parent != ?"
	second = "0"
	if rule.second_source:
		second = (
			f"(select coalesce(round(sum({rule.second_field}), 9), 0) from `tab{rule.second_source}` "
			f"where `{rule.join}` = ? and docstatus = 1 {rule.second_condition})"
		)
	first = (
		f"(select coalesce(round(sum({rule.source_field}), 9), 0) from `tab{rule.source}` "
		f"where `{rule.join}` = ? and (docstatus = 1 {own}) {rule.source_condition})"
	)
	modified = ", modified = ?, modified_by = ?" if update_modified else ""
	statement = f"update `tab{rule.target}` set `{rule.target_field}` = round({first} + {second}, 9){modified} where name = ?"
	stamp = (now(), session.user) if update_modified else ()
	db.executemany(
		statement,
		[(detail, doc.name, *([detail] if rule.second_source else []), *stamp, detail) for detail in details],
	)


def update_percentage(rule: Update, name: str, update_modified: bool = True) -> None:
	"""Compute the percentage of one earlier document from its rows, and its status from that."""
	if rule.parent_field:
		percentage = percentage_of(
			str(rule.target), str(rule.parent), str(rule.reference_field), rule.target_field, name
		)
		values: dict[str, Any] = {rule.parent_field: percentage}
		if rule.status_field:
			values[rule.status_field] = _word(percentage, str(rule.keyword))
		db.set_value(rule.parent, name, values, update_modified=update_modified)
		if update_modified:
			target = get_doc(rule.parent, name)
			target.set_status(update=True)
			target.notify_update()


def percentage_of(target: str, parent: str, reference: str, fieldname: str, name: str) -> float:
	rows = db.execute(
		f"select round(sum(min(abs({reference}), abs(`{fieldname}`))), 9), round(sum(abs({reference})), 9) from `tab{target}` "
		"where parent = ? and parenttype = ?",
		(name, parent),
	)
	reached, wanted = rows[0]
	return float(flt(flt(reached) / wanted * 100, 6)) if wanted else 0.0


def _word(percentage: float, keyword: str) -> str:
	if percentage < 0.001:
		return f"Not {keyword}"
	return f"Fully {keyword}" if percentage >= 99.999999 else f"Partly {keyword}"


def _refuse_excess(doc: Any, updates: list[Update]) -> None:
	checked = [rule for rule in updates if rule.reference_field]
	if not checked:
		return
	negative_rates = db.get_single_value("Selling Settings", "allow_negative_rates_for_items")
	for row in doc.get_all_children():
		qty = flt(row.get("qty"))
		if qty < 0 and not doc.get("is_return"):
			throw(_("For an item {0}, quantity must be positive number").format(row.item_code))
		if qty > 0 and doc.get("is_return"):
			throw(_("For an item {0}, quantity must be negative number").format(row.item_code))
		if not negative_rates and row.get("item_code") and flt(row.get("rate")) < 0:
			throw(
				_(
					"For item {0}, rate must be a positive number. To Allow negative rates, enable {1} in {2}"
				).format(bold(row.item_code), bold(_("`Allow Negative rates for Items`")), "Selling Settings")
			)
	for rule in checked:
		if not str(rule.reference_field).isidentifier():
			continue
		details = [row.get(rule.join) for row in _rows(doc, rule) if row.get(rule.join)]
		exceeded = {}
		for chunk in chunks(details):
			for name, *values in db.execute(
				f"select name, item_code, `{rule.reference_field}`, `{rule.target_field}` from `tab{rule.target}` "
				f"where `{rule.reference_field}` < `{rule.target_field}` and docstatus = 1 "
				f"and name in ({', '.join('?' * len(chunk))})",
				chunk,
			):
				exceeded[name] = values
		for detail in details:
			if detail in exceeded:
				_refuse_excess_of_row(doc, rule, *exceeded[detail])


def _refuse_excess_of_row(doc: Any, rule: Update, item_code: str, reference: float, reached: float) -> None:
	by_qty = "qty" in str(rule.reference_field)
	if rule.no_allowance:
		if reached - reference > 0.01:
			_refuse(doc, rule, item_code, reached - reference, by_qty)
		return
	if not reference:
		return
	allowed = allowance_for(item_code, by_qty)
	if (reached - reference) / reference * 100 - allowed <= 0.01:
		return
	excess = reached - flt(reference * (100 + allowed) / 100)
	from minibench.access.users import get_roles

	if _allowed_role(by_qty) in get_roles():
		text = (
			_("Over Receipt/Delivery of {0} {1} ignored for item {2} because you have {3} role.")
			if by_qty
			else _("Overbilling of {0} {1} ignored for item {2} because you have {3} role.")
		)
		msgprint(
			text.format(rule.reference_field, bold(excess), bold(item_code), _allowed_role(by_qty)),
			indicator="orange",
			alert=True,
		)
		return
	_refuse(doc, rule, item_code, excess, by_qty)


def _allowed_role(by_qty: bool) -> Any:
	if by_qty:
		return db.get_single_value("Stock Settings", "role_allowed_to_over_deliver_receive")
	return db.get_single_value("Accounts Settings", "role_allowed_to_over_bill")


def _refuse(doc: Any, rule: Update, item_code: str, excess: float, by_qty: bool) -> None:
	advice = (
		_(
			'To allow over receipt / delivery, update "Over Receipt/Delivery Allowance" in Stock Settings or the Item.'
		)
		if by_qty
		else _('To allow over billing, update "Over Billing Allowance" in Accounts Settings or the Item.')
	)
	throw(
		_(
			"This document is over limit by {0} {1} for item {4}. Are you making another {3} against the same {2}?"
		).format(
			bold(_(str(rule.reference_field).replace("_", " ").title())),
			bold(excess),
			bold(_(rule.target)),
			bold(_(doc.doctype)),
			bold(item_code),
		)
		+ "<br><br>"
		+ advice,
		OverAllowanceError,
		title=_("Limit Crossed"),
	)


def allowance_for(item_code: str, by_qty: bool) -> float:
	"""By how many per cent an item may be delivered or billed beyond what was ordered."""
	own = get_cached_value(
		"Item", item_code, "over_delivery_receipt_allowance" if by_qty else "over_billing_allowance"
	)
	if flt(own):
		return float(own)
	if by_qty:
		return float(flt(db.get_single_value("Stock Settings", "over_delivery_receipt_allowance")))
	return float(flt(db.get_single_value("Accounts Settings", "over_billing_allowance")))
