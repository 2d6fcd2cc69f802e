"""`frappe.desk.search`: what a Link field offers while a user types."""

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from minibench.collaboration.messages import throw
from minibench.context import db, local
from minibench.errors import AppNotInstalledError, DataError, PermissionError
from minibench.translate import _
from minibench.web.whitelist import is_whitelisted, whitelist

F = TypeVar("F", bound=Callable[..., Any])

SPECIAL_CHARACTER = re.compile(r"[\W]", re.UNICODE)
SEARCHABLE = {"Data", "Text", "Small Text", "Long Text", "Link", "Select", "Read Only", "Text Editor"}


def sanitize_searchfield(searchfield: str | None) -> None:
	"""Raise DataError unless `searchfield` could be a field's name."""
	if searchfield and SPECIAL_CHARACTER.search(searchfield):
		throw(_("Invalid Search Field {0}").format(searchfield), DataError)


def validate_and_sanitize_search_inputs(fn: F) -> F:
	"""For custom search functions: harmless arguments, and nothing found in a DocType that does not exist."""

	@wraps(fn)
	def wrapper(*args: Any, **kwargs: Any) -> Any:
		from minibench.values.numbers import cint

		kwargs.update(dict(zip(fn.__code__.co_varnames, args, strict=False)))
		sanitize_searchfield(kwargs["searchfield"])
		kwargs["start"] = cint(kwargs["start"])
		kwargs["page_len"] = cint(kwargs["page_len"])
		if kwargs["doctype"] and not db.exists("DocType", kwargs["doctype"]):
			return []
		return fn(**kwargs)

	return wrapper  # type: ignore[return-value]


@whitelist()
def search_link(
	doctype: str,
	txt: str,
	query: str | None = None,
	filters: str | dict[str, Any] | list[Any] | None = None,
	page_length: int = 10,
	searchfield: str | None = None,
	reference_doctype: str | None = None,
	ignore_user_permissions: bool = False,
) -> Any:
	"""Values for a Link field: each with its description, and its label where titles are shown."""
	found = search_widget(
		doctype,
		txt.strip(),
		query,
		searchfield=searchfield,
		page_length=page_length,
		filters=filters,
		reference_doctype=reference_doctype,
		ignore_user_permissions=ignore_user_permissions,
	)
	return build_for_autosuggest(found, doctype=doctype)


@whitelist()
def search_widget(
	doctype: str,
	txt: str,
	query: str | None = None,
	searchfield: str | None = None,
	start: int = 0,
	page_length: int = 10,
	filters: str | None | dict[str, Any] | list[Any] = None,
	filter_fields: Any = None,
	as_dict: bool = False,
	reference_doctype: str | None = None,
	ignore_user_permissions: bool = False,
) -> Any:
	"""Records whose name, title or search fields contain `txt`; or what the custom `query` finds."""
	from minibench.hooks import get_hooks
	from minibench.model.meta import get_meta

	if isinstance(filters, str):
		filters = json.loads(filters)
	sanitize_searchfield(searchfield)
	searchfield = searchfield or "name"
	standard = get_hooks("standard_queries", {})
	if not query and doctype in standard:
		query = standard[doctype][-1]
	if query:
		arguments = (doctype, txt, searchfield, start, page_length, filters)
		return _custom_query(query, arguments, as_dict=as_dict, reference_doctype=reference_doctype)
	meta = get_meta(doctype)
	rows = _matching(
		meta,
		txt,
		searchfield,
		int(start),
		page_length,
		filters,
		filter_fields,
		reference_doctype,
		ignore_user_permissions,
	)
	rows.sort(key=lambda row: relevance_sorter(row, txt, True))
	return rows if as_dict else [list(row.values()) for row in rows]


def _custom_query(query: str, arguments: tuple[Any, ...], **kwargs: Any) -> Any:
	from minibench.hooks import call, get_attr

	try:
		is_whitelisted(get_attr(query))
		return call(query, *arguments, **kwargs)
	except (PermissionError, AppNotInstalledError, ImportError, AttributeError):
		if local.conf.developer_mode:
			raise
		from minibench.web.pages.message import respond_as_web_page

		respond_as_web_page(
			title="Invalid Method", html="Method not found", indicator_color="red", http_status_code=404
		)
		return []


