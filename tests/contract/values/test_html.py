"""HTML that users write, and Markdown."""

from __future__ import annotations

import pytest
from frappe.utils import markdown, md_to_html, sanitize_html


@pytest.mark.parametrize(
	("given", "expected"),
	[
		('<p onclick="x()">t</p>', "<p>t</p>"),
		("<script>alert(1)</script>hi", "&lt;script&gt;alert(1)&lt;/script&gt;hi"),
		('<a href="javascript:alert(1)">x</a>', "<a>x</a>"),
		('<a href="https://x.y">x</a>', '<a href="https://x.y">x</a>'),
		('<img src="x" onerror="alert(1)">', '<img src="x">'),
		(
			'<div style="color: red; position: fixed">s</div>',
			'<div style="color: red; position: fixed;">s</div>',
		),
		('<iframe src="http://x"></iframe>', '&lt;iframe src="http://x"&gt;&lt;/iframe&gt;'),
		("<b>unclosed", "<b>unclosed</b>"),
		('<span data-id="7" class="mention">@x</span>', '<span data-id="7" class="mention">@x</span>'),
		('<a href="data:text/html,1">d</a>', "<a>d</a>"),
	],
)
def test_sanitize_html(given: str, expected: str) -> None:
	assert sanitize_html(given) == expected


@pytest.mark.parametrize("text", ["plain", "a < b and c > d", '{"a": "<b>x</b>"}', "1 & 2"])
def test_what_has_no_tags_or_is_json_stays(text: str) -> None:
	assert sanitize_html(text) == text


def test_it_can_be_sanitised_nonetheless() -> None:
	assert sanitize_html("a < b & c", always_sanitize=True) == "a &lt; b &amp; c"
	assert sanitize_html(None) is None
	assert sanitize_html(5) == 5


def test_markdown() -> None:
	assert (
		md_to_html("# Title\n\n- a\n- b").strip()
		== '<h1 id="title">Title</h1>\n\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>'
	)
	assert '<table class="table table-bordered">' in md_to_html("|a|b|\n|-|-|\n|1|2|\n")
	assert "<script>" not in markdown("**b** <script>x</script>")
	assert markdown("<p>html</p>") == "<p>html</p>"
