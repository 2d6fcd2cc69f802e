"""Who makes this request: logging in by password, resuming a session, API keys in the Authorization header."""

from __future__ import annotations

import datetime
import time
from functools import lru_cache
from typing import Any, NoReturn
from urllib.parse import quote

from werkzeug.http import dump_cookie

from minibench import context
from minibench.access.auth_headers import (
	validate_api_key_secret,
	validate_auth,
	validate_auth_via_api_keys,
)
from minibench.access.login_attempts import LoginAttemptTracker, get_login_attempt_tracker
from minibench.access.passwords import MAX_PASSWORD_SIZE, check_password
from minibench.access.roles import user_facts
from minibench.access.sessions import Session, clear_sessions, delete_session, get_expiry_in_seconds
from minibench.context import Dict, db, local
from minibench.errors import AuthenticationError
from minibench.translate import _
from minibench.web.whitelist import whitelist

__all__ = [
	"MAX_PASSWORD_SIZE",
	"CookieManager",
	"LoginAttemptTracker",
	"LoginManager",
	"clear_cookies",
	"get_logged_user",
	"get_login_attempt_tracker",
	"validate_api_key_secret",
	"validate_auth",
	"validate_auth_via_api_keys",
	"validate_ip_address",
]

_USER_COOKIES = ["full_name", "user_id", "sid", "user_image", "system_user"]


