"""A live web server of the engine under test, and sessions that talk to it."""

from __future__ import annotations

import socket
import subprocess
import tempfile
import time
from typing import Any

import requests

from tests.support.engines import ADMIN_PASSWORD, Engine


class Session(requests.Session):
	"""requests.Session with the server's address in front and the CSRF token on unsafe requests."""

	def __init__(self, base_url: str, site: str) -> None:
		super().__init__()
		self.base_url = base_url
		self.headers.update({"X-Frappe-Site-Name": site, "Accept": "application/json"})

	def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]
		kwargs.setdefault("timeout", 60)
		return super().request(method, url if "://" in url else self.base_url + url, *args, **kwargs)


class LiveServer:
	"""The server as a process of its own. `base_url`, `session()`, `login(user, password)`."""

	def __init__(self, engine: Engine) -> None:
		self.engine = engine
		with socket.socket() as probe:
			probe.bind(("127.0.0.1", 0))
			self.port = probe.getsockname()[1]
		self.base_url = f"http://127.0.0.1:{self.port}"

	def start(self) -> None:
		self.log = tempfile.TemporaryFile("w+")
		self.process = subprocess.Popen(
			self.engine.server_command(self.port),
			cwd=self.engine.sites_path,
			env=self.engine.environment(),
			stdout=self.log,
			stderr=subprocess.STDOUT,
		)
		for _attempt in range(600):
			self.check_alive()
			try:
				if self.session().get("/api/method/ping").status_code == 200:
					return
			except requests.ConnectionError:
				pass
			time.sleep(0.05)
		raise RuntimeError(f"the server does not answer:\n{self.output()}")

	def check_alive(self) -> None:
		if self.process.poll() is not None:
			raise RuntimeError(f"the server has stopped:\n{self.output()}")

	def output(self) -> str:
		self.log.seek(0)
		return self.log.read()[-4000:]

	def stop(self) -> None:
		self.process.terminate()
		try:
			self.process.wait(10)
		except subprocess.TimeoutExpired:
			self.process.kill()

	def session(self) -> Session:
		"""A visitor: no cookies, no token."""
		return Session(self.base_url, self.engine.site)

	def login(self, user: str = "Administrator", password: str | None = None) -> Session:
		"""A session logged in by password; `password` defaults to the administrator's."""
		session = self.session()
		answer = session.post("/api/method/login", data={"usr": user, "pwd": password or ADMIN_PASSWORD})
		answer.raise_for_status()
		return session
