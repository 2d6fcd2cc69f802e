"""Logging in and out over HTTP, cookies, tokens, CSRF, limits."""

from __future__ import annotations

import base64

import frappe
import pytest

from tests.contract.doctypes import PASSWORD
from tests.contract.rest.tools import PARTY, api_token, committed, csrf_token, fresh, remove

WHO = "/api/method/frappe.auth.get_logged_user"


def test_login_sets_cookies_and_says_where_to_go(http):
	session = http.session()
	answer = session.post("/api/method/login", data={"usr": "Administrator", "pwd": "admin"})
	assert answer.status_code == 200
	assert answer.json()["message"] == "Logged In"
	assert answer.json()["full_name"] == "Administrator"
	assert answer.json()["home_page"].startswith("/")
	cookies = session.cookies.get_dict()
	assert cookies["system_user"] == "yes"
	assert cookies["user_id"] == "Administrator"
	assert cookies["full_name"] == "Administrator"
	assert "user_image" in cookies
	assert len(cookies["sid"]) > 20
	raw = answer.raw.headers.getlist("Set-Cookie")
	sid = next(each for each in raw if each.startswith("sid="))
	assert "HttpOnly" in sid and "SameSite=Lax" in sid
	assert session.get(WHO).json() == {"message": "Administrator"}


def test_login_by_json_and_by_cmd(http):
	session = http.session()
	session.post("/api/method/login", json={"usr": "Administrator", "pwd": "admin"})
	assert session.get(WHO).json()["message"] == "Administrator"
	session = http.session()
	session.post("/", data={"cmd": "login", "usr": "Administrator", "pwd": "admin"})
	assert session.get(WHO).json()["message"] == "Administrator"


def test_a_wrong_password_is_401(http):
	session = http.session()
	answer = session.post("/api/method/login", data={"usr": "Administrator", "pwd": "wrong"})
	assert answer.status_code == 401
	assert answer.json()["message"] == "Invalid login credentials"
	assert answer.json()["exc_type"] == "AuthenticationError"
	assert session.get(WHO).status_code == 403


def test_an_unknown_user_is_told_the_same(http):
	answer = http.session().post("/api/method/login", data={"usr": "nobody@nowhere.test", "pwd": "x"})
	assert answer.status_code == 401
	assert answer.json()["message"] == "Invalid login credentials"


def test_incomplete_credentials(http):
	answer = http.session().post("/api/method/login", data={"usr": "Administrator"})
	assert answer.status_code == 401
	assert answer.json()["message"] == "Incomplete login details"


def test_logout_ends_the_session(http):
	session = http.login()
	sid = session.cookies.get("sid")
	answer = session.post("/api/method/logout")
	assert answer.status_code == 200
	again = http.session()
	again.cookies.set("sid", sid)
	assert again.get(WHO).status_code == 403


def test_an_unknown_session_is_a_guests(http):
	session = http.session()
	session.cookies.set("sid", "f" * 56)
	answer = session.get("/api/method/ping")
	assert answer.status_code == 200
	assert answer.json()["session_expired"] == 1
	assert session.get(WHO).status_code == 403


@pytest.mark.parametrize("scheme", ["token", "Token", "Basic"])
def test_tokens(http, scheme):
	token = api_token("clerk@contract.test")
	session = http.session()
	value = base64.b64encode(token.encode()).decode() if scheme == "Basic" else token
	session.headers["Authorization"] = f"{scheme} {value}"
	assert session.get(WHO).json() == {"message": "clerk@contract.test"}
	# A token needs no CSRF token, and begins no session.
	answer = session.post(f"/api/resource/{PARTY}", json={"party_name": "Token"})
	try:
		assert answer.status_code == 200, answer.text
		assert answer.json()["data"]["owner"] == "clerk@contract.test"
		assert session.cookies.get("sid") in (None, "Guest")
	finally:
		remove((PARTY, "Token"))


def test_a_token_does_not_outlive_its_user(http):
	token = api_token("other@contract.test")
	session = http.session()
	session.headers["Authorization"] = f"token {token}"
	assert session.get(WHO).status_code == 200
	roles = session.get(f"/api/resource/{PARTY}/nobody")
	assert roles.status_code == 404


