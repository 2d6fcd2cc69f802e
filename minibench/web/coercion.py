"""Fits request values, mostly strings, to the annotations of a whitelisted function.

v15 lets pydantic do this in its lax mode. The types that endpoints are annotated with are few, so the rules are
written out here: a value is taken as it is when it has the type, converted when nothing is lost by it, and refused
otherwise. In a union the member that fits best wins, and the first of several that fit equally well.
"""

from __future__ import annotations

import datetime
import inspect
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import lru_cache
from typing import Any, ForwardRef, Literal, Union, get_args, get_origin

from minibench.errors import FrappeTypeError

EXACT, STRICT, LAX = 2, 1, 0
"""How well a value fitted: it had the type; it widened without a doubt (int to float); it had to be parsed."""

Fit = tuple[Any, int]


class Misfit(Exception):
	"""The value cannot be read as that type."""


def arguments(fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any]:
	"""`args` and `kwargs` with every annotated value fitted to its annotation.

	Raises:
		FrappeTypeError: a value does not fit. It names the argument, what was wanted and what came.
	"""
	annotated = _annotated(fn)
	if not annotated or not (args or kwargs):
		return args, kwargs
	positions = fn.__code__.co_varnames[: fn.__code__.co_argcount]
	fitted_args, fitted_kwargs = list(args), dict(kwargs)
	for name, (wanted, shown) in annotated.items():
		if name in kwargs:
			fitted_kwargs[name] = _argument(name, wanted, shown, kwargs[name])
		elif name in positions and positions.index(name) < len(args):
			index = positions.index(name)
			fitted_args[index] = _argument(name, wanted, shown, args[index])
	return fitted_args, fitted_kwargs


def _argument(name: str, wanted: Any, shown: Any, value: Any) -> Any:
	try:
		return fit(wanted, value)[0]
	except Misfit as error:
		raise FrappeTypeError(
			f"Argument '{name}' should be of type '{_type_name(shown)}' but got '{_type_name(value)}' instead."
		) from error


@lru_cache(maxsize=2048)
def _annotated(fn: Callable[..., Any]) -> dict[str, tuple[Any, Any]]:
	"""Parameter -> (type to fit, type to show in an error), leaving out what is annotated by a mere string."""
	found: dict[str, tuple[Any, Any]] = {}
	parameters = inspect.signature(fn).parameters
	for name, annotation in getattr(fn, "__annotations__", {}).items():
		parameter = parameters.get(name)
		if parameter is None or annotation is Any or _unresolved(annotation):
			continue
		wanted = int | bool | float if annotation is bool else annotation
		default = parameter.default
		if default is not inspect.Parameter.empty and default is not annotation:
			# What the author wrote as the default is acceptable from the caller too.
			wanted = Union[wanted, type(default)]  # noqa: UP007
		found[name] = (wanted, wanted)
	return found


def _unresolved(annotation: Any) -> bool:
	return isinstance(annotation, str | ForwardRef) or any(
		isinstance(part, str | ForwardRef) for part in getattr(annotation, "__args__", ())
	)


def _type_name(value: Any) -> str:
	kind = value if inspect.isclass(value) and not isinstance(value, types.GenericAlias) else type(value)
	if kind.__module__ in ("typing", "types"):
		return str(value)
	return (
		str(kind.__qualname__) if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
	)


def fit(wanted: Any, value: Any) -> Fit:
	"""`value` as a `wanted`, and how well it fitted. Raises Misfit when it does not."""
	if wanted is Any or wanted is inspect.Parameter.empty or isinstance(wanted, typing.TypeVar):
		return value, EXACT
	if wanted is None or wanted is type(None):
		if value is None:
			return None, EXACT
		raise Misfit
	origin = get_origin(wanted)
	if origin in (Union, types.UnionType):
		return _fit_union(get_args(wanted), value)
	if origin is Literal:
		for choice in get_args(wanted):
			if type(choice) is type(value) and choice == value:
				return value, EXACT
		raise Misfit
	if origin is typing.Annotated:
		return fit(get_args(wanted)[0], value)
	if origin is not None:
		return _fit_generic(origin, get_args(wanted), value)
	if typing.is_typeddict(wanted):
		if not isinstance(value, Mapping):
			raise Misfit
		return dict(value), EXACT
	return _fit_plain(wanted, value)


def _fit_union(members: Sequence[Any], value: Any) -> Fit:
	best: Fit | None = None
	for member in members:
		try:
			fitted = fit(member, value)
		except Misfit:
			continue
		if fitted[1] == EXACT:
			return fitted
		if best is None or fitted[1] > best[1]:
			best = fitted
	if best is None:
		raise Misfit
	return best


