"""Every page: no complaint in the console, readable by everybody, and light enough."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import expect

from tests.browser.conftest import BUILT, ROOT, STAFF, Shown, Visit

AXE = ROOT / "apps" / "o2c_extensions" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
BUDGET = 400_000
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
SIZES = {"wide": {"width": 1400, "height": 900}, "narrow": {"width": 390, "height": 844}}

Visits = Callable[..., Visit]


def pages(shown: Shown) -> list[str]:
	"""One page of every kind."""

	def first(doctype: str, *filters: list[Any]) -> str:
		return str(shown.find(doctype, *filters, limit_page_length=1)[0]["name"])

	order = first("Sales Order", ["docstatus", "=", 1])
	return [
		"/",
		"/list/Sales Order",
		"/list/Bank Transaction",
		"/list/O2C Decision",
		"/list/Credit Profile",
		"/holds",
		"/cash",
		f"/credit/{first('Customer')}",
		"/credit-policies",
		"/reconciliation-rules",
		f"/order/{order}",
		f"/customer/{first('Customer')}",
		f"/form/Sales Order/{order}",
		"/form/Sales Order/new",
		f"/form/Sales Invoice/{first('Sales Invoice')}",
		f"/form/Item/{first('Item')}",
		"/form/O2C Settings/O2C Settings",
		"/form/Workflow/Credit Hold",
		"/reports",
		"/report/O2C KPI Trend",
		f"/run/{first('O2C Run')}",
		"/there/is/no/such/page",
	]


# Colours are judged in both schemes and widths in both sizes; not each with each, which says the same twice.
@pytest.mark.parametrize(("scheme", "size"), [("light", "wide"), ("dark", "narrow")])
def test_every_page_is_quiet_and_accessible(visit: Visits, shown: Shown, scheme: str, size: str) -> None:
	someone = visit("Administrator", color_scheme=scheme, viewport=SIZES[size])
	found: list[str] = []
	for path in pages(shown):
		page = someone.go(path)
		found += [f"{path}: {complaint}" for complaint in complaints(page)]
		wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
		if wider > 1:
			found.append(f"{path}: {wider} pixels wider than the screen")
	assert not found
	assert not someone.troubles


def test_what_opens_over_a_page_is_accessible(visit: Visits) -> None:
	someone = visit("orders")
	page = someone.go("/list/Sales Order")
	page.keyboard.press("Control+k")
	search = page.get_by_role("dialog").get_by_role("combobox")
	search.fill("Sales")
	expect(page.get_by_role("dialog").get_by_role("option").first).to_be_visible()
	found = complaints(page)
	page.keyboard.press("Escape")
	expect(search).to_be_hidden()
	page.keyboard.press("?")
	expect(page.get_by_role("heading", name="Keyboard shortcuts")).to_be_visible()
	found += complaints(page)
	assert not found
	assert not someone.troubles


# A colour on its way from one to another has the contrast of neither. What turns for ever is not waited for.
SETTLED = """async () => {
	const passing = document.getAnimations().filter(each => each.effect.getComputedTiming().endTime !== Infinity);
	await Promise.allSettled(passing.map(each => each.finished));
}"""


def complaints(page: Any) -> list[str]:
	"""What axe-core finds against WCAG 2.1 AA."""
	if not AXE.exists():
		pytest.skip("axe-core is not installed: npm ci in frontend/")
	page.evaluate(AXE.read_text())
	page.evaluate(SETTLED)
	result = page.evaluate("tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", WCAG)
	return [
		f"{violation['id']}: {[node['html'][:120] for node in violation['nodes'][:3]]}"
		for violation in result["violations"]
	]


def test_the_first_screen_is_light() -> None:
	"""At most 400 kB of gzipped JavaScript before the first screen."""
	if not BUILT.exists():
		pytest.skip("the workspace is not built: install Node 18 or later, then ./o2c build")
	manifest = json.loads(BUILT.read_text())
	files: set[str] = set()

	def take(key: str) -> None:
		entry = manifest[key]
		if entry["file"] in files:
			return
		files.add(entry["file"])
		for imported in entry.get("imports", []):
			take(imported)

	take("src/main.ts")
	take("src/pages/overview/OverviewPage.vue")
	size = sum(len(gzip.compress(Path(BUILT.parent / file).read_bytes())) for file in files)
	assert size <= BUDGET


def test_the_sidebar_offers_what_the_role_may_read(visit: Visits, shown: Shown) -> None:
	for role in ("analyst", "cash", "admin"):
		user = STAFF[role]
		page = visit(role).go("/")
		links = (
			page.get_by_role("navigation")
			.get_by_role("link")
			.evaluate_all("all => all.map(a => a.getAttribute('href'))")
		)
		offered = [link.split("/list/")[1].replace("%20", " ") for link in links if "/list/" in link]
		assert offered, role
		for doctype in offered:
			answer = shown.client(user).get(f"/api/resource/{doctype}", params={"limit_page_length": 1})
			assert answer.status_code == 200, (role, doctype)
