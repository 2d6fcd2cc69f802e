"""The queue of credit holds, and all that a person needs to decide about one."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

import frappe
from frappe.utils import get_fullname

from o2c_extensions.credit_control.domain.authority import Grant
from o2c_extensions.credit_control.queries import authorities
from o2c_extensions.credit_control.queries.holds import HOLD
from o2c_extensions.credit_control.services import queue as waiting
from o2c_extensions.credit_control.services.holds import REVIEW, held, request_of
from o2c_extensions.o2c_workspace import queries
from o2c_extensions.o2c_workspace.domain.turns import whose_turn
from o2c_extensions.o2c_workspace.services import credit

# How many are shown at once: nobody decides about more in a day, and the total says how many there are.
MOST = 500
_LINES = 200
_HEAD = "customer customer_name status docstatus currency grand_total transaction_date posting_date delivery_date po_no"
_LINE = "name item_code item_name qty uom rate amount warehouse"


def queue(company: str | None) -> dict[str, Any]:
	"""The holds that wait, by priority and age, with whose turn each is."""
	page = waiting.page({"company": company}, "priority", 0, MOST)
	grants, may_write = authorities.grants(), bool(frappe.has_permission(HOLD, "write"))
	return {
		"holds": [{**row, "turn": _turn(row, grants, may_write)} for row in page["rows"]],
		"total": page["total"],
		"amounts": page["amounts"],
		"may_write": may_write,
	}


def hold(name: str, today: date) -> dict[str, Any]:
	"""One hold: the customer's exposure then and now, what is overdue, the held lines, and what was decided before."""
	doc = frappe.get_doc(HOLD, name)
	doc.check_permission("read")
	found = waiting.one(name)
	may_write = bool(frappe.has_permission(HOLD, "write", doc=doc))
	doctype, document = held(doc)
	standing, problem = credit.standing(doc.customer, doc.company)
	return {
		"hold": found,
		"turn": _turn(doc, authorities.grants(), may_write),
		"actions": [*([REVIEW] if found["may_review"] else []), *found["actions"]],
		"may_write": may_write,
		"authority": waiting.my_authority(doc.company),
		"credit": standing,
		"credit_problem": problem,
		"document": _document(doctype, document),
		"overdue": credit.overdue(doc.customer, doc.company, today),
		"previous": queries.documents(
			HOLD,
			[("customer", "=", doc.customer), ("company", "=", doc.company), ("name", "!=", name)],
			["status", "sales_order", "held_document", "excess", "currency", "creation", "comment"],
			"creation desc",
			10,
		),
		"decisions": credit.decisions_on([document, name]),
		"comments": comments(name),
	}


def comments(name: str) -> list[Any]:
	"""What people have written on a hold, the youngest first. For whoever may read it."""
	rows: list[Any] = frappe.get_all(
		"Comment",
		filters={"reference_doctype": HOLD, "reference_name": name, "comment_type": "Comment"},
		fields=["name", "content", "comment_by", "creation", "owner"],
		order_by="creation desc",
		limit_page_length=50,
	)
	return rows


def _turn(row: Any, grants: tuple[Grant, ...], may_write: bool) -> dict[str, Any]:
	turn = whose_turn(request_of(row), frappe.session.user, frappe.get_roles(), grants)
	return {**asdict(turn), "roles": list(turn.roles), "mine": may_write and turn.is_mine}


def _document(doctype: str, name: str) -> dict[str, Any] | None:
	"""What is held, with its lines; None for whoever may not see it."""
	if not queries.documents(doctype, [("name", "=", name)], [], "creation asc", 1):
		return None
	doc = frappe.get_doc(doctype, name)
	doc.apply_fieldlevel_read_permissions()
	return {
		"doctype": doctype,
		"name": name,
		"taken_by": get_fullname(doc.owner),
		**{field: doc.get(field) for field in _HEAD.split()},
		"lines": [{field: row.get(field) for field in _LINE.split()} for row in doc.items[:_LINES]],
		"count": len(doc.items),
	}
