"""Logging in: who may, from where, when, how often; what is noted; how a lost password is replaced."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime, today

USER = "contract.login@contract.test"
PASSWORD = "Eastern-Horse-42"
WHO = "/api/method/frappe.auth.get_logged_user"
UPDATE = "/api/method/frappe.core.doctype.user.user.update_password"


def fresh() -> None:
	"""See what the server has committed."""
	frappe.db.rollback()
	frappe.local.document_cache = {}


def forgive() -> None:
	"""Forget failed attempts, of the user and of this machine."""
	from frappe.auth import LoginAttemptTracker

	for key in (USER, "127.0.0.1"):
		LoginAttemptTracker(key).add_success_attempt()


def remove_user() -> None:
	frappe.db.rollback()
	frappe.set_user("Administrator")
	if frappe.db.exists("User", USER):
		frappe.delete_doc("User", USER, force=True)
	for contact in frappe.get_all("Contact", filters={"email_id": USER}, pluck="name"):
		frappe.delete_doc("Contact", contact, force=True)
	frappe.db.delete("Sessions", {"user": USER})
	frappe.db.delete("Activity Log", {"user": USER})
	frappe.db.commit()
	forgive()


@pytest.fixture
def user(site: object) -> Iterator[Any]:
	"""A user whom the server knows."""
	# What a run that was killed has left behind.
	remove_user()
	doc = frappe.get_doc(
		{
			"doctype": "User",
			"email": USER,
			"first_name": "Login",
			"send_welcome_email": 0,
			"new_password": PASSWORD,
			"roles": [{"role": "Contract Clerk"}],
		}
	).insert()
	frappe.db.commit()
	try:
		yield doc
	finally:
		remove_user()


@pytest.fixture
def settings(site: object) -> Iterator[Any]:
	"""Change System Settings for the server, and change them back."""
	before: dict[str, Any] = {}

	def change(**values: Any) -> None:
		for key, value in values.items():
			before.setdefault(key, frappe.db.get_single_value("System Settings", key))
			frappe.db.set_single_value("System Settings", key, value)
		frappe.clear_cache()
		frappe.db.commit()

	yield change
	frappe.db.rollback()
	change(**dict(before))


def change(user: Any, **values: Any) -> None:
	frappe.db.set_value("User", user.name, values)
	frappe.clear_cache(user=user.name)
	frappe.db.commit()


def attempt(http: Any, usr: str = USER, pwd: str = PASSWORD) -> Any:
	return http.session().post("/api/method/login", data={"usr": usr, "pwd": pwd})


def notes(**filters: Any) -> list[Any]:
	fresh()
	fields = ["subject", "operation", "status", "full_name", "ip_address"]
	return frappe.get_all("Activity Log", {"user": USER, **filters}, fields, order_by="creation")


def test_what_is_noted(http, user):
	session = http.login(USER, PASSWORD)
	assert attempt(http, pwd="wrong").status_code == 401
	session.post("/api/method/logout")
	logged_in, failed, logged_out = notes()
	assert (logged_in.subject, logged_in.operation, logged_in.status) == (
		"Login logged in",
		"Login",
		"Success",
	)
	assert logged_in.full_name == "Login"
	assert logged_in.ip_address == "127.0.0.1"
	assert (failed.subject, failed.operation, failed.status) == (
		"Invalid login credentials",
		"Login",
		"Failed",
	)
	assert logged_out.operation == "Logout"
	assert "User Manually Logged Out" in logged_out.subject


def test_logging_in_is_seen_on_the_user(http, user):
	http.login(USER, PASSWORD)
	fresh()
	last_login, last_ip, last_active = frappe.db.get_value(
		"User", USER, ["last_login", "last_ip", "last_active"]
	)
	assert last_ip == "127.0.0.1"
	assert str(last_login)[:10] == today()
	assert abs((now_datetime() - last_active).total_seconds()) < 60


def test_letters_case_of_the_name_does_not_matter(http, user):
	session = http.login(USER.upper(), PASSWORD)
	assert session.get(WHO).json()["message"] == USER


def test_a_disabled_user(http, user):
	change(user, enabled=0)
	answer = attempt(http)
	assert answer.status_code == 401
	assert answer.json()["message"] == "User disabled or missing"


def test_disabling_a_user_ends_their_sessions(http, user):
	session = http.login(USER, PASSWORD)
	assert session.get(WHO).status_code == 200
	answer = http.login().put(f"/api/resource/User/{USER}", json={"enabled": 0})
	assert answer.status_code == 200, answer.text
	assert session.get(WHO).status_code == 403


def test_only_from_some_addresses(http, user):
	change(user, restrict_ip="10.20., 192.168.")
	answer = attempt(http)
	assert answer.status_code == 401
	assert "Access not allowed from this IP Address" in answer.text
	change(user, restrict_ip="10.20., 127.0.")
	assert attempt(http).status_code == 200


def test_only_at_some_hours(http, user):
	hour = now_datetime().hour
	shut = {"login_before": hour} if hour else {"login_after": 23}
	change(user, **shut)
	answer = attempt(http)
	assert answer.status_code == 401
	assert "Login not allowed at this time" in answer.text
	change(user, login_before=0, login_after=hour)
	assert attempt(http).status_code == 200


def test_by_other_names(http, user, settings):
	change(user, username="contract_login", mobile_no="+49 30 901820")
	settings(allow_login_using_user_name=0, allow_login_using_mobile_number=0)
	assert attempt(http, usr="contract_login").status_code == 401
	assert attempt(http, usr="+49 30 901820").status_code == 401
	settings(allow_login_using_user_name=1, allow_login_using_mobile_number=1)
	for name in ("contract_login", "+49 30 901820", USER):
		assert http.login(name, PASSWORD).get(WHO).json()["message"] == USER
	forgive()


def test_too_many_failures(http, user, settings):
	settings(allow_consecutive_login_attempts=2, allow_login_after_fail=60)
	for _attempt in range(3):
		assert attempt(http, pwd="wrong").json()["exc_type"] == "AuthenticationError"
	answer = attempt(http)
	assert answer.status_code != 200
	assert answer.json()["exc_type"] == "SecurityException"
	assert "Your account has been locked and will resume after 60 seconds" in answer.text
	forgive()
	assert attempt(http).status_code == 200


def test_as_many_sessions_as_are_allowed(http, user, settings):
	change(user, simultaneous_sessions=2)
	first, second, third = (http.login(USER, PASSWORD) for _number in range(3))
	assert [each.get(WHO).status_code for each in (first, second, third)] == [200, 200, 200]
	settings(deny_multiple_sessions=1)
	latest = http.login(USER, PASSWORD)
	answers = [each.get(WHO).status_code for each in (first, second, third, latest)]
	assert answers[-1] == 200
	assert sorted(answers) == [200, 200, 403, 403]


def test_a_password_too_old(http, user, settings):
	settings(force_user_to_reset_password=30)
	change(user, last_password_reset_date=add_to_date(today(), days=-31))
	answer = attempt(http).json()
	assert answer["message"] == "Password Reset"
	assert "/update-password?key=" in answer["redirect_to"]
	assert answer["redirect_to"].endswith("&password_expired=true")
	change(user, last_password_reset_date=today())
	assert attempt(http).json()["message"] == "Logged In"


def reset_key(user: Any, **changes: Any) -> str:
	link = frappe.get_doc("User", user.name).reset_password()
	if changes:
		frappe.db.set_value("User", user.name, changes)
	frappe.db.commit()
	return str(link).partition("key=")[2]


def test_a_reset_key_works_once(http, user):
	key = reset_key(user)
	session = http.session()
	answer = session.post(
		UPDATE, data={"key": key, "new_password": "Western-Giraffe-77", "logout_all_sessions": 1}
	)
	assert answer.status_code == 200, answer.text
	assert answer.json()["message"].startswith("/")
	assert session.get(WHO).json()["message"] == USER
	assert attempt(http).status_code == 401
	assert attempt(http, pwd="Western-Giraffe-77").status_code == 200
	again = http.session().post(UPDATE, data={"key": key, "new_password": "Northern-Giraffe-77"})
	assert again.status_code == 410
	assert again.json()["message"] == "The reset password link has either been used before or is invalid"
	fresh()
	assert str(frappe.db.get_value("User", USER, "last_password_reset_date")) == today()


def test_a_reset_key_grows_old(http, user):
	key = reset_key(user, last_reset_password_key_generated_on=now_datetime() - datetime.timedelta(days=2))
	answer = http.session().post(UPDATE, data={"key": key, "new_password": "Western-Giraffe-77"})
	assert answer.status_code == 410
	assert answer.json()["message"] == "The reset password link has been expired"
	assert attempt(http).status_code == 200


def test_a_weak_password_is_refused(http, user, settings):
	settings(enable_password_policy=1, minimum_password_score="2")
	key = reset_key(user)
	answer = http.session().post(UPDATE, data={"key": key, "new_password": "password"})
	assert answer.status_code == 417
	assert "Invalid Password" in answer.text
	assert attempt(http).status_code == 200


def test_who_knows_the_old_password(http, user):
	session = http.login(USER, PASSWORD)
	data = {"new_password": "Western-Giraffe-77", "old_password": "wrong"}
	assert session.post(UPDATE, data=data).status_code == 401
	answer = session.post(UPDATE, data={**data, "old_password": PASSWORD})
	assert answer.status_code == 200, answer.text
	assert attempt(http, pwd="Western-Giraffe-77").status_code == 200


def test_a_new_password_logs_other_sessions_out(http, user):
	here, elsewhere = http.login(USER, PASSWORD), http.login(USER, PASSWORD)
	data = {"new_password": "Western-Giraffe-77", "old_password": PASSWORD, "logout_all_sessions": 1}
	assert here.post(UPDATE, data=data).status_code == 200
	assert here.get(WHO).json()["message"] == USER
	assert elsewhere.get(WHO).status_code == 403


def test_verifying_a_password(http, user):
	session = http.login(USER, PASSWORD)
	verify = "/api/method/frappe.core.doctype.user.user.verify_password"
	assert session.post(verify, data={"password": PASSWORD}).status_code == 200
	assert session.post(verify, data={"password": "wrong"}).status_code == 401


def test_api_keys(http, user):
	made = http.login().post("/api/method/frappe.core.doctype.user.user.generate_keys", data={"user": USER})
	secret = made.json()["message"]["api_secret"]
	fresh()
	key = frappe.db.get_value("User", USER, "api_key")

	def who(token: str) -> Any:
		return http.session().get(WHO, headers={"Authorization": f"token {token}"})

	assert who(f"{key}:{secret}").json()["message"] == USER
	assert who(f"{key}:wrong").status_code == 401
	assert who(f"nobody:{secret}").status_code == 401
	assert http.session().get(WHO, headers={"Authorization": "token nothing"}).status_code == 401
	assert http.session().get(WHO, headers={"Authorization": "Basic %%%"}).status_code in (400, 401)
	clerk = http.login(USER, PASSWORD)
	refused = clerk.post("/api/method/frappe.core.doctype.user.user.generate_keys", data={"user": USER})
	assert refused.status_code == 403


def test_signing_up(http, user):
	sign_up = "/api/method/frappe.core.doctype.user.user.sign_up"
	data = {"email": USER, "full_name": "Login", "redirect_to": ""}
	before = frappe.db.get_single_value("Website Settings", "disable_signup")
	frappe.db.set_single_value("Website Settings", "disable_signup", 1)
	frappe.clear_cache()
	frappe.db.commit()
	try:
		answer = http.session().post(sign_up, data=data)
		assert answer.status_code == 417
		assert "Sign Up is disabled" in answer.text
		frappe.db.set_single_value("Website Settings", "disable_signup", 0)
		frappe.clear_cache()
		frappe.db.commit()
		assert http.session().post(sign_up, data=data).json()["message"] == [0, "Already Registered"]
	finally:
		frappe.db.set_single_value("Website Settings", "disable_signup", before)
		frappe.clear_cache()
		frappe.db.commit()


def test_asking_for_a_new_password(http, user):
	reset = "/api/method/frappe.core.doctype.user.user.reset_password"
	assert http.session().get(reset, params={"user": USER}).status_code == 403
	answer = http.session().post(reset, data={"user": "nobody@contract.test"})
	assert (answer.status_code, answer.json()["message"]) == (404, "not found")
	assert http.session().post(reset, data={"user": "Administrator"}).json()["message"] == "not allowed"
	frappe.cache.delete_keys("rl:")


def test_acting_as_somebody_else(http, user):
	impersonate = "/api/method/frappe.core.doctype.user.user.impersonate"
	administrator = http.login()
	answer = administrator.post(impersonate, data={"user": USER, "reason": "to see"})
	assert answer.status_code == 200, answer.text
	assert administrator.get(WHO).json()["message"] == USER
	(note,) = notes(operation="Impersonate")
	assert note.subject == f"User Administrator impersonated as {USER}"
	clerk = http.login(USER, PASSWORD)
	assert clerk.post(impersonate, data={"user": "Administrator", "reason": "why not"}).status_code == 403
	frappe.db.delete("Notification Log", {"for_user": USER})
	frappe.db.commit()


def test_roles_of_a_user(http, user):
	session = http.login(USER, PASSWORD)
	answer = session.get("/api/method/frappe.core.doctype.user.user.get_roles", params={"uid": USER})
	assert set(answer.json()["message"]) == {"Contract Clerk", "All", "Guest", "Desk User"}
