"""Numbers: lenient conversion, the site's rounding method, money in a number format."""

from __future__ import annotations

import math
from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import db, local
from minibench.errors import InvalidRoundingMethod
from minibench.values.text import cstr

LEGACY = "Banker's Rounding (legacy)"
_SETTINGS = ("System Settings", "System Settings")
_SURELY_EXACT = 1e9  # below this, floats are much finer than any rounding asks for

# decimal separator, thousands separator, decimals
number_format_info: dict[str, tuple[str, str, int]] = {
	"#,###.##": (".", ",", 2),
	"#.###,##": (",", ".", 2),
	"# ###.##": (".", " ", 2),
	"# ###,##": (",", " ", 2),
	"#'###.##": (".", "'", 2),
	"#, ###.##": (".", ", ", 2),
	"#,##,###.##": (".", ",", 2),
	"#,###.###": (".", ",", 3),
	"#.###": ("", ".", 0),
	"#,###": ("", ",", 0),
	"#.########": (".", "", 8),
}
INDIAN = "#,##,###.##"
NumericType = int | float


def flt(s: Any, precision: int | None = None, rounding_method: str | None = None) -> Any:
	"""A float from a number or a text with thousands commas, rounded if `precision` is given; 0.0 where there is none.

	Raises:
		InvalidRoundingMethod: `rounding_method` is none of the three.
	"""
	try:
		number = s if type(s) is float else float(s.replace(",", "") if isinstance(s, str) else s)
		return number if precision is None else rounded(number, precision, rounding_method)
	except InvalidRoundingMethod:
		raise
	except Exception:
		return 0.0


def cint(s: Any, default: int = 0) -> int:
	"""An int from a number or a text, fractions cut off; `default` where there is none."""
	try:
		return int(s)
	except Exception:
		try:
			return int(float(s))
		except Exception:
			return default


def floor(s: Any) -> int:
	"""The largest integer not above `s`; 0 where `s` is no number."""
	number: float = flt(s)
	try:
		return math.floor(number)
	except (ValueError, OverflowError):
		return 0


def ceil(s: Any) -> int:
	"""The smallest integer not below `s`; 0 where `s` is no number."""
	number: float = flt(s)
	try:
		return math.ceil(number)
	except (ValueError, OverflowError):
		return 0


def sbool(x: Any) -> Any:
	"""True for "true" and "1", False for "false" and "0"; anything else as it is."""
	if isinstance(x, str):
		return {"true": True, "1": True, "false": False, "0": False}.get(x.lower(), x)
	return x


def rounded(num: Any, precision: Any = 0, rounding_method: str | None = None) -> Any:
	"""Round by `rounding_method`, by default the site's.

	Raises:
		InvalidRoundingMethod: there is no such method.
	"""
	if type(num) is float and precision and num.is_integer() and abs(num) < _SURELY_EXACT and precision > 0:
		return num + 0.0  # whole already, by any method; -0.0 becomes 0.0
	method = rounding_method or _method_of_the_site()
	round_by = _METHODS.get(method)
	if round_by is None:
		from minibench.translate import _

		throw(_("Unknown Rounding Method: {}").format(method), exc=InvalidRoundingMethod)
	return round_by(num, cint(precision))


def _method_of_the_site() -> str:
	settings = local.document_cache.get(_SETTINGS)
	if settings is not None:
		return settings.__dict__.get("rounding_method") or LEGACY
	from minibench.access.defaults import get_system_settings

	return get_system_settings("rounding_method") or LEGACY


def _bankers_legacy(num: Any, precision: int) -> Any:
	"""Ties go to the even number when rounding to integers, and up otherwise."""
	scale = 10**precision
	scaled = round(num * scale if precision else num, 8)
	below = math.floor(scaled)
	result: Any
	if scaled - below == 0.5:
		up = bool(precision) or below % 2
		result = below + 1 if up else below
	else:
		result = round(scaled)
	return result / scale if precision else result


def _bankers(num: Any, precision: int) -> float:
	"""Ties go to the even neighbour."""
	scale = 10**precision
	scaled = round(num * scale, 12)
	if scaled == 0:
		return 0.0
	below = math.floor(scaled)
	from_tie = abs(scaled - below - 0.5)
	if from_tie > 0.01 and abs(scaled) < _SURELY_EXACT:
		return round(scaled) / scale  # type: ignore[no-any-return]
	is_tie = from_tie < _least_count(scaled)
	nearest = below + below % 2 if is_tie else round(scaled)
	return nearest / scale  # type: ignore[no-any-return]


