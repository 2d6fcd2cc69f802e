"""Web servers to measure: ours over a site made for the purpose, and a bench's gunicorn with one worker."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CLIENTS = 4
OUR_SITE = "benchmark.localhost"

# Run on either engine: records to read, and a token to read them with. argv: the site, "make" or "remove".
RECORDS = """
import json, sys
import frappe

frappe.init(sys.argv[1], sites_path=".", force=True)
frappe.connect()
ours = {"first_name": ["like", "Benchmark Contact%"]}
for name in frappe.get_all("Contact", filters=ours, pluck="name"):
	frappe.delete_doc("Contact", name, force=True)
reader = "benchmark-reader@example.com"
if frappe.db.exists("User", reader):
	frappe.delete_doc("User", reader, force=True)
names, token = [], None
if sys.argv[2] == "make":
	for number in range(100):
		contact = frappe.new_doc("Contact")
		contact.first_name = f"Benchmark Contact {number:03}"
		contact.append("email_ids", {"email_id": f"benchmark{number}@example.com", "is_primary": 1})
		contact.append("phone_nos", {"phone": f"+49 30 {number:06}"})
		names.append(contact.insert().name)
	key, secret = frappe.generate_hash(length=15), frappe.generate_hash(length=15)
	user = {"doctype": "User", "email": reader, "first_name": "Reader", "send_welcome_email": 0}
	user.update(api_key=key, api_secret=secret, roles=[{"role": "System Manager"}])
	frappe.get_doc(user).insert()
	token = f"{key}:{secret}"
frappe.db.commit()
print("RECORDS " + json.dumps({"names": names, "token": token}))
"""


def free_port() -> int:
	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		return int(probe.getsockname()[1])


class Server:
	"""A server process that answers for one site, and the records in it."""

	def __init__(
		self, name: str, command: list[str], python: list[str], folder: Path, site: str, port: int
	) -> None:
		self.name, self.command, self.python, self.folder = name, command, python, folder
		self.site, self.port = site, port
		self.names: list[str] = []
		self.token = ""

	def records(self, what: str) -> None:
		done = subprocess.run(
			[*self.python, self.site, what],
			cwd=self.folder,
			input=RECORDS,
			capture_output=True,
			text=True,
			env=environment(),
		)
		found = [line for line in done.stdout.splitlines() if line.startswith("RECORDS ")]
		if done.returncode or not found:
			raise RuntimeError(f"{self.name}: {done.stdout[-1000:]}{done.stderr[-2000:]}")
		made = json.loads(found[-1].removeprefix("RECORDS "))
		self.names, self.token = made["names"], made["token"] or ""

	def start(self) -> float:
		"""Start the process; return the seconds until it answered with a page."""
		self.log = tempfile.TemporaryFile("w+")
		begun = time.perf_counter()
		self.process = subprocess.Popen(
			self.command, cwd=self.folder, stdout=self.log, stderr=subprocess.STDOUT, env=environment()
		)
		while time.perf_counter() - begun < 120:
			if self.process.poll() is not None:
				break
			if self.shows_a_page():
				return time.perf_counter() - begun
			time.sleep(0.01)
		self.log.seek(0)
		self.stop()
		raise RuntimeError(f"{self.name} does not answer:\n{self.log.read()[-3000:]}")

	def stop(self) -> None:
		if self.process.poll() is None:
			self.process.terminate()
			try:
				self.process.wait(20)
			except subprocess.TimeoutExpired:
				self.process.kill()
				self.process.wait()

	def shows_a_page(self) -> bool:
		"""Does a visitor get the login page?"""
		connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
		try:
			connection.request(
				"GET", "/login", headers={"X-Frappe-Site-Name": self.site, "Accept": "text/html"}
			)
			answer = connection.getresponse()
			answer.read()
			return answer.status == 200
		except (OSError, http.client.HTTPException):
			return False
		finally:
			connection.close()

	def rate(self, paths: list[str], seconds: float) -> float:
		"""Answers a second to `CLIENTS` clients that ask for the paths in turn.

		Raises:
			RuntimeError: an answer was not 200.
		"""
		counts = [0] * CLIENTS
		failures: list[str] = []
		stop_at = time.perf_counter() + seconds

		def work(index: int) -> None:
			connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
			headers = {
				"X-Frappe-Site-Name": self.site,
				"Accept": "application/json",
				"Authorization": f"token {self.token}",
			}
			turn = index
			while time.perf_counter() < stop_at and not failures:
				try:
					connection.request("GET", paths[turn % len(paths)], headers=headers)
					answer = connection.getresponse()
					body = answer.read()
				except (OSError, http.client.HTTPException):
					# The server closed a connection that it does not keep alive.
					connection.close()
					continue
				if answer.status != 200:
					failures.append(f"{paths[turn % len(paths)]}: {answer.status} {body[:300]!r}")
					break
				counts[index] += 1
				turn += 1
			connection.close()

		threads = [threading.Thread(target=work, args=(index,)) for index in range(CLIENTS)]
		begun = time.perf_counter()
		for thread in threads:
			thread.start()
		for thread in threads:
			thread.join()
		if failures:
			raise RuntimeError(f"{self.name}: {failures[0]}")
		return sum(counts) / (time.perf_counter() - begun)


def environment() -> dict[str, str]:
	return {**os.environ, "PYTHONUNBUFFERED": "1"}


@contextmanager
def our_site(apps: tuple[str, ...] = ()) -> Iterator[Path]:
	"""A sites folder with one fresh site in it."""
	from minibench import activate
	from minibench.lifecycle.site import new_site

	with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
		sites = Path(folder)
		(sites / "common_site_config.json").write_text("{}")
		(sites / "apps.txt").write_text((ROOT / "sites" / "apps.txt").read_text())
		activate()
		new_site(OUR_SITE, sites, "admin", apps=apps)
		yield sites


def ours(sites: Path) -> Server:
	port = free_port()
	command = [sys.executable, "-m", "minibench.web.server", "--sites", str(sites), "--port", str(port)]
	boot = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import minibench; minibench.activate(); exec(sys.stdin.read())"
	server = Server("minibench", command, [sys.executable, "-c", boot], sites, OUR_SITE, port)
	os.environ.setdefault("PYTHONPATH", str(ROOT))
	return server


def peer(bench: Path, site: str) -> Server:
	"""The bench's own production server, with one worker process."""
	port = free_port()
	python = bench / "env" / "bin" / "python"
	command = [
		str(bench / "env" / "bin" / "gunicorn"),
		"--bind",
		f"127.0.0.1:{port}",
		"--workers",
		"1",
		"--timeout",
		"120",
		"--preload",
		"frappe.app:application",
	]
	boot = "import sys; exec(sys.stdin.read())"
	return Server("bench", command, [str(python), "-c", boot], bench / "sites", site, port)


def result(
	name: str, ours: float, peer: float | None, unit: str, target: str, passed: bool, **more: Any
) -> dict[str, Any]:
	"""The object that a benchmark's last line holds."""
	return {
		"name": name,
		"ours": round(ours, 3),
		"peer": None if peer is None else round(peer, 3),
		"ratio": None if not peer else round(ours / peer, 2),
		"unit": unit,
		"target": target,
		"pass": passed,
		**more,
	}
