"""Limits on what one site serves in a window of time, and on how often one caller may use one function.

Counters live in the site's cache, so that all its processes share them.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from werkzeug.wrappers import Response

from minibench.context import cache, local
from minibench.errors import RateLimitExceededError, TooManyRequestsError

F = TypeVar("F", bound=Callable[..., Any])

MICROSECONDS = 1_000_000


def apply() -> None:
	"""Begin to count this request against the site's limit `rate_limit: {"limit": s, "window": s}`, if it has one.

	Raises:
		TooManyRequestsError: the window's seconds of work are used up.
	"""
	limits = local.conf.rate_limit
	if limits:
		local.rate_limiter = RateLimiter(limits["limit"], limits["window"])
		local.rate_limiter.apply()


def update() -> None:
	"""Book the time that this request took."""
	limiter = getattr(local, "rate_limiter", None)
	if limiter is not None:
		limiter.update()


def respond() -> Response | None:
	limiter = getattr(local, "rate_limiter", None)
	return limiter.respond() if limiter is not None else None


class RateLimiter:
	"""`limit` seconds of working time in every `window` of seconds, for all requests of the site together."""

	def __init__(self, limit: float, window: int) -> None:
		self.limit = int(limit * MICROSECONDS)
		self.window = window
		self.started = time.perf_counter()
		self.window_number, self.spent = divmod(int(time.time()), window)
		self.key = cache.make_key(f"rate-limit-counter-{self.window_number}")
		self.counter = int(cache.get(self.key) or 0)
		self.remaining = max(self.limit - self.counter, 0)
		self.reset = window - self.spent
		self.duration: int | None = None
		self.rejected = False

	def apply(self) -> None:
		if self.counter > self.limit:
			self.rejected = True
			raise TooManyRequestsError

	def update(self) -> None:
		cache.incrby(self.key, self.record_request_end())
		cache.expire(self.key, self.window)

	def record_request_end(self) -> int:
		if self.duration is None:
			self.duration = int((time.perf_counter() - self.started) * MICROSECONDS)
		return self.duration

	def headers(self) -> dict[str, str]:
		used = self.record_request_end()
		found = {
			"X-RateLimit-Reset": self.reset,
			"X-RateLimit-Limit": self.limit,
			"X-RateLimit-Remaining": self.remaining,
			**({"Retry-After": self.reset} if self.rejected else {"X-RateLimit-Used": used}),
		}
		return {name: str(value) for name, value in found.items()}

	def respond(self) -> Response | None:
		from minibench.translate import _

		return Response(_("Too Many Requests"), status=429) if self.rejected else None


def rate_limit(
	key: str | None = None,
	limit: int | Callable[[], int] = 5,
	seconds: int = 24 * 60 * 60,
	methods: str | Sequence[str] = "ALL",
	ip_based: bool = True,
) -> Callable[[F], F]:
	"""Let the decorated endpoint be called `limit` times in `seconds`, counted by address, by `key`, or by both.

	Args:
		key: the request's argument whose value tells callers apart.
		limit: how often, or a function that says so.
		methods: the HTTP methods that count.
		ip_based: tell callers apart by their address.
	"""

	def decorate(fn: F) -> F:
		@functools.wraps(fn)
		def limited(*args: Any, **kwargs: Any) -> Any:
			request = getattr(local, "request", None)
			if request is not None and (methods == "ALL" or request.method.upper() in methods):
				_count_call(key, limit() if callable(limit) else limit, seconds, ip_based)
			return fn(*args, **kwargs)

		return limited  # type: ignore[return-value]

	return decorate


def _count_call(key: str | None, limit: int, seconds: int, ip_based: bool) -> None:
	from minibench.collaboration.messages import throw
	from minibench.translate import _

	address = local.request_ip if ip_based else None
	value = local.form_dict.get(key, "") if key else ""
	identity = f"{address}:{value}" if key and ip_based else address or value
	if not identity:
		throw(_("Either key or IP flag is required."))
	counter = cache.make_key(f"rl:{local.form_dict.cmd}:{identity}")
	cache.set(counter, 0, nx=True, ex=seconds)
	if cache.incrby(counter, 1) > limit:
		throw(
			_("You hit the rate limit because of too many requests. Please try after sometime."),
			RateLimitExceededError,
		)
