"""Every page: no complaint in the console, readable by everybody, and light enough."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

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
		"/list/Sales Invoice",
		"/list/Bank Transaction",
		"/list/O2C Decision",
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


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_quiet_and_accessible(visit: Visits, shown: Shown, scheme: str, size: str) -> None:
	if not AXE.exists():
		pytest.skip("axe-core is not installed: npm ci in frontend/")
	someone = visit("Administrator", color_scheme=scheme, viewport=SIZES[size])
	found: list[str] = []
	for path in pages(shown):
		page = someone.go(path)
		page.evaluate(AXE.read_text())
		result = page.evaluate("tags => axe.run(document, {runOnly: tags})", WCAG)
		for violation in result["violations"]:
			places = [node["html"][:120] for node in violation["nodes"][:3]]
			found.append(f"{path}: {violation['id']}: {places}")
		wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
		if wider > 1:
			found.append(f"{path}: {wider} pixels wider than the screen")
	assert not found
	assert not someone.troubles


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
	for role, user in STAFF.items():
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
