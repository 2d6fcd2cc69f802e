"""A real browser before a site with the demo: minibench's own, or that of the bench under test."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.engines import ADMIN_PASSWORD, Engine, Minibench
from tests.support.http import LiveServer, Session

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "apps" / "o2c_extensions" / "o2c_extensions" / "public" / "frontend" / "manifest.json"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SITE = "browser.localhost"
ORDERS = 16
PASSWORD = "demo-o2c"
DOMAIN = "nordwind.example"
STAFF = {
	"orders": f"order.manager@{DOMAIN}",
	"controller": f"credit.controller@{DOMAIN}",
	"credit": f"credit.manager@{DOMAIN}",
	"collections": f"collections.manager@{DOMAIN}",
	"cash": f"cash.clerk@{DOMAIN}",
	"analyst": f"analyst@{DOMAIN}",
	"admin": "o2c.admin@nordwind.example",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
	"""The first test waits for the demo; the others for a browser."""
	for item in items:
		if item.path.is_relative_to(Path(__file__).parent):
			item.add_marker(pytest.mark.timeout(900))


@dataclass
class Shown:
	"""The site that the browser looks at, and stranger's clients of it."""

	base_url: str
	engine: Engine
	clients: dict[str, Session] = field(default_factory=dict)

	@property
	def site(self) -> str:
		return self.engine.site

	def client(self, user: str = "Administrator") -> Session:
		"""A logged-in session over REST, to prepare and to check what the browser does."""
		if user not in self.clients:
			session = Session(self.base_url, self.site)
			password = ADMIN_PASSWORD if user == "Administrator" else PASSWORD
			answer = session.post("/api/method/login", data={"usr": user, "pwd": password})
			answer.raise_for_status()
			self.clients[user] = session
		return self.clients[user]

	def insert(self, doctype: str, **values: Any) -> dict[str, Any]:
		return dict(self._said(self.client().post(f"/api/resource/{doctype}", json=values)))

	def get(self, doctype: str, name: str) -> dict[str, Any]:
		return dict(self._said(self.client().get(f"/api/resource/{doctype}/{name}")))

	def put(self, doctype: str, name: str, **values: Any) -> dict[str, Any]:
		return dict(self._said(self.client().put(f"/api/resource/{doctype}/{name}", json=values)))

	def find(self, doctype: str, *filters: list[Any], **more: Any) -> list[dict[str, Any]]:
		query: dict[str, str | int] = {"filters": json.dumps(filters), "limit_page_length": 0}
		query |= {
			key: value if isinstance(value, str | int) else json.dumps(value) for key, value in more.items()
		}
		return list(self._said(self.client().get(f"/api/resource/{doctype}", params=query)))

	def boot(self, user: str) -> dict[str, Any]:
		"""What the page tells the browser of a user before its first request."""
		page = self.client(user).get("/o2c", headers={"Accept": "text/html"})
		assert page.status_code == 200, page.text[:500]
		found = re.search(r'id="boot">(.*?)</script>', page.text, re.DOTALL)
		token = re.search(r'window\.csrf_token = "(\w+)"', page.text)
		assert found and token
		self.client(user).headers["X-Frappe-CSRF-Token"] = token.group(1)
		return dict(json.loads(found.group(1)))

	def run(self, script: str, *arguments: str) -> None:
		"""Run a Python script of this room on the site, in a process of its own."""
		command = self.engine.python_command(str(Path(__file__).parent / script), *arguments)
		made = subprocess.run(
			command,
			cwd=self.engine.sites_path,
			env=self.engine.environment(),
			capture_output=True,
			text=True,
			timeout=120,
		)
		assert made.returncode == 0, made.stderr

	def _said(self, answer: requests.Response) -> Any:
		assert answer.status_code < 300, answer.text
		return answer.json()["data"]


