"""A field's value as a reader sees it."""

from __future__ import annotations

import datetime
import re
from typing import Any

from minibench.context import Dict, db
from minibench.values.dateformats import format_date, format_datetime, format_time
from minibench.values.durations import format_duration, format_timedelta
from minibench.values.numbers import cint, flt, fmt_money
from minibench.values.text import cstr, safe_decode

_BLOCK_TAG = re.compile(r"(<br|<div|<p)")
_TYPES: tuple[tuple[type, str], ...] = (
	(datetime.datetime, "Datetime"),
	(datetime.date, "Date"),
	(datetime.timedelta, "Time"),
	(int, "Int"),
	(float, "Float"),
)


def format_value(
	value: Any,
	df: Any = None,
	doc: Any = None,
	currency: str | None = None,
	translated: bool = False,
	format: str | None = None,
) -> Any:
	"""`value` as text by the field `df` (a DocField, a dict or a fieldtype; guessed from the value without one).

	Amounts take the field's currency from `doc`. What needs no formatting comes back as it is.
	"""
	df = _field(value, df)
	if value is None:
		value = ""
	elif translated:
		from minibench.translate import _

		value = _(value)
	fieldtype = df.get("fieldtype")
	if (
		fieldtype in ("Int", "Float", "Currency", "Percent")
		and df.get("print_hide_if_no_value")
		and value == 0
	):
		return ""
	formatter = _FORMATTERS.get(fieldtype)
	return formatter(value, df, doc, currency, format) if formatter else value


def _field(value: Any, df: Any) -> Any:
	if isinstance(df, str):
		return Dict(fieldtype=df)
	if not df:
		return Dict(fieldtype=next((name for kind, name in _TYPES if isinstance(value, kind)), "Data"))
	return Dict(df) if isinstance(df, dict) else df


def _time(value: Any, *_rest: Any) -> str:
	from dateutil.parser import ParserError

	try:
		return format_time(value)
	except ParserError:
		return format_timedelta(value)


def _currency(value: Any, df: Any, doc: Any, currency: str | None, format: str | None) -> str:
	from minibench.model.meta import get_field_currency, get_field_precision

	currency = currency or get_field_currency(df, doc) or db.get_default("currency")
	return fmt_money(value, precision=get_field_precision(df, doc), currency=currency, format=format)


def _float(value: Any, df: Any, doc: Any, currency: str | None, _format: str | None) -> str:
	from minibench.model.meta import get_field_currency, get_field_precision

	precision = get_field_precision(df, doc)
	currency = currency or get_field_currency(df, doc)
	if not df.options:
		# A whole number is shown without decimals.
		decimals = cstr(value).split(".")[1:2]
		if not decimals or cint(decimals[0]) == 0:
			precision = 0
	return fmt_money(value, precision=precision, currency=currency)


def _percent(value: Any, *_rest: Any) -> str:
	return f"{flt(value, 2)}%"


def _text(value: Any, *_rest: Any) -> Any:
	return value if _BLOCK_TAG.search(value) else safe_decode(value).replace("\n", "<br>")


def _markdown(value: Any, *_rest: Any) -> Any:
	from minibench.values.html import markdown

	return markdown(value)


def _multiselect(value: Any, df: Any, doc: Any, *_rest: Any) -> str:
	from minibench.model.meta import get_meta

	link = next(field for field in get_meta(df.options).fields if field.fieldtype == "Link")
	shown = []
	for row in value:
		row.update({"__link_titles": doc.get("__link_titles")})
		shown.append(format_value(row.get(link.fieldname, ""), link, row))
	return ", ".join(shown)


def _link(value: Any, df: Any, doc: Any, *_rest: Any) -> Any:
	titles = doc.get("__link_titles") if doc else None
	if not titles or not df.options:
		return value
	target = df.options
	if df.get("fieldtype") == "Dynamic Link":
		if not df.parent:
			return value
		from minibench.model.meta import get_meta

		holder: Any = get_meta(df.parent).get_field(df.options)
		target = holder.options
	return titles.get(f"{target}::{value}", value)


def _select(value: Any, df: Any, *_rest: Any) -> Any:
	from minibench.translate import _

	return _(value, context=df.parent or "") if isinstance(value, str) else value


_FORMATTERS: dict[str, Any] = {
	"Date": lambda value, *_: format_date(value),
	"Datetime": lambda value, *_: format_datetime(value),
	"Time": _time,
	"Currency": _currency,
	"Float": _float,
	"Percent": _percent,
	"Text": _text,
	"Small Text": _text,
	"Markdown Editor": _markdown,
	"Table MultiSelect": _multiselect,
	"Duration": lambda value, df, *_: format_duration(value, df.hide_days),
	"Text Editor": lambda value, *_: f"<div class='ql-snow'>{value}</div>",
	"Link": _link,
	"Dynamic Link": _link,
	"Select": _select,
}
