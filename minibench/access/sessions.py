"""Sessions of browsers: who is behind a `sid` cookie. They live in the table `tabSessions`, shared by all processes."""

from __future__ import annotations

import datetime
import json
from urllib.parse import unquote

from minibench import context
from minibench.access.roles import only_for, user_facts
from minibench.context import Dict, db, flags, local
from minibench.errors import ValidationError
from minibench.translate import _
from minibench.web.csrf import generate_csrf_token, get_csrf_token
from minibench.web.whitelist import whitelist

__all__ = [
	"Session",
	"clear",
	"clear_all_sessions",
	"clear_expired_sessions",
	"clear_sessions",
	"delete_session",
	"generate_csrf_token",
	"get_csrf_token",
	"get_expired_sessions",
	"get_expired_threshold",
	"get_expiry_in_seconds",
	"get_expiry_period",
	"get_sessions_to_clear",
]

# A session that is used is written again after this many seconds at the earliest.
UPDATE_INTERVAL = 600
DEFAULT_EXPIRY = "240:00:00"


class Session:
	"""The session of the request that is served: resumed from its cookie, or begun for `user`."""

	def __init__(
		self,
		user: str | None,
		resume: bool = False,
		full_name: str | None = None,
		user_type: str | None = None,
		session_end: str | None = None,
		audit_user: str | None = None,
	) -> None:
		cookie = local.request.cookies.get("sid", "Guest") if local.request else "Guest"
		self.sid = str(local.form_dict.get("sid") or unquote(cookie))
		self.user = user
		self.user_type = user_type
		self.full_name = full_name
		self.data = Dict(data=Dict())
		# What is kept of the session, whatever set_user() makes of `self.data` meanwhile.
		self._kept = self.data.data
		self._last_update: datetime.datetime | None = None
		local.session = self.data
		if resume:
			self.resume()
		elif self.user:
			self.validate_user()
			self.start(session_end, audit_user)

	def validate_user(self) -> None:
		"""Raise ValidationError if the user is disabled."""
		facts = user_facts(self.user or "")
		if not (facts and facts.enabled):
			from minibench.collaboration.messages import throw

			message = _("User {0} is disabled. Please contact your System Manager.")
			throw(message.format(self.user), ValidationError)

	def start(self, session_end: str | None = None, audit_user: str | None = None) -> None:
		"""Begin a session. All guests share one, which is kept nowhere."""
		from minibench.values.text import generate_hash

		self.sid = "Guest" if self.user == "Guest" else generate_hash()
		self.data.update(user=self.user, sid=self.sid)
		kept = self.data.data
		kept.update(user=self.user, session_ip=local.request_ip)
		if session_end:
			kept.session_end = session_end
		if audit_user:
			kept.audit_user = audit_user
		if self.user == "Guest":
			return
		now = _now()
		kept.update(
			last_updated=str(now),
			session_expiry=get_expiry_period(),
			full_name=self.full_name,
			user_type=self.user_type,
		)
		self._last_update = now
		db.execute(
			"insert into tabSessions (user, sid, sessiondata, ipaddress, lastupdate, status)"
			" values (?, ?, ?, ?, ?, 'Active')",
			(self.user, self.sid, json.dumps(kept), local.request_ip, now),
		)
		self._note_login(now)
		db.commit()

	def _note_login(self, now: datetime.datetime) -> None:
		from minibench.model.document import get_doc

		seen = {"last_login": str(now), "last_ip": local.request_ip, "last_active": now}
		db.set_value("User", self.user, seen, update_modified=False)
		user = get_doc("User", self.user)
		for event in ("before_change", "on_update"):
			user.run_notifications(event)

	def resume(self) -> None:
		"""Take up the session that the cookie names. Without one that holds, go on as a guest."""
		from minibench.access.auth import clear_cookies, validate_ip_address
		from minibench.access.defaults import get_site_default

		kept = self._read()
		if kept is None:
			local.response["session_expired"] = 1
			clear_cookies()
			self.sid = "Guest"
			kept = Dict(user="Guest")
		self.data.update(data=kept, user=kept.user, sid=self.sid)
		self._kept = kept
		self.user = kept.user
		if self.sid == "Guest":
			return
		self.validate_user()
		validate_ip_address(self.user)
		facts = user_facts(self.user or "") or Dict()
		local.user_lang = local.lang = facts.language or get_site_default("lang") or local.lang or "en"

	def _read(self) -> Dict | None:
		if self.sid == "Guest":
			return Dict(user="Guest")
		rows = db.execute("select user, sessiondata, lastupdate from tabSessions where sid = ?", (self.sid,))
		if not rows:
			return None
		user, text, lastupdate = rows[0]
		kept = Dict(json.loads(text or "{}"))
		kept.user = user
		self._last_update = lastupdate if isinstance(lastupdate, datetime.datetime) else None
		expiry = datetime.timedelta(seconds=get_expiry_in_seconds(kept.session_expiry))
		last_seen = self._last_update or datetime.datetime.fromisoformat(str(lastupdate))
		if _now() - last_seen > expiry or _has_ended(kept.session_end):
			delete_session(self.sid, reason="Session Expired")
			return None
		return kept

	def update(self, force: bool = False) -> bool:
		"""Prolong the session, if it was not just now, and commit that. Returns whether it was written."""
		if self.sid == "Guest" or flags.read_only:
			return False
		now = _now()
		recent = self._last_update and (now - self._last_update).total_seconds() <= UPDATE_INTERVAL
		if recent and not force:
			return False
		self._kept.update(last_updated=str(now), lang=str(local.lang))
		db.execute(
			"update tabSessions set sessiondata = ?, lastupdate = ? where sid = ?",
			(json.dumps(self._kept), now, self.sid),
		)
		db.set_value("User", self.user, "last_active", now, update_modified=False)
		db.commit()
		self._last_update = now
		return True

	def set_impersonated(self, original_user: str) -> None:
		"""Note who really acts in this session."""
		self._kept.impersonated_by = original_user
		self.update(force=True)