def _commercial(num: Any, precision: int) -> float:
	"""Ties go away from zero."""
	if num == 0:
		return 0.0
	return round(num + math.copysign(_least_count(num), num), precision)  # type: ignore[no-any-return]


def _least_count(num: float) -> float:
	"""About the distance from `num` to the next float: 2.675 is held as a bit less, yet is meant as a tie."""
	return float(2.0 ** (math.log(abs(num), 2) - 52.0))


_METHODS = {LEGACY: _bankers_legacy, "Banker's Rounding": _bankers, "Commercial Rounding": _commercial}


def remainder(numerator: Any, denominator: Any, precision: Any = 2) -> Any:
	"""What is left of a division, rounded."""
	precision = cint(precision)
	if not precision:
		return flt(numerator % denominator, precision)
	scale = 10**precision
	return flt(((numerator * scale) % (denominator * scale)) / scale, precision)


def safe_div(numerator: Any, denominator: Any, precision: Any = 2) -> Any:
	"""A quotient, rounded; 0 where the denominator is 0."""
	return flt(0.0 if denominator == 0 else float(numerator) / denominator, cint(precision))


def round_based_on_smallest_currency_fraction(value: Any, currency: str, precision: int = 2) -> Any:
	"""Round to what can be paid in the currency's coins (Currency.smallest_currency_fraction_value), else to integers."""
	smallest = flt(db.get_value("Currency", currency, "smallest_currency_fraction_value", cache=True))
	if not smallest:
		return flt(rounded(value), precision)
	rest = remainder(value, smallest, precision)
	return flt(value + smallest - rest if rest > smallest / 2 else value - rest, precision)


def get_number_format_info(format: str | None) -> tuple[str, str, int]:
	"""Decimal separator, thousands separator and decimals of a number format."""
	return number_format_info.get(format or "", (".", ",", 2))


def fmt_money(
	amount: Any, precision: int | None = None, currency: str | None = None, format: str | None = None
) -> str:
	"""`amount` with separators, in `format` (default: the site's), with the currency's symbol if one is given."""
	number_format = format or db.get_default("number_format") or "#,###.##"
	decimal_mark, group_mark, default_precision = get_number_format_info(number_format)
	if precision is None:
		precision = cint(db.get_default("currency_precision")) or default_precision
	if isinstance(amount, str):
		amount = flt(amount, precision)
	amount = amount or 0
	if decimal_mark and precision > 2:
		precision = _shown_decimals(amount, precision, currency, default_precision)

	text = f"{round(flt(amount), precision):.{precision}f}"
	decimals = text.partition(".")[2]
	sign = "-" if flt(text) < 0 else ""
	whole = cstr(abs(flt(text))).partition(".")[0]
	text = group_mark.join(_groups(whole, 2 if number_format == INDIAN else 3))
	if precision and decimal_mark:
		text += decimal_mark + decimals
	if text != "0":
		text = sign + text
	return _with_symbol(text, currency) if currency else text


def _shown_decimals(amount: Any, precision: int, currency: str | None, default: int) -> int:
	"""Of more than two decimals only those are shown that the amount has, and two at least."""
	digits = str(round(amount % 1, precision)).split(".")[-1]
	if len(digits) >= 3:
		return min(precision, len(digits))
	if not currency:
		return default
	units = db.get_value("Currency", currency, "fraction_units", cache=True) or 100
	return len(cstr(units)) - 1


def _groups(digits: str, size: int) -> list[str]:
	"""The last three digits, and before them groups of `size`."""
	if len(digits) <= 3:
		return [digits]
	head, groups = digits[:-3], [digits[-3:]]
	while len(head) > size:
		head, group = head[:-size], head[-size:]
		groups.append(group)
	return [head, *reversed(groups)]


def _with_symbol(text: str, currency: str) -> str:
	from minibench.access.defaults import get_global_default
	from minibench.translate import _

	if get_global_default("hide_currency_symbol") == "Yes":
		return text
	row = db.get_value("Currency", currency, ["symbol", "symbol_on_right"], cache=True, as_dict=True) or {}
	symbol = _(row.get("symbol") or currency)
	return f"{text} {symbol}" if row.get("symbol_on_right") else f"{symbol} {text}"