def test_unsafe_requests_of_a_browser_repeat_the_csrf_token(http):
	session = http.login()
	token = csrf_token(session)
	path = f"/api/resource/{PARTY}"
	try:
		refused = session.post(path, json={"party_name": "CSRF"})
		assert refused.status_code == 400
		assert refused.json()["exc_type"] == "CSRFTokenError"
		assert "exc" not in refused.json() or "Traceback" not in refused.json().get("exception", "")
		wrong = session.post(path, json={"party_name": "CSRF"}, headers={"X-Frappe-CSRF-Token": "wrong"})
		assert wrong.status_code == 400
		fresh()
		assert not frappe.db.exists(PARTY, "CSRF")
		assert session.get(WHO).status_code == 200
		answer = session.post(path, json={"party_name": "CSRF"}, headers={"X-Frappe-CSRF-Token": token})
		assert answer.status_code == 200
		answer = session.put(f"{path}/CSRF", data={"notes": "form", "csrf_token": token})
		assert answer.status_code == 200
	finally:
		remove((PARTY, "CSRF"))


def test_a_website_user_has_no_desk(http):
	session = http.session()
	answer = session.post("/api/method/login", data={"usr": "portal@contract.test", "pwd": PASSWORD})
	assert answer.json()["message"] == "No App"
	assert session.cookies.get("system_user") == "no"
	assert session.get(f"/api/resource/{PARTY}").status_code == 403


def test_permissions_hold_over_http(http):
	clerk, viewer = http.session(), http.session()
	clerk.headers["Authorization"] = f"token {api_token('clerk@contract.test')}"
	viewer.headers["Authorization"] = f"token {api_token('viewer@contract.test')}"
	with committed({"doctype": PARTY, "party_name": "HTTP Rights"}):
		path = f"/api/resource/{PARTY}/HTTP Rights"
		assert clerk.get(path).status_code == 200
		assert clerk.delete(path).status_code == 403
		assert viewer.put(path, json={"notes": "no"}).status_code == 403
		assert viewer.get(path).status_code == 403
		assert clerk.get("/api/resource/User/Administrator").status_code == 403
		answer = viewer.get(f"/api/resource/{PARTY}")
		assert answer.status_code == 200
		assert answer.json()["data"] == []


def test_the_site_s_rate_limit(http, engine):
	with engine.config(rate_limit={"window": 3600, "limit": 1000}):
		answer = http.session().get("/api/method/ping")
		assert answer.status_code == 200
		assert answer.headers["X-RateLimit-Limit"] == "1000000000"
		assert int(answer.headers["X-RateLimit-Reset"]) <= 3600
		assert int(answer.headers["X-RateLimit-Remaining"]) > 0
		assert int(answer.headers["X-RateLimit-Used"]) > 0
	with engine.config(rate_limit={"window": 7200, "limit": 0.000001}):
		answers = [http.session().get("/api/method/ping") for _ in range(3)]
		assert answers[-1].status_code == 429
		assert answers[-1].json()["exc_type"] == "TooManyRequestsError"
		assert int(answers[-1].headers["Retry-After"]) > 0
		assert "X-RateLimit-Used" not in answers[-1].headers


def test_cross_origin_requests(http, engine):
	origin = {"Origin": "https://shop.example"}
	assert "Access-Control-Allow-Origin" not in http.session().get("/api/method/ping", headers=origin).headers
	with engine.config(allow_cors=["https://shop.example"]):
		answer = http.session().get("/api/method/ping", headers=origin)
		assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example"
		asked = http.session().options(
			"/api/method/ping", headers={**origin, "Access-Control-Request-Method": "POST"}
		)
		assert asked.status_code == 200
		assert asked.headers["Access-Control-Allow-Methods"] == "POST"
		other = http.session().get("/api/method/ping", headers={"Origin": "https://evil.example"})
		assert "Access-Control-Allow-Origin" not in other.headers


def test_maintenance(http, engine):
	with engine.config(maintenance_mode=1):
		assert http.session().get("/api/method/ping").status_code == 503
		assert http.session().get("/login", headers={"Accept": "text/html"}).status_code == 503
