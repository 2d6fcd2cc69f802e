"""Titles of linked documents, where their DocType wants to be shown by its title."""

from __future__ import annotations

from typing import Any

from minibench.context import db
from minibench.model.meta import get_meta


def set_link_titles(doc: Any) -> None:
	"""Put the titles of all that `doc` and its rows link to into `doc.__link_titles`: {"DocType::name": title}."""
	wanted: dict[str, set[str]] = {}
	_collect(doc.meta, doc, wanted)
	for table in doc.meta.get_table_fields():
		row_meta = get_meta(table.options)
		for row in doc.get(table.fieldname) or ():
			_collect(row_meta, row, wanted)
	titles = doc.get("__link_titles") or {}
	for doctype, names in wanted.items():
		for name, title in _titles(doctype, names):
			titles[f"{doctype}::{name}"] = title
	setattr(doc, "__link_titles", titles)


def _collect(meta: Any, doc: Any, wanted: dict[str, set[str]]) -> None:
	for field in [*meta.get_link_fields(), *meta.get_dynamic_link_fields()]:
		value = doc.get(field.fieldname)
		doctype = field.options if field.fieldtype == "Link" else doc.get(field.options)
		if value and doctype and _shows_title(doctype):
			wanted.setdefault(doctype, set()).add(value)


def _shows_title(doctype: str) -> bool:
	meta = get_meta(doctype)
	return bool(meta.title_field and meta.show_title_field_in_link)


def _titles(doctype: str, names: set[str]) -> list[tuple[str, str]]:
	title = get_meta(doctype).title_field
	rows = db.get_values(doctype, {"name": ["in", sorted(names)]}, ["name", title])
	return [(row[0], row[1]) for row in rows]
