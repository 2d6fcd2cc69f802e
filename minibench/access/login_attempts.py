"""Locks an account, or an address, for a while after too many failed attempts to log in."""

from __future__ import annotations

import datetime
from typing import Any

from minibench.context import cache
from minibench.errors import SecurityException


class LoginAttemptTracker:
	"""Failed attempts in a row by one user name or from one address. All processes of the site share the count.

	Only the first failure's time is kept: the interval runs from there.
	"""

	def __init__(
		self,
		key: str,
		max_consecutive_login_attempts: int = 3,
		lock_interval: int = 5 * 60,
		*,
		user_name: str | None = None,
	) -> None:
		self.key = key or user_name or ""
		self.lock_interval = datetime.timedelta(seconds=lock_interval)
		self.max_failed_logins = max_consecutive_login_attempts

	@property
	def login_failed_count(self) -> int | None:
		return cache.hget("login_failed_count", self.key)  # type: ignore[no-any-return]

	@login_failed_count.setter
	def login_failed_count(self, count: int) -> None:
		cache.hset("login_failed_count", self.key, count)

	@login_failed_count.deleter
	def login_failed_count(self) -> None:
		cache.hdel("login_failed_count", self.key)

	@property
	def login_failed_time(self) -> datetime.datetime | None:
		return cache.hget("login_failed_time", self.key)  # type: ignore[no-any-return]

	@login_failed_time.setter
	def login_failed_time(self, timestamp: datetime.datetime) -> None:
		cache.hset("login_failed_time", self.key, timestamp)

	@login_failed_time.deleter
	def login_failed_time(self) -> None:
		cache.hdel("login_failed_time", self.key)

	def add_failure_attempt(self) -> None:
		"""Count a failure; the first one after the interval begins a new count."""
		now = _now()
		since, count = self.login_failed_time, self.login_failed_count
		if since and count and since + self.lock_interval > now:
			self.login_failed_count = count + 1
		else:
			self.login_failed_time = now
			self.login_failed_count = 1

	def add_success_attempt(self) -> None:
		"""Forget the failures."""
		del self.login_failed_count
		del self.login_failed_time

	def is_user_allowed(self) -> bool:
		"""Whether another attempt may be made now."""
		since, count = self.login_failed_time, self.login_failed_count or 0
		return not (since and since + self.lock_interval > _now() and count > self.max_failed_logins)


def get_login_attempt_tracker(key: str, raise_locked_exception: bool = True) -> Any:
	"""The tracker of a user name or address, with the limits of System Settings.

	Raises:
		SecurityException: it is locked, and `raise_locked_exception` is set.
	"""
	from minibench.access.defaults import get_system_settings
	from minibench.collaboration.messages import throw
	from minibench.translate import _

	attempts = int(get_system_settings("allow_consecutive_login_attempts") or 0)
	interval = int(get_system_settings("allow_login_after_fail") or 0)
	if attempts <= 0:
		return LoginAttemptTracker(key)
	tracker = LoginAttemptTracker(key, attempts, interval)
	if raise_locked_exception and not tracker.is_user_allowed():
		message = _("Your account has been locked and will resume after {0} seconds").format(interval)
		throw(message, SecurityException)
	return tracker


def _now() -> datetime.datetime:
	from minibench.values.dates import now_datetime

	return now_datetime()
