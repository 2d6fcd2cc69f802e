"""Progress on a terminal."""

from __future__ import annotations

import os
import sys

from minibench.context import local


def is_cli() -> bool:
	"""Whether somebody at a terminal started this process."""
	try:
		return bool(os.get_terminal_size())
	except OSError:
		return bool(sys.stdin and sys.stdin.isatty())


def update_progress_bar(txt: str, i: int, l: int, absolute: bool = False) -> None:  # noqa: E741
	"""Draw how far step `i` (from 0) of `l` is; dots where output is kept as a log, nothing within a request."""
	if os.environ.get("CI"):
		sys.stdout.write(f"{txt}." if i == 0 else ".")
		sys.stdout.flush()
		return
	if getattr(local, "request", None) and not is_cli():
		return
	try:
		width = 40 if os.get_terminal_size().columns > 80 else 20
	except OSError:
		width = 40
	done = (i + 1) / l
	bar = ("=" * int(done * width)).ljust(width)
	status = f"{i} of {l}" if absolute else f"{int(done * 100)}%"
	sys.stdout.write(f"\r{txt.ljust(36)}: [{bar}] {status}")
	sys.stdout.flush()
