"""Paths of requests never lead out of the folders that are served.

A development server of the real framework is less careful (nginx stands before it), so this is about ours alone.
"""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest


@pytest.fixture
def admin(http):
	return http.login()


@pytest.mark.parametrize(
	"path",
	[
		"/assets/../site_config.json",
		"/assets/frappe/../../../site_config.json",
		"/assets/frappe/%2e%2e/%2e%2e/hooks.py",
		"/files/../../site_config.json",
		"/files/%2e%2e/%2e%2e/site_config.json",
		"/files/..%2f..%2fsite_config.json",
		"/private/files/../../site_config.json",
		"/private/files/%2e%2e/%2e%2e/site_config.json",
		"/backups/../site_config.json",
		"/../../etc/passwd",
		"/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
		"/login.py",
		"/www/login.py",
		"/.git/config",
	],
)
def test_paths_do_not_lead_out(http, admin, path):
	for cookie in (None, admin.cookies.get("sid")):
		# requests would tidy the path up before sending it.
		request = urllib.request.Request(
			http.base_url + path, headers={"X-Frappe-Site-Name": http.engine.site}
		)
		if cookie:
			request.add_header("Cookie", f"sid={cookie}")
		try:
			with urllib.request.urlopen(request, timeout=30) as answer:
				text = answer.read().decode("utf-8", "replace")
		except urllib.error.HTTPError as error:
			text = error.read().decode("utf-8", "replace")
			assert error.code in (301, 403, 404)
		assert "encryption_key" not in text and "db_name" not in text
		assert "root:x:" not in text and "def get_context" not in text
