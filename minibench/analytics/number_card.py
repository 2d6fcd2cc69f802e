"""The number on a card, and how it moved since a while ago."""

from __future__ import annotations

from typing import Any

from minibench.analytics.module_access import in_users_modules, on_readable_doctypes, sees_everything
from minibench.context import session
from minibench.values.dates import add_to_date, now
from minibench.values.jsonio import as_json, parse_json
from minibench.values.numbers import flt
from minibench.web.whitelist import whitelist

_FUNCTIONS = {"Count": "count", "Sum": "sum", "Average": "avg", "Minimum": "min", "Maximum": "max"}
_BEFORE = {"Daily": {"days": -1}, "Weekly": {"weeks": -1}, "Monthly": {"months": -1}}


def get_permission_query_conditions(user: str | None = None) -> str | None:
	"""For a list: cards about readable DocTypes, of modules that the user is not barred from."""
	if sees_everything(user):
		return None
	return f"{on_readable_doctypes('Number Card')} and {in_users_modules('Number Card', user)}"


def has_permission(doc: Any, ptype: str | None = None, user: str | None = None) -> bool:
	"""Whether the card is about something that the user may see."""
	from minibench.access.permissions import get_doctypes_with_read
	from minibench.access.users import get_roles
	from minibench.analytics.allowed_reports import get_allowed_report_names

	if "System Manager" in get_roles(user):
		return True
	if doc.type == "Report":
		return doc.report_name in get_allowed_report_names()
	return doc.document_type in get_doctypes_with_read()


@whitelist()
def get_result(doc: Any, filters: Any, to_date: Any = None) -> float:
	"""The card's number under `filters`, counting documents made before `to_date` only if that is given.

	`doc` is the card, or JSON of its document_type, function and aggregate_function_based_on.
	"""
	from minibench.data.query import get_list

	card = parse_json(doc)
	function = _FUNCTIONS[card.function]
	field = "*" if function == "count" else card.aggregate_function_based_on
	conditions = parse_json(filters) if isinstance(filters, str) else filters
	conditions = conditions or []
	if to_date:
		conditions.append([card.document_type, "creation", "<", to_date])
	rows = get_list(
		card.document_type,
		fields=[f"{function}({field}) as result"],
		filters=conditions,
		parent_doctype=card.parent_document_type,
	)
	return flt(rows[0]["result"] if rows else 0)  # type: ignore[no-any-return]


@whitelist()
def get_percentage_difference(doc: Any, filters: Any, result: Any) -> Any:
	"""By how many per cent `result` differs from the number of a day, week, month or year ago.

	None where the card does not show it, or nothing was there to compare with.
	"""
	from minibench.model.document import get_doc

	card = get_doc("Number Card", parse_json(doc).name)
	if not card.get("show_percentage_stats"):
		return None
	result, previous = parse_json(result), calculate_previous_result(card, filters)
	if previous == 0:
		return None
	return 0 if result == previous else (result / previous - 1) * 100.0


def calculate_previous_result(doc: Any, filters: Any) -> float:
	"""The number as it was one interval ago, as far as the documents still exist."""
	back: dict[str, Any] = _BEFORE.get(doc.stats_time_interval, {"years": -1})
	return get_result(doc, filters, add_to_date(now(), **back))


@whitelist()
def create_number_card(args: Any) -> Any:
	"""Make a card."""
	from minibench.model.document import new_doc

	card = new_doc("Number Card")
	card.update(parse_json(args))
	card.insert(ignore_permissions=True)
	return card


@whitelist()
def create_report_number_card(args: Any) -> None:
	"""Make a card over a report, and put it on a dashboard if one is named."""
	card = create_number_card(args)
	given = parse_json(args)
	given.name = card.name
	if given.dashboard:
		add_card_to_dashboard(as_json(given))


@whitelist()
def add_card_to_dashboard(args: Any) -> None:
	"""Put a card on a dashboard."""
	from minibench.model.document import get_doc

	given = parse_json(args)
	dashboard = get_doc("Dashboard", given.dashboard)
	if given.set_standard and dashboard.is_standard:
		card = get_doc("Number Card", given.name)
		card.is_standard = 1
		card.module = dashboard.module
		card.save()
	dashboard.append("cards", {"card": given.name})
	dashboard.save()


@whitelist()
def get_cards_for_user(
	doctype: Any, txt: Any, searchfield: Any, start: Any, page_len: Any, filters: Any
) -> list[tuple[Any, ...]]:
	"""For a link field: name, label and DocType of the user's own cards and the public ones that hold `txt`."""
	from minibench.data.query import get_all
	from minibench.model.meta import get_meta

	text = {field: ["like", f"%{txt}%"] for field in get_meta(doctype).get_search_fields()} if txt else {}
	fields = ["name", "label", "document_type", "owner", "is_public"]
	rows = get_all(doctype, filters=filters or {}, or_filters=text, fields=fields)
	return [
		(row.name, row.label, row.document_type) for row in rows if row.is_public or row.owner == session.user
	]
