"""Addresses of the site, and of others."""

from __future__ import annotations

from typing import Any

import frappe
import pytest
from frappe.utils import (
	get_absolute_url,
	get_host_name,
	get_link_to_form,
	get_link_to_report,
	get_url,
	get_url_to_form,
	get_url_to_list,
	get_url_to_report,
	quoted,
	scrub_urls,
	validate_url,
)
from frappe.utils.data import add_trackers_to_url, is_site_link


def test_the_host_is_the_configured_one(engine: Any) -> None:
	assert get_url() == "http://contract.test"
	assert get_url("/x?y=1") == "http://contract.test/x?y=1"
	assert get_url("https://other.test/x") == "https://other.test/x"
	assert get_host_name() == "contract.test"
	with engine.config(host_name="https://shop.test", webserver_port=8000):
		assert get_url("/x") == "https://shop.test:8000/x"
	with engine.config(host_name="shop.test:99", webserver_port=8000):
		assert get_url("x") == "http://shop.test:99/x"


def test_without_one_it_is_the_sites_name(engine: Any) -> None:
	with engine.config(host_name=None):
		assert get_url() == f"http://{frappe.local.site}"


def test_forms_lists_and_reports() -> None:
	assert get_absolute_url("Contract Party", "A/B ä") == "/app/contract-party/A/B%20%C3%A4"
	assert get_url_to_form("Contract Party", "A") == "http://contract.test/app/contract-party/A"
	assert (
		get_link_to_form("Contract Party", "A") == '<a href="http://contract.test/app/contract-party/A">A</a>'
	)
	assert get_link_to_form("Contract Party", "A", "Label").endswith(">Label</a>")
	assert get_url_to_list("Contract Party") == "http://contract.test/app/contract-party"
	assert get_url_to_report("My Report") == "http://contract.test/app/query-report/My%20Report"
	assert get_url_to_report("R", "Report Builder", "Contract Party").endswith(
		"/app/contract-party/view/report/R"
	)
	assert get_link_to_report("R", "L", filters={"a": 1, "b": [["=", 2]]}) == (
		'<a href=\'http://contract.test/app/query-report/R?a=1&b=["=","2"]\'>L</a>'
	)


def test_quoted_keeps_what_addresses_are_made_of() -> None:
	assert quoted("a b/c?d=e&f=ä") == "a%20b/c?d=e&f=%C3%A4"


@pytest.mark.parametrize(
	("text", "expected"), [("https://x.y/z", True), ("/app/x", True), ("nonsense", False), ("", "")]
)
def test_validate_url(text: str, expected: Any) -> None:
	assert validate_url(text) == expected


def test_schemes_may_be_asked_for() -> None:
	assert not validate_url("ftp://x.y", valid_schemes=["http", "https"])
	assert validate_url("ftp://x.y", valid_schemes="ftp")
	with pytest.raises(frappe.ValidationError, match="is not a valid URL"):
		validate_url("nonsense", throw=True)


def test_relative_addresses_become_whole_ones() -> None:
	html = '<a href="/app/x">1</a><img src="files/a.png"><a href="mailto:a@b.co">2</a><a href="https://o.p">3</a>'
	assert scrub_urls(html) == (
		'<a href="http://contract.test/app/x">1</a><img src="http://contract.test/files/a.png">'
		'<a href="mailto:a@b.co">2</a><a href="https://o.p">3</a>'
	)


def test_links_of_this_site() -> None:
	assert is_site_link("/x")
	assert is_site_link("http://contract.test/x")
	assert not is_site_link("http://other.test/x")
	assert not is_site_link("")


def test_trackers() -> None:
	assert (
		add_trackers_to_url("https://x.y/?a=1", "s", "c")
		== "https://x.y/?a=1&source=s&medium=email&campaign=c"
	)
	assert add_trackers_to_url("mailto:a@b.co", "s", "c") == "mailto:a@b.co"