class LoginManager:
	"""Logs the request's user in or out, or takes up the session of its cookie."""

	def __init__(self) -> None:
		self.user: str | None = None
		self.info: Any = None
		self.full_name: str | None = None
		self.user_type: str | None = None
		self.resume = False
		if local.form_dict.get("cmd") == "login" or local.request.path == "/api/method/login":
			if self.login() is False:
				return
			self.run_trigger("on_session_creation")
		else:
			self.resume = True
			self.make_session(resume=True)
			self.get_user_info()
			self.set_user_info(resume=True)

	def login(self) -> bool | None:
		"""Log in with `usr` and `pwd` of the request. False if a new password must be set first.

		Raises:
			AuthenticationError: they are wrong, or logging in by password is disabled.
		"""
		from minibench.access.defaults import get_system_settings
		from minibench.collaboration.messages import throw
		from minibench.model.document import get_doc

		if int(get_system_settings("disable_user_pass_login") or 0):
			throw(_("Login with username and password is not allowed."), AuthenticationError)
		self.authenticate()
		if self.force_user_to_reset_password():
			user = get_doc("User", self.user)
			local.response["redirect_to"] = user.reset_password(send_email=False, password_expired=True)
			local.response["message"] = "Password Reset"
			return False
		local.form_dict.pop("pwd", None)
		self.post_login()
		return None

	def post_login(self, session_end: str | None = None, audit_user: str | None = None) -> None:
		"""Begin a session for `self.user`, who has proved who they are."""
		self.run_trigger("on_login")
		validate_ip_address(self.user or "")
		self.validate_hour()
		self.get_user_info()
		self.make_session(session_end=session_end, audit_user=audit_user)
		self.set_user_info()

	def get_user_info(self) -> None:
		"""Read what cookies and the response say of the user."""
		self.info = user_facts(self.user or "Guest") or Dict()
		self.user_type = self.info.user_type

	def set_user_info(self, resume: bool = False) -> None:
		"""Tell the client who it is: by cookies, and after logging in by the response too."""
		local.cookie_manager.init_cookies()
		self.full_name = " ".join(filter(None, [self.info.first_name, self.info.last_name]))
		is_website_user = self.info.user_type == "Website User"
		set_cookie = local.cookie_manager.set_cookie
		set_cookie("system_user", "no" if is_website_user else "yes")
		if not resume:
			self._answer(is_website_user)
		self._redirect()
		set_cookie("full_name", self.full_name)
		set_cookie("user_id", self.user)
		set_cookie("user_image", self.info.user_image or "")

	def _answer(self, is_website_user: bool) -> None:
		from minibench.web.pages.home import get_default_path, get_home_page

		if is_website_user:
			local.response["message"] = "No App"
			local.response["home_page"] = get_default_path() or "/" + get_home_page()
		else:
			local.response["message"] = "Logged In"
			workspace = self.info.default_workspace
			if workspace:
				local.response["home_page"] = "/app/" + workspace.lower().replace(" ", "-")
			else:
				local.response["home_page"] = get_default_path() or "/app"
		local.response["full_name"] = self.full_name

	def _redirect(self) -> None:
		"""Send a user who has just signed up to where they came from."""
		if self.user == "Guest":
			return
		target = context.cache.hget("redirect_after_login", self.user)
		if target:
			local.response["redirect_to"] = target
			context.cache.hdel("redirect_after_login", self.user)

	def make_session(
		self, resume: bool = False, session_end: str | None = None, audit_user: str | None = None
	) -> None:
		"""Begin or resume the session. If it has expired, the user is Guest from here on."""
		local.session_obj = Session(
			user=self.user,
			resume=resume,
			full_name=self.full_name,
			user_type=self.user_type,
			session_end=session_end,
			audit_user=audit_user,
		)
		self.user = local.session_obj.user
		local.session = local.session_obj.data
		local.user_perms = None
		if not resume:
			self.clear_active_sessions()

	def clear_active_sessions(self) -> None:
		"""End the user's other sessions where only one is allowed; beyond that number, the oldest ones."""
		from minibench.access.defaults import get_system_settings

		if context.session.user == "Guest":
			return
		if int(local.conf.deny_multiple_sessions or get_system_settings("deny_multiple_sessions") or 0):
			clear_sessions(context.session.user, keep_current=True)

	def authenticate(self, user: str | None = None, pwd: str | None = None) -> None:
		"""Check a user name and password, by default those of the request, and count failures.

		Raises:
			AuthenticationError: they are missing or wrong, or the user is disabled.
			SecurityException: too many failures; the account or the address is locked.
		"""
		from minibench.access.users import find_by_credentials

		if not (user and pwd):
			user, pwd = local.form_dict.get("usr"), local.form_dict.get("pwd")
		if not (user and pwd):
			self.fail(_("Incomplete login details"), user=user)
		given, pwd = str(user), str(pwd)
		if len(pwd) > MAX_PASSWORD_SIZE:
			self.fail(_("Password size exceeded the maximum allowed size"), user=given)
		found = find_by_credentials(given, pwd)
		of_address = get_login_attempt_tracker(local.request_ip)
		if not found:
			of_address.add_failure_attempt()
			self.fail("Invalid login credentials", user=given)
		of_user = get_login_attempt_tracker(found.name)
		allowed = found.is_authenticated and (found.name == "Administrator" or found.enabled)
		for tracker in (of_user, of_address):
			if allowed:
				tracker.add_success_attempt()
			else:
				tracker.add_failure_attempt()
		if not found.is_authenticated:
			self.fail("Invalid login credentials", user=found.name)
		if not allowed:
			self.fail("User disabled or missing", user=found.name)
		self.user = found.name

	def force_user_to_reset_password(self) -> bool:
		"""Whether the password is older than System Settings let it become."""
		from minibench.access.defaults import get_system_settings
		from minibench.access.users import STANDARD_USERS
		from minibench.values.dates import date_diff, today

		days = int(get_system_settings("force_user_to_reset_password") or 0)
		if not days or not self.user or self.user in STANDARD_USERS:
			return False
		last_reset = db.get_value("User", self.user, "last_password_reset_date") or today()
		return bool(date_diff(today(), last_reset) > days)

	def check_password(self, user: str, pwd: str) -> str:
		"""The user's name as it is written in the database. A wrong password is noted and raised."""
		try:
			return check_password(user, pwd)
		except AuthenticationError:
			self.fail("Incorrect password", user=user)

	def fail(self, message: str, user: str | None = None) -> NoReturn:
		"""Note a failed attempt, for good, and refuse.

		Raises:
			AuthenticationError: always.
		"""
		from minibench.doctypes.activity_log.activity_log import add_authentication_log

		local.response["message"] = message
		add_authentication_log(message, user or _("Unknown User"), status="Failed")
		db.commit()
		raise AuthenticationError

	def run_trigger(self, event: str = "on_login") -> None:
		"""Call the apps' hooks for `event`."""
		from minibench.hooks import call, get_attr, get_hooks

		for method in get_hooks(event) or []:
			call(get_attr(method), login_manager=self)

	def validate_hour(self) -> None:
		"""Raise AuthenticationError outside of the hours in which the user may log in."""
		from minibench.collaboration.messages import throw
		from minibench.values.dates import now_datetime

		hours = db.get_value("User", self.user, ["login_before", "login_after"], as_dict=True) or Dict()
		before, after = int(hours.login_before or 0), int(hours.login_after or 0)
		now = now_datetime().hour
		if (before and now >= before) or (after and now < after):
			throw(_("Login not allowed at this time"), AuthenticationError)

	def login_as_guest(self) -> None:
		self.login_as("Guest")

	def login_as(self, user: str, session_end: str | None = None, audit_user: str | None = None) -> None:
		"""Begin a session for a user without asking for a password."""
		self.user = user
		self.post_login(session_end, audit_user)

	def impersonate(self, user: str) -> None:
		"""Begin a session as `user` that says who is behind it."""
		current, kept = context.session.user, local.session_obj.data.data
		self.login_as(user, session_end=kept.session_end, audit_user=kept.audit_user)
		local.session_obj.set_impersonated(current)

	def logout(self, arg: str = "", user: str | None = None) -> None:
		"""End the current session, or all sessions of another user."""
		user = user or context.session.user
		self.run_trigger("on_logout")
		if user == context.session.user:
			delete_session(context.session.sid, user=user, reason="User Manually Logged Out")
			self.clear_cookies()
			if local.request:
				self.login_as_guest()
		else:
			clear_sessions(user)

	def clear_cookies(self) -> None:
		clear_cookies()


