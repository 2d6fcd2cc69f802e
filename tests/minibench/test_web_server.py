"""The server process: its end, its proxy, and the pages of an app."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
import requests

from minibench.web.sites import REMEMBERED_FOR

ROOT = Path(__file__).resolve().parents[2]
APP = "contract_pages"

FILES = {
	"hooks.py": """
		app_name = "contract_pages"
		app_title = "Contract Pages"
		website_route_rules = [
			{"from_route": "/shop/<item>", "to_route": "shop_item"},
			{"from_route": "/old-shop", "to_route": "shop", "defaults": {"sort": "name"}},
		]
		website_redirects = [
			{"source": "/moved", "target": "/plain"},
			{"source": r"/was/(.*)", "target": r"/shop/\\1", "redirect_http_status": 302},
		]
		role_home_page = {"System Manager": "own"}
		""",
	"modules.txt": "Contract Pages\n",
	"contract_pages/__init__.py": "",
	"www/plain.html": "<h1>Plain</h1><p>{{ frappe.session.user }}</p>",
	"www/own.html": "<p>home of {{ frappe.session.user }}</p>",
	"www/own.py": "no_cache = 1\n",
	"www/extended.html": """
		{% extends "templates/web.html" %}
		{% block title %}An extension{% endblock %}
		{% block head_include %}<meta name="own" content="head">{% endblock %}
		{% block page_content %}<p>inside</p>{% endblock %}
		{% block script %}<script>own_script()</script>{% endblock %}
		""",
	"www/text.md": "---\ntitle: A text\n---\n# Heading\n\nSome *words*.\n",
	"www/shop_item.html": "<p>{{ shown }}</p>",
	"www/shop_item.py": """
		import frappe

		no_cache = 1

		def get_context(context):
			context.shown = "item " + frappe.form_dict.item
			context.title = "Item"
		""",
	"www/kept.html": "<p>{{ count }}</p>",
	"www/kept.py": """
		calls = []

		def get_context(context):
			calls.append(1)
			return {"count": "rendered %d" % len(calls)}
		""",
	"www/shop/index.html": "<p>the shop</p>",
	"www/two-words.html": "<p>{{ said }}</p>",
	"www/two_words.py": "no_cache = 1\n\ndef get_context(context):\n\tcontext.said = 'by two_words'\n",
	"www/gone.py": "import frappe\n\ndef get_context(context):\n\traise frappe.DoesNotExistError\n",
	"www/broken.html": "<p>{{ 1 / 0 }}</p>",
	"www/secret.html": "<p>secret</p>",
	"www/secret.py": """
		import frappe

		no_cache = 1

		def get_context(context):
			if frappe.session.user == "Guest":
				frappe.throw("Log in first", frappe.PermissionError)
		""",
	"www/away.html": "",
	"www/away.py": """
		import frappe

		no_cache = 1

		def get_context(context):
			frappe.redirect("/plain")
		""",
	"www/image.png": b"\x89PNG\r\n\x1a\n\x00\x01",
	"public/app.js": "let app = 1;",
	"public/dist/app.1a2b3c4d5e.js": "let hashed = 1;",
	"api.py": """
		import time
		import frappe

		@frappe.whitelist(allow_guest=True)
		def slow():
			time.sleep(1.5)
			return "done"

		@frappe.whitelist(allow_guest=True)
		def address():
			return [frappe.local.request_ip, frappe.request.scheme, frappe.request.host]

		@frappe.whitelist(allow_guest=True)
		def typed(number: int, word: str = "x"):
			return [number, word]

		@frappe.whitelist()
		def fails_late():
			frappe.get_doc({"doctype": "ToDo", "description": "never kept"}).insert()

			def refuse():
				raise frappe.ValidationError("not like this")

			frappe.db.before_commit.add(refuse)

		@frappe.whitelist()
		def fails():
			raise RuntimeError("on purpose")
		""",
}


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory, engine) -> Path:
	"""A site of its own with an app that has pages."""
	import minibench
	from minibench import context
	from minibench.lifecycle.site import new_site

	folder = tmp_path_factory.mktemp("pages")
	package = folder / "apps" / APP / APP
	for name, content in FILES.items():
		file = package / name
		file.parent.mkdir(parents=True, exist_ok=True)
		if isinstance(content, bytes):
			file.write_bytes(content)
		else:
			file.write_text(textwrap.dedent(content).lstrip("\n"))
	(package / "__init__.py").write_text("__version__ = '0'\n")
	(folder / "sites").mkdir()
	(folder / "sites" / "common_site_config.json").write_text("{}")
	(folder / "sites" / "apps.txt").write_text(f"frappe\n{APP}\n")
	sys.path.insert(0, str(package.parent))
	minibench.activate()
	try:
		new_site("pages.localhost", folder / "sites", "admin", apps=(APP,))
	finally:
		sys.path.remove(str(package.parent))
		context.destroy()
		engine.connect()
	return folder / "sites"


class Process:
	def __init__(self, sites: Path, *arguments: str) -> None:
		self.port = free_port()
		self.url = f"http://127.0.0.1:{self.port}"
		command = [
			sys.executable,
			"-m",
			"minibench.web.server",
			"--sites",
			str(sites),
			"--port",
			str(self.port),
			*arguments,
		]
		self.process = subprocess.Popen(
			command,
			env={"PYTHONPATH": f"{ROOT}:{sites.parent / 'apps' / APP}", "PATH": "/usr/bin:/bin"},
			cwd=sites,
		)
		for _attempt in range(400):
			try:
				if requests.get(f"{self.url}/api/method/ping", timeout=5).ok:
					return
			except requests.ConnectionError:
				time.sleep(0.05)
		raise RuntimeError("the server does not answer")

	def get(self, path: str, **kwargs: object) -> requests.Response:
		return requests.get(self.url + path, timeout=20, **kwargs)  # type: ignore[arg-type]

	def end(self) -> int:
		if self.process.poll() is None:
			self.process.send_signal(signal.SIGTERM)
		return self.process.wait(20)


def write_down_deferred_errors(sites: Path) -> None:
	"""What the scheduler does now and then."""
	script = (
		"import sys, minibench; minibench.activate(); from minibench import context, errors_log;"
		"context.init('pages.localhost', sys.argv[1], force=True); context.connect(); errors_log.save_deferred()"
	)
	subprocess.run(
		[sys.executable, "-c", script, str(sites)],
		env={"PYTHONPATH": f"{ROOT}:{sites.parent / 'apps' / APP}", "PATH": "/usr/bin:/bin"},
		check=True,
	)


def free_port() -> int:
	import socket

	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server(sites: Path):
	process = Process(sites)
	yield process
	process.end()


def test_pages_of_an_app(server):
	answer = server.get("/plain")
	assert answer.status_code == 200
	assert "<h1>Plain</h1>" in answer.text and "<p>Guest</p>" in answer.text
	assert "<title>Plain</title>" in answer.text
	assert server.get("/plain.html").status_code == 200
	assert "<p>the shop</p>" in server.get("/shop").text
	assert "<p>by two_words</p>" in server.get("/two-words").text


def test_a_page_that_extends_the_base_template(server):
	text = server.get("/extended").text
	assert "<title>An extension</title>" in text
	assert text.index('<meta name="own"') < text.index("</head>")
	assert "<p>inside</p>" in text
	assert "own_script()" in text


def test_markdown(server):
	text = server.get("/text").text
	assert "<title>A text</title>" in text
	assert "<em>words</em>" in text


def test_dynamic_routes_and_redirects(server):
	assert "<p>item bolt</p>" in server.get("/shop/bolt").text
	assert "<p>item nut</p>" in server.get("/shop/nut").text
	assert "<p>the shop</p>" in server.get("/old-shop").text
	moved = server.get("/moved", allow_redirects=False)
	assert (moved.status_code, moved.headers["Location"]) == (301, "/plain")
	moved = server.get("/was/nut", allow_redirects=False)
	assert (moved.status_code, moved.headers["Location"]) == (302, "/shop/nut")
	moved = server.get("/away", allow_redirects=False)
	assert (moved.status_code, moved.headers["Location"]) == (301, "/plain")


def test_pages_are_kept_unless_they_refuse(server):
	first, second = server.get("/kept"), server.get("/kept")
	assert "rendered 1" in first.text and "rendered 1" in second.text
	assert (first.headers["X-From-Cache"], second.headers["X-From-Cache"]) == ("False", "True")
	assert server.get("/shop/bolt").headers["X-From-Cache"] == "False"


def test_pages_that_fail(server):
	assert server.get("/nowhere").status_code == 404
	assert server.get("/gone").status_code == 404
	secret = server.get("/secret")
	assert secret.status_code == 403
	assert "redirect-to=%2Fsecret" in secret.text and "Log in first" in secret.text
	broken = server.get("/broken")
	assert broken.status_code in (417, 500)
	assert "Traceback" not in broken.text


def test_the_home_page_depends_on_the_role(server):
	visitor = server.get("/")
	assert "form-login" in visitor.text
	session = requests.Session()
	session.post(f"{server.url}/api/method/login", data={"usr": "Administrator", "pwd": "admin"}, timeout=20)
	assert "<p>home of Administrator</p>" in session.get(f"{server.url}/", timeout=20).text


def test_static_files_and_their_caching(server):
	answer = server.get(f"/assets/{APP}/app.js")
	assert answer.text == "let app = 1;"
	assert answer.headers["Content-Type"].startswith(("text/javascript", "application/javascript"))
	assert answer.headers["Cache-Control"] == "public, no-cache"
	again = server.get(f"/assets/{APP}/app.js", headers={"If-None-Match": answer.headers["ETag"]})
	assert again.status_code == 304
	hashed = server.get(f"/assets/{APP}/dist/app.1a2b3c4d5e.js")
	assert hashed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
	assert server.get("/image.png").headers["Content-Type"] == "image/png"
	assert server.get("/assets/frappe/css/website.css").status_code == 200
	for path in (f"/assets/{APP}/../hooks.py", f"/assets/{APP}/none.js", "/assets/os/path", "/shop_item.py"):
		assert server.get(path).status_code == 404


def test_security_headers(server):
	for path in ("/plain", "/api/method/ping", f"/assets/{APP}/app.js", "/nowhere", "/assets/none"):
		headers = server.get(path).headers
		assert headers["X-Content-Type-Options"] == "nosniff"
		assert headers["X-Frame-Options"] == "SAMEORIGIN"
		assert "Server" not in headers


def test_arguments_are_typed(server):
	api = f"/api/method/{APP}.api.typed"
	assert server.get(api, params={"number": "5"}).json() == {"message": [5, "x"]}
	assert server.get(api, params={"number": "five"}).json()["exc_type"] == "FrappeTypeError"


def test_an_error_that_nobody_foresaw_is_logged(server, sites):
	session = requests.Session()
	session.post(f"{server.url}/api/method/login", data={"usr": "Administrator", "pwd": "admin"}, timeout=20)
	answer = session.post(f"{server.url}/api/method/{APP}.api.fails", timeout=20)
	assert answer.status_code == 500
	assert answer.json()["exc_type"] == "RuntimeError"
	assert answer.json()["_exc_source"] == f"{APP} (app)"
	write_down_deferred_errors(sites)
	logs = session.get(
		f"{server.url}/api/resource/Error Log",
		params={"fields": '["error"]', "limit_page_length": 5},
		timeout=20,
	)
	assert any("on purpose" in row["error"] for row in logs.json()["data"])


def test_an_error_while_committing_is_answered_and_nothing_is_kept(server):
	session = requests.Session()
	session.post(f"{server.url}/api/method/login", data={"usr": "Administrator", "pwd": "admin"}, timeout=20)
	answer = session.post(f"{server.url}/api/method/{APP}.api.fails_late", timeout=20)
	assert (answer.status_code, answer.json()["exc_type"]) == (417, "ValidationError")
	kept = session.get(f"{server.url}/api/resource/ToDo", timeout=20)
	assert kept.json()["data"] == []
	assert session.get(f"{server.url}/api/method/ping", timeout=20).status_code == 200


def test_forged_proxy_headers_are_ignored(server, sites):
	forged = {"X-Forwarded-For": "9.9.9.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
	path = f"/api/method/{APP}.api.address"
	assert server.get(path, headers=forged).json()["message"] == [
		"127.0.0.1",
		"http",
		f"127.0.0.1:{server.port}",
	]
	(sites / "common_site_config.json").write_text(json.dumps({"use_proxy": 1}))
	behind = Process(sites)
	try:
		assert behind.get(path, headers=forged).json()["message"] == ["9.9.9.9", "https", "evil.example"]
	finally:
		behind.end()
		(sites / "common_site_config.json").write_text("{}")


def test_a_stop_lets_running_requests_finish(sites):
	process = Process(sites)
	answers = []

	def ask() -> None:
		connection = http.client.HTTPConnection("127.0.0.1", process.port, timeout=20)
		connection.request("GET", f"/api/method/{APP}.api.slow")
		answers.append(connection.getresponse().read())

	threads = [threading.Thread(target=ask) for _ in range(3)]
	for thread in threads:
		thread.start()
	time.sleep(0.5)
	begun = time.monotonic()
	assert process.end() == 0
	for thread in threads:
		thread.join()
	assert answers == [b'{"message":"done"}'] * 3
	assert time.monotonic() - begun < 10
	with pytest.raises(requests.ConnectionError):
		process.get("/api/method/ping")


def test_a_taken_port_is_one_clear_error(sites, server):
	done = subprocess.run(
		[sys.executable, "-m", "minibench.web.server", "--sites", str(sites), "--port", str(server.port)],
		env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
		capture_output=True,
		text=True,
		timeout=30,
	)
	assert done.returncode == 1
	assert "in use" in done.stderr


def test_several_sites_in_one_process(sites):
	answer = requests.get  # the host name chooses
	process = Process(sites)
	try:
		for host, status in (("pages.localhost", 200), ("unknown.example", 200)):
			assert (
				answer(f"{process.url}/api/method/ping", headers={"Host": host}, timeout=10).status_code
				== status
			)
		(sites / "other.localhost").mkdir()
		(sites / "other.localhost" / "site_config.json").write_text("{}")
		time.sleep(REMEMBERED_FOR + 0.1)
		assert (
			answer(
				f"{process.url}/api/method/ping", headers={"Host": "unknown.example"}, timeout=10
			).status_code
			== 404
		)
		named = answer(
			f"{process.url}/api/method/ping", headers={"X-Frappe-Site-Name": "pages.localhost"}, timeout=10
		)
		assert named.status_code == 200
		odd = answer(
			f"{process.url}/api/method/ping", headers={"X-Frappe-Site-Name": "../pages.localhost"}, timeout=10
		)
		assert odd.status_code == 404
	finally:
		process.end()
		(sites / "other.localhost" / "site_config.json").unlink()
		(sites / "other.localhost").rmdir()
