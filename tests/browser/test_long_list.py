"""A list of ten thousand rows is scrolled and filtered without a stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

import pytest

from tests.browser.conftest import Shown, Visit

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import expect

AT_ONCE = 2_000  # milliseconds until what was asked for is there
# Milliseconds between two pictures: most of the time, and at worst, with whatever else the machine does meanwhile.
SMOOTH, FREEZE = 100, 1_000
LAST = "many-09999"
WATCH = """() => {
	window.gaps = [];
	let before = performance.now();
	const tick = (now) => { window.gaps.push(now - before); before = now; requestAnimationFrame(tick); };
	requestAnimationFrame((now) => { before = now; requestAnimationFrame(tick); });
}"""
# A wheel turned for a while: a screen and a half in each picture.
SCROLL = """async (box) => {
	for (let step = 0; step < 60; step++) {
		box.scrollTop += box.clientHeight * 1.5;
		await new Promise(requestAnimationFrame);
	}
	return box.scrollTop;
}"""


@pytest.fixture
def many(chromium: Any, shown: Shown) -> Iterator[None]:
	shown.run("many_rows.py", "make")
	yield
	shown.run("many_rows.py", "drop")


@pytest.mark.usefixtures("many")
def test_ten_thousand_rows_scroll_and_filter(visit: Callable[..., Visit]) -> None:
	someone = visit("Administrator")
	page = someone.go("/list/ToDo?f.name=like:many-&sort=-modified")
	box = page.get_by_role("region", name="List of ToDo")
	expect(page.get_by_text("10.000 entries").or_(page.get_by_text("10,000 entries"))).to_be_visible()
	expect(page.get_by_role("link", name="many-00000")).to_be_visible()

	page.evaluate(WATCH)
	assert box.evaluate(SCROLL) > 20_000
	box.evaluate("box => { box.scrollTop = box.scrollHeight }")
	expect(page.get_by_role("link", name=LAST)).to_be_visible(timeout=AT_ONCE)
	page.get_by_label("Search this list").fill("many-07777")
	expect(page.get_by_text("1 entries")).to_be_visible(timeout=AT_ONCE)
	expect(page.get_by_role("link", name="many-07777")).to_be_visible(timeout=AT_ONCE)
	gaps = page.evaluate("window.gaps")
	assert median(gaps) < SMOOTH
	assert max(gaps) < FREEZE
	# Only what is looked at is drawn.
	assert page.get_by_role("row").count() < 100
	assert not someone.troubles