@pytest.fixture(scope="session")
def shown(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
	"""The site under test. `O2C_BROWSER_URL` names one that runs already, such as that of `./o2c start --demo`."""
	if os.environ.get("O2C_BROWSER_URL"):
		yield Shown(os.environ["O2C_BROWSER_URL"], _engine(Path(os.environ.get("O2C_SITES", ROOT / "sites"))))
	elif request.config.getoption("--bench"):
		yield from _bench(request.getfixturevalue("engine"))
	else:
		yield from _minibench(tmp_path_factory.mktemp("browser-sites"))


def _engine(sites: Path) -> Minibench:
	engine = Minibench(sites)
	engine.site = os.environ.get("O2C_SITE", SITE)
	return engine


def _minibench(sites: Path) -> Iterator[Shown]:
	"""A site of its own with a small demo: what a browser does is committed."""
	environment = {**os.environ, "O2C_SITES": str(sites)}
	command = [sys.executable, "-m", "minibench.commands"]
	made = [*command, "demo", "--site", SITE, "--orders", str(ORDERS), "--yes"]
	subprocess.run(made, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=600)
	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		port = probe.getsockname()[1]
	served = [*command, "web", "--site", SITE, "--port", str(port)]
	with subprocess.Popen(
		served, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
	) as process:
		try:
			site = Shown(f"http://127.0.0.1:{port}", _engine(sites))
			_wait(site)
			yield site
		finally:
			process.terminate()


def _bench(engine: Engine) -> Iterator[Shown]:
	server = LiveServer(engine)
	server.start()
	site = Shown(server.base_url, engine)
	try:
		try:
			site.client(STAFF["credit"])
		except requests.HTTPError:
			pytest.skip("the site has no demo: bench --site SITE execute o2c_extensions.demo.load.load")
		yield site
	finally:
		server.stop()


def _wait(site: Shown) -> None:
	for _attempt in range(300):
		try:
			if requests.get(f"{site.base_url}/api/method/ping", timeout=5).status_code == 200:
				return
		except requests.ConnectionError:
			time.sleep(0.1)
	raise RuntimeError("the server does not answer")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
	if not BUILT.exists():
		pytest.skip("the workspace is not built: install Node 18 or later, then ./o2c build")
	playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
	found = next(filter(None, map(shutil.which, BROWSERS)), None)
	if not found:
		pytest.skip("no browser: install chromium to drive the pages")
	# A loaded machine is slow, not wrong.
	playwright.expect.set_options(timeout=15_000)
	with playwright.sync_playwright() as driver:
		browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
		yield browser
		browser.close()


class Visit:
	"""One person's browser. What the console complains of and what fails is kept in `troubles`."""

	def __init__(self, browser: Any, site: Shown, user: str, **options: Any) -> None:
		self.site = site
		self.context = browser.new_context(
			viewport=options.pop("viewport", {"width": 1400, "height": 900}), bypass_csp=True, **options
		)
		self.context.set_extra_http_headers({"X-Frappe-Site-Name": site.site})
		password = ADMIN_PASSWORD if user == "Administrator" else PASSWORD
		answer = self.context.request.post(
			f"{site.base_url}/api/method/login", form={"usr": user, "pwd": password}
		)
		assert answer.ok, answer.text()
		self.troubles: list[str] = []
		self.page = self.context.new_page()
		self.page.set_default_timeout(15_000)
		self.page.on(
			"console",
			lambda message: self.troubles.append(message.text) if message.type == "error" else None,
		)
		self.page.on("pageerror", lambda error: self.troubles.append(str(error)))

	def go(self, path: str) -> Any:
		"""Open a page of the workspace, and wait until it has all that it asked for."""
		self.page.goto(f"{self.site.base_url}/o2c{path}")
		self.page.wait_for_load_state("networkidle")
		return self.page


@pytest.fixture
def visit(chromium: Any, shown: Shown) -> Iterator[Any]:
	"""`visit("credit")`: the browser of a member of staff, by key of STAFF or as a user's name."""
	opened: list[Visit] = []

	def begin(user: str = "Administrator", **options: Any) -> Visit:
		opened.append(Visit(chromium, shown, STAFF.get(user, user), **options))
		return opened[-1]

	yield begin
	for one in opened:
		one.context.close()