def _fit_generic(origin: Any, parts: tuple[Any, ...], value: Any) -> Fit:
	if inspect.isclass(origin) and issubclass(origin, Mapping):
		items, quality = fit(dict, value)
		key_type, value_type = parts
		fitted = {}
		for key, item in items.items():
			fitted_key, key_quality = fit(key_type, key)
			fitted[fitted_key], item_quality = fit(value_type, item)
			quality = min(quality, key_quality, item_quality)
		return fitted, quality
	if origin is tuple and not (len(parts) == 2 and parts[1] is Ellipsis):
		items, quality = fit(tuple, value)
		if len(items) != len(parts):
			raise Misfit
		pairs = [fit(part, item) for part, item in zip(parts, items, strict=True)]
		return tuple(pair[0] for pair in pairs), min([quality, *(pair[1] for pair in pairs)])
	if origin is Callable or origin is type:
		return _fit_plain(type if origin is type else Callable, value)
	container = {Sequence: list, Iterable: list}.get(origin, origin)
	items, quality = fit(container, value)
	pairs = [fit(parts[0], item) for item in items]
	return container(pair[0] for pair in pairs), min([quality, *(pair[1] for pair in pairs)])


def _fit_plain(wanted: Any, value: Any) -> Fit:
	if type(value) is wanted:
		return value, EXACT
	converter = CONVERTERS.get(wanted)
	if converter is not None:
		return converter(value)
	if wanted is Callable:
		if callable(value):
			return value, EXACT
		raise Misfit
	if inspect.isclass(wanted) and issubclass(wanted, Enum):
		try:
			return wanted(value), LAX
		except ValueError:
			raise Misfit from None
	try:
		if isinstance(value, wanted):
			return value, EXACT
	except TypeError:
		pass
	raise Misfit


def _to_str(value: Any) -> Fit:
	if isinstance(value, str):
		return value, STRICT
	if isinstance(value, bytes | bytearray):
		try:
			return value.decode(), LAX
		except UnicodeDecodeError:
			pass
	raise Misfit


def _to_int(value: Any) -> Fit:
	if isinstance(value, bool):
		return int(value), LAX
	if isinstance(value, float | Decimal | str):
		try:
			number = Decimal(value.strip()) if isinstance(value, str) else Decimal(value)
			if number.is_finite() and number == number.to_integral_value() and "e" not in str(value).lower():
				return int(number), LAX
		except InvalidOperation:
			pass
	raise Misfit


def _to_float(value: Any) -> Fit:
	if isinstance(value, int) and not isinstance(value, bool):
		return float(value), STRICT
	if isinstance(value, bool | str | Decimal):
		try:
			return float(value), LAX
		except ValueError:
			pass
	raise Misfit


def _to_bool(value: Any) -> Fit:
	if isinstance(value, str):
		text = value.lower()
		if text in ("1", "true", "t", "yes", "y", "on"):
			return True, LAX
		if text in ("0", "false", "f", "no", "n", "off"):
			return False, LAX
	elif isinstance(value, int | float) and value in (0, 1):
		return bool(value), LAX
	raise Misfit


def _to_decimal(value: Any) -> Fit:
	if isinstance(value, int | float | str) and not isinstance(value, bool):
		try:
			return Decimal(str(value)), LAX
		except InvalidOperation:
			pass
	raise Misfit


def _sequence(kind: type) -> Callable[[Any], Fit]:
	def convert(value: Any) -> Fit:
		if isinstance(value, list | tuple | set | frozenset | types.GeneratorType):
			return kind(value), LAX
		raise Misfit

	return convert


def _to_dict(value: Any) -> Fit:
	if isinstance(value, dict):
		return value, STRICT
	if isinstance(value, Mapping):
		return dict(value), LAX
	raise Misfit


def _to_datetime(value: Any) -> Fit:
	if isinstance(value, str):
		try:
			return datetime.datetime.fromisoformat(value), LAX
		except ValueError:
			pass
	elif isinstance(value, datetime.date):
		return datetime.datetime.combine(value, datetime.time()), LAX
	raise Misfit


def _to_date(value: Any) -> Fit:
	moment = value if isinstance(value, datetime.datetime) else _to_datetime(value)[0]
	if moment.time() != datetime.time():
		raise Misfit
	return moment.date(), LAX


def _to_time(value: Any) -> Fit:
	if isinstance(value, str):
		try:
			return datetime.time.fromisoformat(value), LAX
		except ValueError:
			pass
	raise Misfit


CONVERTERS: dict[Any, Callable[[Any], Fit]] = {
	str: _to_str,
	int: _to_int,
	float: _to_float,
	bool: _to_bool,
	Decimal: _to_decimal,
	list: _sequence(list),
	tuple: _sequence(tuple),
	set: _sequence(set),
	frozenset: _sequence(frozenset),
	dict: _to_dict,
	datetime.datetime: _to_datetime,
	datetime.date: _to_date,
	datetime.time: _to_time,
}
