"""Which functions a request may call, by whom, and with which HTTP methods."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from minibench import context
from minibench.context import local
from minibench.errors import PermissionError
from minibench.web import coercion

F = TypeVar("F", bound=Callable[..., Any])

ALL_METHODS = ["GET", "POST", "PUT", "DELETE"]

# v15's own names, which an app may look into. Dicts serve as sets that keep their order.
whitelisted: dict[Callable[..., Any], None] = {}
guest_methods: dict[Callable[..., Any], None] = {}
xss_safe_methods: dict[Callable[..., Any], None] = {}
allowed_http_methods_for_whitelisted_func: dict[Callable[..., Any], Sequence[str]] = {}


def whitelist(
	allow_guest: bool = False, xss_safe: bool = False, methods: Sequence[str] | None = None
) -> Callable[[F], F]:
	"""Let requests call the decorated function as `/api/method/<dotted.path>`, or the method as a document's method.

	Args:
		allow_guest: also without having logged in.
		xss_safe: a guest's arguments reach the function unsanitised.
		methods: the HTTP methods it answers to; all four when empty.
	"""

	def register(fn: F) -> F:
		checked: Any = validate_argument_types(getattr(fn, "__func__", fn), _in_request_or_test)
		whitelisted[checked] = None
		allowed_http_methods_for_whitelisted_func[checked] = methods or ALL_METHODS
		if allow_guest:
			guest_methods[checked] = None
			if xss_safe:
				xss_safe_methods[checked] = None
		return checked  # type: ignore[no-any-return]

	return register


def _in_request_or_test() -> bool:
	return bool(getattr(local, "request", None) or (getattr(local, "flags", None) or {}).get("in_test"))


def validate_argument_types(fn: F, apply_condition: Callable[[], bool] = lambda: True) -> F:
	"""`fn`, which raises FrappeTypeError when an argument does not fit its annotation while `apply_condition` holds."""
	if not getattr(fn, "__annotations__", None):
		return fn

	@functools.wraps(fn)
	def checked(*args: Any, **kwargs: Any) -> Any:
		if apply_condition():
			args, kwargs = coercion.arguments(fn, args, kwargs)
		return fn(*args, **kwargs)

	return checked  # type: ignore[return-value]


def is_whitelisted(method: Callable[..., Any]) -> None:
	"""Raise PermissionError unless the session's user may call `method` over HTTP; clean a guest's arguments."""
	from minibench.collaboration.messages import throw
	from minibench.translate import _

	is_guest = context.session["user"] == "Guest"
	if method not in whitelisted or (is_guest and method not in guest_methods):
		name = f"{method.__module__}.{method.__name__}"
		summary = _("You are not permitted to access this resource.")
		detail = _("Function {0} is not whitelisted.").format(f"<strong>{name}</strong>")
		throw(
			f"<details><summary>{summary}</summary>{detail}</details>",
			PermissionError,
			title=_("Method Not Allowed"),
		)
	if is_guest and method not in xss_safe_methods:
		from minibench.values.html import sanitize_html

		form = local.form_dict
		for key, value in form.items():
			if isinstance(value, str):
				form[key] = sanitize_html(value)


def is_valid_http_method(method: Callable[..., Any]) -> None:
	"""Raise PermissionError when the request came by an HTTP method that `method` does not answer to."""
	if local.flags.in_safe_exec:
		return
	if local.request.method not in allowed_http_methods_for_whitelisted_func[method]:
		throw_permission_error()


def throw_permission_error() -> None:
	from minibench.collaboration.messages import throw
	from minibench.translate import _

	throw(_("Not permitted"), PermissionError)


def read_only() -> Callable[[F], F]:
	"""Marks a function that would be content with a read replica. There is none here."""

	def decorate(fn: F) -> F:
		@functools.wraps(fn)
		def wrapper(*args: Any, **kwargs: Any) -> Any:
			from minibench.hooks import get_newargs

			return fn(*args, **get_newargs(fn, kwargs))

		return wrapper  # type: ignore[return-value]

	return decorate