def _matching(
	meta: Any,
	txt: str,
	searchfield: str,
	start: int,
	page_length: int,
	filters: Any,
	filter_fields: Any,
	reference_doctype: str | None,
	ignore_user_permissions: Any,
) -> list[Any]:
	"""The best of the matching records, best first: those that begin with what was typed, then the most used."""
	from minibench.data.query import get_list

	doctype = meta.name
	if isinstance(filters, dict):
		filters = [_filter_tuple(doctype, key, value) for key, value in filters.items()]
	filters = list(filters or [])
	for fieldname, value in (("enabled", 1), ("disabled", 0)):
		if meta.get("fields", {"fieldname": fieldname, "fieldtype": "Check"}):
			filters.append([doctype, fieldname, "=", value])
	searched = [
		name
		for name in dict.fromkeys(
			["name", meta.title_field, *(meta.get_search_fields() if meta.search_fields else [])]
		)
		if name and (name == "name" or ((df := meta.get_field(name)) and df.fieldtype in SEARCHABLE))
	]
	translated = bool(meta.translated_doctype)
	or_filters = [[doctype, name, "like", f"%{txt}%"] for name in searched] if txt and not translated else []
	columns = get_std_fields_list(meta, searchfield)
	if filter_fields:
		columns = list(dict.fromkeys([*columns, *json.loads(filter_fields)]))
	fields = [f"`tab{doctype}`.`{name}`" for name in columns]
	if meta.show_title_field_in_link and meta.title_field:
		fields.insert(1, f"`tab{doctype}`.`{meta.title_field}` as `label`")
	order = (
		f"`tab{doctype}`.idx desc, `tab{doctype}`.{meta.sort_field or 'modified'} {meta.sort_order or 'desc'}"
	)

	def read(conditions: list[Any], limit: int | None, skip: int = 0) -> list[Any]:
		return list(
			get_list(
				doctype,
				filters=[*filters, *conditions],
				or_filters=or_filters,
				fields=fields,
				limit_start=skip,
				limit_page_length=limit,
				order_by=order,
				ignore_permissions=_ignores_permissions(doctype, reference_doctype, ignore_user_permissions),
				reference_doctype=reference_doctype,
			)
		)

	if translated:
		pattern = re.compile(re.escape(txt), re.IGNORECASE)
		return [
			row
			for row in read([], None)
			if any(pattern.search(_(str(value or ""))) for value in row.values())
		]
	if not txt:
		return read([], page_length, start)
	# Names that begin with the text come first whatever their use; only then is the page filled up.
	wanted = start + page_length
	first = read([[doctype, "name", "like", f"{txt}%"]], wanted)
	seen = {row.name for row in first}
	rest = (
		[row for row in read([], wanted + len(first)) if row.name not in seen] if len(first) < wanted else []
	)
	return [*first, *rest][start:wanted]


def _filter_tuple(doctype: str, key: str, value: Any) -> list[Any]:
	return (
		[doctype, key, value[0], value[1]] if isinstance(value, list | tuple) else [doctype, key, "=", value]
	)


def _ignores_permissions(doctype: str, reference_doctype: str | None, wish: Any) -> bool:
	from minibench.access.permissions import check_permission as has_permission
	from minibench.access.permissions import only_has_select_perm
	from minibench.values.numbers import cint

	if doctype == "DocType":
		return True
	ptype = "select" if only_has_select_perm(doctype) else "read"
	return bool(cint(wish) and has_permission(doctype, ptype=ptype, parent_doctype=reference_doctype))


def get_std_fields_list(meta: Any, key: str) -> list[str]:
	"""Name, title, the searched field and the search fields."""
	names = ["name", meta.title_field, key, *(meta.search_fields or "").split(",")]
	return list(dict.fromkeys(name.strip() for name in names if name and name.strip()))


def build_for_autosuggest(rows: Any, doctype: str) -> list[dict[str, Any]]:
	"""What a Link field shows of each row."""
	from minibench.model.meta import get_meta

	meta = get_meta(doctype)

	def description(parts: Any) -> str:
		shown = (_(str(part)) if meta.translated_doctype else str(part) for part in parts if part)
		return ", ".join(dict.fromkeys(shown))

	results = []
	for row in rows:
		item = list(row.values()) if isinstance(row, dict) else list(row)
		if not meta.show_title_field_in_link:
			results.append({"value": item[0], "description": description(item[1:])})
			continue
		if len(item) == 1:
			item = [item[0], item[0]]
		label = item[1]
		item[1] = item[0]
		if len(item) >= 3 and item[2] == label:
			del item[2]
		results.append({"value": item[0], "label": label, "description": description(item[1:])})
	return results


def relevance_sorter(key: Any, query: str, as_dict: bool) -> tuple[bool, str]:
	"""Values that begin with the query first, each group in order."""
	value = _(str(key.name if as_dict else key[0]))
	return (not value.casefold().startswith(query.casefold()), value)


@whitelist()
def get_link_title(doctype: Any, docname: Any) -> Any:
	from minibench.model.meta import get_meta

	meta = get_meta(doctype)
	if meta.show_title_field_in_link:
		return db.get_value(doctype, docname, meta.title_field)
	return docname
