"""Website pages as a browser sees them."""

from __future__ import annotations

import pytest

HTML = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def visitor(http):
	session = http.session()
	session.headers.update(HTML)
	return session


def test_the_login_page(visitor):
	answer = visitor.get("/login")
	assert answer.status_code == 200
	assert answer.headers["Content-Type"].startswith("text/html")
	assert answer.headers["X-Page-Name"] == "login"
	assert "form-login" in answer.text
	assert "frappe.boot" in answer.text
	assert "frappe.csrf_token" in answer.text


def test_the_home_page_of_a_visitor_and_of_a_user(visitor, http):
	assert visitor.get("/").status_code in (200, 301, 302)
	admin = http.login()
	admin.headers.update(HTML)
	answer = admin.get("/", allow_redirects=False)
	assert answer.status_code in (200, 301, 302)


def test_a_page_that_is_not_there(visitor):
	answer = visitor.get("/no/such/page")
	assert answer.status_code == 404
	assert answer.headers["Content-Type"].startswith("text/html")
	assert "There's nothing here" in answer.text


def test_a_page_for_users_only(visitor, http):
	answer = visitor.get("/me")
	assert answer.status_code == 403
	assert "/login?redirect-to=" in answer.text
	admin = http.login()
	answer = admin.get("/me", headers=HTML)
	assert answer.status_code == 200
	assert "Administrator" in answer.text


def test_who_is_logged_in_need_not_log_in(http):
	admin = http.login()
	answer = admin.get("/login", headers=HTML, allow_redirects=False)
	assert answer.status_code in (301, 302)
	answer = admin.get("/login?redirect-to=/me", headers=HTML, allow_redirects=False)
	assert answer.headers["Location"] == "/me"
	evil = {"redirect-to": "https://evil.example/x"}
	answer = admin.get("/login", params=evil, headers=HTML, allow_redirects=False)
	assert "evil.example" not in answer.headers["Location"]


def test_logging_out_from_a_page(http):
	admin = http.login()
	answer = admin.get("/", params={"cmd": "web_logout"}, headers=HTML)
	assert answer.status_code == 200
	assert "Logged Out" in answer.text
	assert admin.get("/api/method/frappe.auth.get_logged_user").status_code == 403


def test_errors_of_the_api_are_pages_for_browsers(visitor):
	answer = visitor.get("/api/resource/User")
	assert answer.status_code == 403
	assert answer.headers["Content-Type"].startswith("text/html")
	assert "Not Permitted" in answer.text
	assert visitor.get("/api/resource/User/nobody").status_code in (403, 404)


def test_a_script_gets_json_wherever_it_asks(visitor):
	answer = visitor.get(
		"/api/resource/User", headers={"Accept": "application/json", "X-Requested-With": "XMLHttpRequest"}
	)
	assert answer.json()["exc_type"] == "PermissionError"


def test_unusual_http_methods(visitor):
	assert visitor.request("DELETE", "/login").status_code == 404
	assert visitor.head("/login").status_code == 200
