"""The web server of one process: waitress, its threads, and an end that lets running requests finish.

python -m minibench.web.server --sites PATH --port N [--site NAME] [--host ADDRESS] [--threads N] [--proxy]
"""

from __future__ import annotations

import argparse
import gc
import json
import logging
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Any

# As long as the longest upload that a site may allow; the site's own limit answers with its error page.
LARGEST_BODY = 1024**3
PATIENCE = 15.0
"""Seconds that a stop waits for running requests."""


class Server:
	"""Listens on `host`:`port` as soon as it is made; serves in `run()` until `stop()`."""

	def __init__(
		self,
		sites_path: str | Path,
		port: int,
		site: str | None = None,
		host: str = "127.0.0.1",
		threads: int = 8,
		proxy: bool | None = None,
	) -> None:
		from waitress.server import create_server

		from minibench.web.app import make_application

		behind_proxy = _configured_proxy(Path(sites_path)) if proxy is None else proxy
		family = socket.AF_INET6 if ":" in host else socket.AF_INET
		listening = socket.create_server((host, port), family=family, backlog=1024)
		self.port: int = listening.getsockname()[1]
		self._stopping = threading.Event()
		self._server: Any = create_server(
			make_application(sites_path, site, behind_proxy),
			sockets=[listening],
			threads=threads,
			ident=None,
			max_request_body_size=LARGEST_BODY,
			# Forged headers never reach the application unless a proxy in front overwrites them.
			clear_untrusted_proxy_headers=not behind_proxy,
			channel_timeout=75,
			asyncore_use_poll=True,
		)

	def run(self) -> None:
		"""Serve until `stop()` is called, then finish the requests that have begun."""
		while not self._stopping.is_set():
			self._turn(1.0)
		self._drain()

	def stop(self) -> None:
		"""Ask `run()` to return. Safe in a signal handler and in other threads."""
		self._stopping.set()
		self._server.pull_trigger()

	def _turn(self, timeout: float) -> None:
		self._server.asyncore.loop(timeout=timeout, map=self._server._map, use_poll=True, count=1)

	def _drain(self) -> None:
		self._server.del_channel()
		self._server.socket.close()
		deadline = time.monotonic() + PATIENCE
		while time.monotonic() < deadline and any(map(_is_busy, list(self._server.active_channels.values()))):
			self._turn(0.1)
		self._server.task_dispatcher.shutdown(timeout=1)


def _is_busy(channel: Any) -> bool:
	return bool(channel.requests or channel.total_outbufs_len)


def _configured_proxy(sites_path: Path) -> bool:
	common = sites_path / "common_site_config.json"
	return bool(common.is_file() and json.loads(common.read_text() or "{}").get("use_proxy"))


def serve(
	sites_path: str | Path,
	port: int = 8000,
	site: str | None = None,
	host: str = "127.0.0.1",
	threads: int = 8,
	proxy: bool | None = None,
) -> None:
	"""Serve the sites below `sites_path` until SIGTERM or SIGINT.

	Args:
		site: serve this one whatever host is asked for.
		proxy: believe the X-Forwarded-* headers of a reverse proxy; by default what common_site_config.json says
			(`use_proxy`).
	"""
	# "Task queue depth" at every burst says nothing that the response times do not.
	logging.getLogger("waitress.queue").setLevel(logging.ERROR)
	server = Server(sites_path, port, site, host, threads, proxy)

	def end(_signal: int, _frame: FrameType | None) -> None:
		server.stop()

	for number in (signal.SIGTERM, signal.SIGINT):
		signal.signal(number, end)
	# Requests make much short-lived garbage; scanning all that was imported each time would cost a tenth of the speed.
	gc.collect()
	gc.freeze()
	gc.set_threshold(50_000, 20, 50)
	server.run()


def main(arguments: list[str] | None = None) -> None:
	parser = argparse.ArgumentParser(
		prog="python -m minibench.web.server", description="Serve the sites of a folder."
	)
	parser.add_argument("--sites", required=True, type=Path, help="the folder of sites")
	parser.add_argument("--port", default=8000, type=int)
	parser.add_argument("--site", help="serve this site whatever host is asked for")
	parser.add_argument("--host", default="127.0.0.1")
	parser.add_argument("--threads", default=8, type=int)
	parser.add_argument("--proxy", action="store_true", default=None, help="believe X-Forwarded-* headers")
	options = parser.parse_args(arguments)
	logging.basicConfig(
		stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
	)

	from minibench import activate

	activate()
	try:
		serve(options.sites, options.port, options.site, options.host, options.threads, options.proxy)
	except OSError as error:
		raise SystemExit(f"{options.host}:{options.port} cannot be used: {error.strerror}") from error


if __name__ == "__main__":
	main()