def _now() -> datetime.datetime:
	from minibench.values.dates import now_datetime

	return now_datetime()


def _has_ended(session_end: str | None) -> bool:
	if not session_end:
		return False
	return datetime.datetime.now(tz=datetime.UTC) > datetime.datetime.fromisoformat(session_end)


@whitelist()
def clear() -> None:
	"""Forget what is cached for the session's user."""
	from minibench.model.meta import clear_cache

	local.session_obj.update(force=True)
	db.commit()
	clear_cache(user=context.session.user)
	local.response["message"] = _("Cache Cleared")


def clear_sessions(user: str | None = None, keep_current: bool = False, force: bool = False) -> None:
	"""End sessions of `user` (default: the session's) beyond the number that they may have; all with `force`."""
	reason = "Force Logged out by the user" if force else "Logged In From Another Session"
	for sid in get_sessions_to_clear(user, keep_current, force):
		delete_session(sid, reason=reason)


def get_sessions_to_clear(
	user: str | None = None, keep_current: bool = False, force: bool = False
) -> list[str]:
	"""The sessions that clear_sessions() would end: the least recently used ones."""
	user = user or context.session.user
	spared = 0
	if not force and user == context.session.user:
		spared = int(db.get_value("User", user, "simultaneous_sessions") or 1)
	sql, params = "select sid from tabSessions where user = ?", [user]
	if keep_current:
		if not force:
			spared = max(0, spared - 1)
		sql += " and sid != ?"
		params.append(context.session.sid)
	sql += " order by lastupdate desc limit 100 offset ?"
	return [row[0] for row in db.execute(sql, (*params, spared))]


def delete_session(sid: str | None = None, user: str | None = None, reason: str = "Session Expired") -> None:
	"""End a session and note why. Commits."""
	from minibench.doctypes.activity_log.activity_log import logout_feed

	if flags.read_only:
		# Nobody logs out by hand now; it ends when the site can be written again.
		return
	if sid and not user:
		rows = db.execute("select user from tabSessions where sid = ?", (sid,))
		user = rows[0][0] if rows else None
	logout_feed(user, reason)
	db.execute("delete from tabSessions where sid = ?", (sid,))
	db.commit()


def clear_all_sessions(reason: str | None = None) -> None:
	"""Log everybody out. For Administrator only."""
	only_for("Administrator")
	for row in db.execute("select sid from tabSessions"):
		delete_session(row[0], reason=reason or "Deleted All Active Session")


def get_expired_sessions() -> list[str]:
	"""Sessions that were not used for longer than they may rest."""
	sql = "select sid from tabSessions where lastupdate < ?"
	return [row[0] for row in db.execute(sql, (get_expired_threshold(),))]


def clear_expired_sessions() -> None:
	"""End the sessions that have expired; the scheduler does it daily."""
	for sid in get_expired_sessions():
		delete_session(sid, reason="Session Expired")


def get_expiry_period() -> str:
	"""How long a session may rest, as `hours:minutes:seconds`."""
	from minibench.access.defaults import get_site_default

	period = str(get_site_default("session_expiry") or DEFAULT_EXPIRY)
	return period + ":00" if period.count(":") == 1 else period


def get_expiry_in_seconds(expiry: str | None = None) -> int:
	"""`hours:minutes:seconds` in seconds; by default the site's period."""
	hours, minutes, seconds = ((expiry or get_expiry_period()) + ":0:0").split(":")[:3]
	return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)


def get_expired_threshold() -> datetime.datetime:
	"""Sessions last used before this moment have expired."""
	return _now() - datetime.timedelta(seconds=get_expiry_in_seconds())