class CookieManager:
	"""The cookies that go out with the response."""

	def __init__(self) -> None:
		self.cookies: dict[str, dict[str, Any]] = {}
		self.to_delete: list[str] = []

	def init_cookies(self) -> None:
		"""Send the session's identifier, for as long as the session may rest."""
		sid = local.session.get("sid")
		if sid and self.cookies.get("sid", {}).get("value") != sid:
			self.set_cookie("sid", sid, max_age=get_expiry_in_seconds(), httponly=True)

	def set_cookie(
		self,
		key: str,
		value: str | None,
		expires: Any = None,
		secure: bool = False,
		httponly: bool = False,
		samesite: str = "Lax",
		max_age: int | None = None,
	) -> None:
		"""Send a cookie. Over HTTPS it is marked secure."""
		if not secure and local.request:
			secure = local.request.scheme == "https"
		self.cookies[key] = {
			"value": value,
			"expires": expires,
			"secure": secure,
			"httponly": httponly,
			"samesite": samesite,
			"max_age": max_age,
		}

	def delete_cookie(self, to_delete: str | list[str] | tuple[str, ...]) -> None:
		"""Have the client forget cookies."""
		self.to_delete.extend([to_delete] if isinstance(to_delete, str) else to_delete)

	def flush_cookies(self, response: Any) -> None:
		"""Put the cookies into the response."""
		now = int(time.time())
		for key, options in self.cookies.items():
			response.headers.add("Set-Cookie", _cookie_header(now, key, **options))
		yesterday = datetime.datetime.now() - datetime.timedelta(days=1)
		for key in dict.fromkeys(self.to_delete):
			response.set_cookie(key, "", expires=yesterday)


@lru_cache(maxsize=1024)
def _cookie_header(second: int, key: str, value: str | None, **options: Any) -> str:
	"""A cookie as its header. Much the same ones go out with every response; `second` keeps their expiry right."""
	return dump_cookie(key, quote((value or "").encode()), **options)


@whitelist()
def get_logged_user() -> str:
	"""The session's user."""
	return str(context.session.user)


def clear_cookies() -> None:
	"""Have the client forget who it was."""
	if local.session:
		local.session.sid = ""
	local.cookie_manager.delete_cookie(_USER_COOKIES)


def validate_ip_address(user: str) -> None:
	"""Raise AuthenticationError if the user may come from certain addresses only and comes from another."""
	from minibench.access.users import get_restricted_ip_list

	facts = user_facts(user)
	allowed = get_restricted_ip_list(facts) if facts else None
	if not allowed or any((local.request_ip or "").startswith(address) for address in allowed):
		return
	from minibench.collaboration.messages import throw

	throw(_("Access not allowed from this IP Address"), AuthenticationError)
