"""Seconds of one core to match 100,000 bank lines with 100,000 open items; and what ten times the work costs. No peer."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import _servers

NAME = "matching"
TARGET = "at most 60 seconds and 2 GB; 10 times the work at most 12 times as long"
UNIT = "seconds of one core for 100,000 lines"

LINES = 100_000
SECONDS = 60
GIGABYTES = 2.0
TIMES = 12
ROUNDS = 3
SEED = 20260

# Run in a process of its own, so that its memory is its own. argv: how many lines, the seed.
WORK = """
import json, resource, sys, time
from benchmarks._corpus import RULE, generate
from o2c_extensions.cash_application.domain.engine.engine import match

corpus = generate(int(sys.argv[1]), int(sys.argv[2]))
begun, cpu = time.perf_counter(), time.process_time()
book = corpus.book()
indexed = time.process_time()
choices = match(corpus.lines, book, [RULE])
print("RESULT " + json.dumps({
	"lines": len(choices), "items": len(corpus.items), "customers": len(corpus.customers),
	"seconds": time.process_time() - cpu, "index": indexed - cpu, "wall": time.perf_counter() - begun,
	"gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
	"posted": sum(choice.outcome == "Post" for choice in choices),
}))
"""


def run(
	bench: Path | None = None,
	site: str | None = None,
	rounds: int = ROUNDS,
	lines: int = LINES,
	**_options: Any,
) -> dict[str, Any]:
	"""A tenth of the work and all of it in turns, each in a process of its own."""
	times: dict[int, list[float]] = {lines // 10: [], lines: []}
	most = 0.0
	for turn in range(1, rounds + 1):
		for count in times:
			told = _measure(count, SEED + turn)
			times[count].append(told["seconds"])
			most = max(most, told["gigabytes"])
			print(
				f"round {turn}/{rounds}  {told['lines']:>7,} lines  {told['items']:>7,} items  {told['seconds']:6.1f} s"
				f" of a core (index {told['index']:.1f} s; {told['wall']:.1f} s on the clock)  {told['gigabytes']:.2f} GB"
				f"  {told['posted'] / told['lines']:.1%} posted",
				flush=True,
			)
	seconds, tenth = median(times[lines]), median(times[lines // 10])
	growth = seconds / tenth
	passed = seconds <= SECONDS and most <= GIGABYTES and growth <= TIMES
	return _servers.result(
		NAME, seconds, None, UNIT, TARGET, passed, growth=round(growth, 1), gigabytes=round(most, 2)
	)


def _measure(lines: int, seed: int) -> dict[str, Any]:
	done = subprocess.run(
		[sys.executable, "-c", WORK, str(lines), str(seed)],
		cwd=_servers.ROOT,
		env={**_servers.environment(), "PYTHONPATH": str(_servers.ROOT)},
		capture_output=True,
		text=True,
	)
	found = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
	if done.returncode or not found:
		raise RuntimeError(done.stderr[-2000:])
	result: dict[str, Any] = json.loads(found[-1].removeprefix("RESULT "))
	return result
