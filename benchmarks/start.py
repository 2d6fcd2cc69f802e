"""Seconds from starting on an existing site to the first page. Peer: the bench's gunicorn with one worker."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import _servers

NAME = "start"
TARGET = "at most 2 seconds"
UNIT = "seconds to the first page"

LIMIT = 2.0
ROUNDS = 5


def run(
	bench: Path | None = None, site: str | None = None, rounds: int = ROUNDS, **_options: Any
) -> dict[str, Any]:
	"""Start `./o2c start` (web, worker and scheduler) and the peer in turns."""
	with ExitStack() as stack:
		apps = tuple(
			line for line in (_servers.ROOT / "sites" / "apps.txt").read_text().split() if line != "frappe"
		)
		sites = stack.enter_context(_servers.our_site(apps))
		_seen(sites)
		times: dict[str, list[float]] = {}
		for turn in range(1, rounds + 1):
			servers = [_whole(sites)]
			if bench and site:
				servers.append(_servers.peer(bench, site))
			for server in servers:
				try:
					times.setdefault(server.name, []).append(server.start())
				finally:
					server.stop()
				print(f"round {turn}/{rounds}  {server.name:<10} {times[server.name][-1]:6.2f} s", flush=True)
	ours = median(times["minibench"])
	peer = median(times["bench"]) if "bench" in times else None
	return _servers.result(NAME, ours, peer, UNIT, TARGET, ours <= LIMIT)


def _seen(sites: Path) -> None:
	"""The site has been started before: it has nothing to migrate."""
	from minibench.commands import freshness

	freshness.remember(sites / _servers.OUR_SITE)


def _whole(sites: Path) -> _servers.Server:
	"""All that `./o2c start` runs."""
	port = _servers.free_port()
	os.environ["O2C_SITES"] = str(sites)
	command = [
		sys.executable,
		str(_servers.ROOT / "o2c"),
		"start",
		"--no-build",
		"--site",
		_servers.OUR_SITE,
		"--port",
		str(port),
	]
	return _servers.Server("minibench", command, [sys.executable], sites, _servers.OUR_SITE, port)
