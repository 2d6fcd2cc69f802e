"""Messages to the user: collected per request, sent along with the answer, raised as an exception where asked."""

from __future__ import annotations

import inspect
import sys
from typing import Any, NoReturn

from minibench.context import Dict, flags, local
from minibench.errors import ValidationError
from minibench.values.text import generate_hash, safe_decode, strip_html_tags


def msgprint(
	msg: Any,
	title: str | None = None,
	raise_exception: bool | int | type[Exception] = False,
	as_table: bool = False,
	as_list: bool = False,
	indicator: str | None = None,
	alert: bool = False,
	primary_action: Any = None,
	is_minimizable: bool = False,
	wide: bool = False,
	*,
	realtime: bool = False,
) -> None:
	"""Have the client show `msg`. With `raise_exception` (True or an exception class) raise it as well.

	A list of rows becomes an HTML table with `as_table`, a list of lines a bullet list with `as_list`. `alert` asks for
	a passing notice instead of a dialog.
	"""
	msg = safe_decode(msg)
	entry = Dict(message=msg)
	if flags.mute_messages:
		if raise_exception:
			raise _exception(raise_exception, msg)
		return
	if isinstance(msg, list | tuple):
		if as_table:
			entry.as_table = 1
		if as_list:
			entry.as_list = 1
	if flags.print_messages and msg:
		print(f"Message: {strip_html_tags(msg)}")
	# On a terminal the exception's text is read by eye, so it loses its tags.
	text = _plain(msg, bool(entry.as_list)) if sys.stdin and sys.stdin.isatty() else msg

	entry.title = title or _default_title()
	if indicator or raise_exception:
		entry.indicator = indicator or "red"
	if is_minimizable:
		entry.is_minimizable = is_minimizable
	if alert:
		entry.alert = 1
	if raise_exception:
		entry.raise_exception = 1
		entry["__frappe_exc_id"] = generate_hash()
	if primary_action:
		entry.primary_action = primary_action
	if wide:
		entry.wide = wide

	if realtime:
		from minibench.realtime import publish_realtime

		publish_realtime(event="msgprint", message=entry)
	else:
		local.message_log.append(entry)
	if raise_exception:
		error = _exception(raise_exception, text)
		# The web layer pairs a message with the exception it belongs to by this id.
		error.__frappe_exc_id = entry["__frappe_exc_id"]  # type: ignore[attr-defined]
		raise error


def _plain(msg: Any, is_list: bool) -> Any:
	if is_list:
		return [strip_html_tags(str(line)) for line in msg]
	return strip_html_tags(msg) if isinstance(msg, str) else msg


def _default_title() -> str:
	from minibench.translate import _

	return _("Message", context="Default title of the message dialog")


def _exception(kind: bool | int | type[Exception], text: Any) -> Exception:
	if inspect.isclass(kind) and issubclass(kind, Exception):
		return kind(text)
	return ValidationError(text)


def throw(
	msg: Any,
	exc: type[Exception] = ValidationError,
	title: str | None = None,
	is_minimizable: bool = False,
	wide: bool = False,
	as_list: bool = False,
	primary_action: Any = None,
) -> NoReturn:
	"""Show `msg` and raise `exc` with it.

	Raises:
		exc: always.
	"""
	msgprint(
		msg,
		raise_exception=exc,
		title=title,
		indicator="red",
		is_minimizable=is_minimizable,
		wide=wide,
		as_list=as_list,
		primary_action=primary_action,
	)
	raise AssertionError("msgprint raises")


def clear_messages() -> None:
	"""Forget every message of this request."""
	local.message_log = []


def get_message_log() -> list[dict[str, Any]]:
	"""The messages so far, oldest first."""
	return list(local.message_log)


def clear_last_message() -> None:
	"""Forget the newest message, usually because its exception was caught."""
	if local.message_log:
		local.message_log = local.message_log[:-1]
