"""REST reads a second and process: one document, and a list of 20. Peer: the bench's gunicorn with one worker."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

from benchmarks import _servers

NAME = "rest"
TARGET = "at least 300 documents a second, and 5 times the bench's"
UNIT = "documents read a second, one process"

FLOOR = 300
TIMES = 5
ROUNDS = 5
SECONDS = 3.0


def run(
	bench: Path | None = None, site: str | None = None, rounds: int = ROUNDS, **_options: Any
) -> dict[str, Any]:
	"""Measure ours and the peer in turns, in one run."""
	with ExitStack() as stack:
		servers = [_servers.ours(stack.enter_context(_servers.our_site()))]
		if bench and site:
			servers.append(_servers.peer(bench, site))
		for server in servers:
			server.records("make")
			stack.callback(server.records, "remove")
			server.start()
			stack.callback(server.stop)
		documents: dict[str, list[float]] = {server.name: [] for server in servers}
		lists: dict[str, list[float]] = {server.name: [] for server in servers}
		for server in servers:
			server.rate(_documents(server), 1.0)
		for turn in range(1, rounds + 1):
			for server in servers:
				documents[server.name].append(server.rate(_documents(server), SECONDS))
				lists[server.name].append(server.rate(_lists(), SECONDS / 2))
				print(
					f"round {turn}/{rounds}  {server.name:<10} one document {documents[server.name][-1]:7.0f}/s"
					f"   list of 20 {lists[server.name][-1]:7.0f}/s",
					flush=True,
				)
	ours = median(documents["minibench"])
	peer = median(documents["bench"]) if "bench" in documents else None
	passed = ours >= FLOOR and (peer is None or ours >= TIMES * peer)
	peer_list = median(lists["bench"]) if "bench" in lists else None
	our_list = median(lists["minibench"])
	return _servers.result(
		NAME,
		ours,
		peer,
		UNIT,
		TARGET,
		passed,
		list_ours=round(our_list, 1),
		list_peer=None if peer_list is None else round(peer_list, 1),
		list_ratio=None if not peer_list else round(our_list / peer_list, 2),
	)


def _documents(server: _servers.Server) -> list[str]:
	return [f"/api/resource/Contact/{quote(name)}" for name in server.names]


def _lists() -> list[str]:
	fields = quote(json.dumps(["name", "first_name", "email_id", "phone", "modified"]))
	filters = quote(json.dumps([["first_name", "like", "Benchmark Contact%"]]))
	return [
		f"/api/resource/Contact?fields={fields}&filters={filters}&limit_page_length=20&limit_start={n}"
		for n in range(60)
	]
