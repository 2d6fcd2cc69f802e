"""Rights, sessions and secrets from the inside: hooks, what is remembered and forgotten, how many queries it takes."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import frappe
import pytest

CLERK = "clerk@contract.test"
OTHER = "other@contract.test"
VIEWER = "viewer@contract.test"
PORTAL = "portal@contract.test"
PARTY = "Contract Party"


def party(name: str, **values: Any) -> Any:
	return frappe.get_doc({"doctype": PARTY, "party_name": name, **values}).insert()


@pytest.fixture
def with_hooks(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
	"""Add hooks as an app would."""
	from minibench import hooks

	original = hooks.get_hooks

	def add(**more: Any) -> None:
		def get_hooks(hook: str | None = None, *args: Any, **kwargs: Any) -> Any:
			found = original(hook, *args, **kwargs)
			return {**(found or {}), **more[hook]} if hook in more else found

		monkeypatch.setattr(hooks, "get_hooks", get_hooks)

	return add


def deny(doc: Any, ptype: str, user: str) -> bool | None:
	return False if doc.notes == "denied" else None


def grant(doc: Any) -> bool:
	return True


def abstain(doc: Any, **more: Any) -> None:
	return None


def only_retail(user: str) -> str:
	return "" if user == OTHER else "`tabContract Party`.party_group = 'Retail'"


def nothing_or_all(user: str, doctype: str) -> str:
	return "1 = 0 or 1 = 1"


HERE = __name__


@pytest.mark.parametrize(
	"methods, notes, allowed",
	[
		(["abstain"], "", True),
		(["deny"], "", True),
		(["deny"], "denied", False),
		# The last one registered is asked first.
		(["grant", "deny"], "denied", False),
		(["deny", "grant"], "denied", True),
		(["deny", "abstain"], "denied", False),
	],
)
def test_permission_hooks(with_hooks, methods, notes, allowed):
	with_hooks(has_permission={PARTY: [globals()[name] for name in methods]})
	doc = party("P Hook")
	doc.notes = notes
	assert frappe.has_permission(PARTY, "read", doc=doc, user=CLERK) is allowed


def test_a_hook_grants_nothing_that_no_rule_grants(with_hooks):
	with_hooks(has_permission={PARTY: [grant]})
	assert not frappe.has_permission(PARTY, "delete", doc=party("P Hook"), user=CLERK)


def test_query_hooks(with_hooks, monkeypatch):
	from minibench import hooks

	real = hooks.get_attr
	monkeypatch.setattr(hooks, "get_attr", lambda method: method if callable(method) else real(method))
	with_hooks(permission_query_conditions={PARTY: [only_retail, nothing_or_all]})
	party("P Plain", party_group="Wholesale")
	party("P Retail", party_group="Retail")
	frappe.set_user(CLERK)
	assert set(frappe.get_list(PARTY, pluck="name")) == {"P Retail"}
	frappe.set_user(OTHER)
	assert set(frappe.get_list(PARTY, pluck="name")) >= {"P Plain", "P Retail"}


def test_conditions_bind_every_value():
	from minibench.access.permissions import match_conditions

	name = "P'); drop table `tabContract Party`; --"
	party(name)
	frappe.permissions.add_user_permission(PARTY, name, CLERK)
	sql, params = match_conditions(PARTY, CLERK)
	assert "drop" not in sql and sql.count("?") == len(params)
	assert json.loads(params[0]) == [name]
	frappe.set_user(CLERK)
	assert frappe.get_list(PARTY, pluck="name") == [name]


def test_conditions_of_many_documents():
	from minibench.access.permissions import match_conditions

	for number in range(50):
		frappe.share.add(PARTY, party(f"P {number}").name, PORTAL)
	sql, params = match_conditions(PARTY, PORTAL)
	assert sql.count("?") == len(params) == 1
	frappe.set_user(PORTAL)
	assert len(frappe.get_list(PARTY, limit_page_length=0)) == 50


@contextmanager
def counted() -> Iterator[list[str]]:
	"""The statements that are run."""
	run: list[str] = []
	connection = frappe.db._open().connection
	connection.set_trace_callback(run.append)
	try:
		yield run
	finally:
		connection.set_trace_callback(None)


def test_rights_cost_few_queries():
	party("P Query")
	doc = frappe.get_doc(PARTY, "P Query")
	frappe.set_user(CLERK)
	with counted() as run:
		assert frappe.has_permission(PARTY, "write", doc=doc)
	assert len(run) <= 4, run
	with counted() as again:
		assert frappe.has_permission(PARTY, "write", doc=doc)
		assert frappe.has_permission(PARTY, "read", doc=doc)
	assert again == []


def test_a_tree_of_permissions_takes_one_query():
	def node(name: str, parent: str | None) -> None:
		values = {"node_name": name, "parent_contract_node": parent, "is_group": 1}
		frappe.get_doc({"doctype": "Contract Node", **values}).insert()

	node("N Top", None)
	for number in range(8):
		node(f"N {number}", "N Top")
		node(f"N {number} Leaf", f"N {number}")
		frappe.permissions.add_user_permission("Contract Node", f"N {number}", CLERK)
	frappe.get_meta("Contract Node")
	frappe.local.role_permissions = {}
	with counted() as run:
		found = frappe.permissions.get_user_permissions(CLERK)
	assert len(found["Contract Node"]) == 16
	assert len(run) <= 3, run


def test_what_is_rolled_back_is_forgotten():
	assert "Contract Viewer" not in frappe.get_roles(CLERK)
	frappe.db.savepoint("before")
	frappe.get_doc("User", CLERK).add_roles("Contract Viewer")
	frappe.permissions.add_user_permission("User", CLERK, CLERK)
	assert "Contract Viewer" in frappe.get_roles(CLERK)
	assert frappe.permissions.get_user_permissions(CLERK)
	assert frappe.has_permission(PARTY, "read", user=CLERK)
	frappe.db.rollback()
	assert "Contract Viewer" not in frappe.get_roles(CLERK)
	assert not frappe.permissions.get_user_permissions(CLERK)


def test_a_rolled_back_setting_is_forgotten():
	before = frappe.get_system_settings("session_expiry")
	settings = frappe.get_doc("System Settings")
	settings.session_expiry = "12:34"
	settings.save()
	assert frappe.get_system_settings("session_expiry") == "12:34"
	frappe.db.rollback()
	assert frappe.get_system_settings("session_expiry") == before


def test_hashes_of_a_bench_are_known_and_replaced():
	from minibench.access.passwords import check_password, update_password

	update_password(CLERK, "anything")
	old = "$pbkdf2-sha256$29000$P0dICcFYq1VqLYVw7r03Jg$5z4tonKVA2D2Q8C9cpCEVsnAsPRxaYrDj3YmBQ/wkxI"
	frappe.db.execute("update __Auth set password = ? where name = ?", (old, CLERK))
	with pytest.raises(frappe.AuthenticationError):
		check_password(CLERK, "Western-Horse-42")
	assert check_password(CLERK, "Eastern-Horse-42") == CLERK
	(row,) = frappe.db.execute(
		"select password from __Auth where name = ? and fieldname = 'password'", (CLERK,)
	)
	assert row[0].startswith("$argon2id$")
	assert check_password(CLERK, "Eastern-Horse-42") == CLERK


class FakeRequest:
	"""As much of a request as a session looks at."""

	path = "/"
	scheme = "http"

	def __init__(self, sid: str | None = None, authorization: str = "") -> None:
		self.cookies = {"sid": sid} if sid else {}
		self.headers = {"Authorization": authorization}


@contextmanager
def request(**values: Any) -> Iterator[Any]:
	"""Be within a request, with a session of its own."""
	from minibench.access.auth import CookieManager, LoginManager

	local = frappe.local
	kept = local.session
	local.request = FakeRequest(**values)
	local.request_ip = "127.0.0.1"
	local.response = frappe._dict()
	local.form_dict = frappe._dict()
	local.cookie_manager = CookieManager()
	try:
		local.login_manager = LoginManager()
		yield local.login_manager
	finally:
		local.request = None
		local.session = kept
		for name in ("login_manager", "session_obj", "cookie_manager"):
			if hasattr(local, name):
				delattr(local, name)


@pytest.fixture
def sid() -> Iterator[str]:
	"""A session of the clerk."""
	with request() as manager:
		manager.login_as(CLERK)
		made = frappe.session.sid
	yield made
	frappe.db.rollback()
	frappe.db.execute("delete from tabSessions where user = ?", (CLERK,))
	frappe.db.delete("Activity Log", {"user": CLERK})
	frappe.db.commit()


def test_a_session_is_resumed(sid):
	with request(sid=sid) as manager:
		assert (manager.user, frappe.session.user, frappe.session.sid) == (CLERK, CLERK, sid)
		assert frappe.session.data.user_type == "System User"
		assert not frappe.local.response.session_expired


def test_a_session_ends_when_it_rests_too_long(sid):
	long_ago = frappe.utils.now_datetime() - datetime.timedelta(hours=171)
	frappe.db.execute("update tabSessions set lastupdate = ? where sid = ?", (long_ago, sid))
	frappe.db.commit()
	with request(sid=sid) as manager:
		assert manager.user == "Guest"
		assert frappe.local.response.session_expired == 1
	assert not frappe.db.execute("select 1 from tabSessions where sid = ?", (sid,))


def test_expired_sessions_are_cleared(sid):
	from minibench.access.sessions import clear_expired_sessions, get_expired_sessions

	assert sid not in get_expired_sessions()
	long_ago = frappe.utils.now_datetime() - datetime.timedelta(hours=171)
	frappe.db.execute("update tabSessions set lastupdate = ? where sid = ?", (long_ago, sid))
	clear_expired_sessions()
	assert not frappe.db.execute("select 1 from tabSessions where sid = ?", (sid,))


def test_a_session_is_prolonged_now_and_then(sid):
	with request(sid=sid):
		assert frappe.local.session_obj.update() is False
	earlier = frappe.utils.now_datetime() - datetime.timedelta(minutes=11)
	frappe.db.execute("update tabSessions set lastupdate = ? where sid = ?", (earlier, sid))
	frappe.db.commit()
	with request(sid=sid):
		assert frappe.local.session_obj.update() is True
		assert frappe.local.session_obj.update() is False


def test_acting_as_another_user_leaves_the_session_alone(sid):
	with request(sid=sid):
		token = "t" * 20
		frappe.session.data.csrf_token = token
		frappe.local.session_obj.update(force=True)
		frappe.set_user("Administrator")
		frappe.local.session_obj.update(force=True)
	with request(sid=sid) as manager:
		assert manager.user == CLERK
		assert frappe.session.data.csrf_token == token


def test_a_session_of_a_disabled_user_is_refused(sid):
	frappe.db.set_value("User", CLERK, "enabled", 0)
	with pytest.raises(frappe.ValidationError, match="is disabled"), request(sid=sid):
		pass


def test_resuming_costs_few_queries(sid):
	with counted() as run, request(sid=sid):
		pass
	assert len(run) <= 8, run


def test_keys_of_a_disabled_user_open_nothing():
	from minibench.access.auth import validate_auth

	secret = frappe.get_doc("User", CLERK)
	secret.api_key, secret.api_secret = "contract-key", "contract-secret"
	secret.save()
	with request(authorization="token contract-key:contract-secret"):
		validate_auth()
		assert frappe.session.user == CLERK
	frappe.db.set_value("User", CLERK, "enabled", 0)
	frappe.clear_cache(user=CLERK)
	with (
		request(authorization="token contract-key:contract-secret"),
		pytest.raises(frappe.AuthenticationError),
	):
		validate_auth()


@pytest.mark.parametrize("source", ["No Such DocType", PARTY, "tabUser`; drop table tabUser; --"])
def test_keys_of_a_doctype_without_keys(source):
	from minibench.access.auth import validate_api_key_secret

	with request(), pytest.raises(frappe.AuthenticationError):
		validate_api_key_secret("key", "secret", source)


def test_a_machine_has_a_time_zone(monkeypatch):
	from minibench.lifecycle.site_defaults import machine_time_zone

	monkeypatch.setenv("TZ", "Europe/Berlin")
	assert machine_time_zone() == "Europe/Berlin"
	monkeypatch.setenv("TZ", "nowhere")
	assert machine_time_zone()
