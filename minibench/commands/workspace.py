"""The staff workspace's pages, built by Node from apps/o2c_extensions/frontend: `build`, and what `start` does of it meanwhile.

The pages are built beside those that are served and put in their place when they are whole, so that a build that fails, or is
stopped, leaves the earlier pages as they were. Without Node nothing is built, and /o2c shows the plain page.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from minibench.activation import ROOT

NODE_NEEDED = 18
FRONTEND = ROOT / "apps/o2c_extensions/frontend"
SERVED = ROOT / "apps/o2c_extensions/o2c_extensions/public/frontend"
_MARK = ".sources"
_TOLD = re.compile(r"^(npm (error|ERR!)( code| network)?|error during build:|\[vite[^\]]*\])?\s*", re.I)

Tell = Callable[[str], None]


class BuildFailed(Exception):
	"""Why the pages were not built, in one line."""


def node_version() -> str | None:
	"""What `node --version` says; None without Node."""
	node = shutil.which("node")
	if not node:
		return None
	return subprocess.run([node, "--version"], capture_output=True, text=True).stdout.strip() or None


def what_is_missing() -> str | None:
	"""What must be installed before the workspace can be built; None when all is there."""
	version = node_version()
	found = re.match(r"v(\d+)", version or "")
	if not version or not found:
		return f"Node {NODE_NEEDED} or newer is not installed"
	if int(found.group(1)) < NODE_NEEDED:
		return f"Node {NODE_NEEDED} or newer is needed, this is {version}"
	return None if shutil.which("npm") else "npm, which belongs to Node, is not installed"


def is_built() -> bool:
	return (SERVED / "manifest.json").exists()


def is_fresh() -> bool:
	"""Whether the built pages are those of the sources as they are."""
	mark = SERVED / _MARK
	return is_built() and mark.exists() and mark.read_text() == fingerprint()


def fingerprint() -> str:
	"""A digest that changes when a file that the pages are built from has changed."""
	digest = hashlib.sha256()
	for file in sorted(_sources()):
		digest.update(f"{file.relative_to(FRONTEND)}\0".encode() + file.read_bytes() + b"\0")
	return digest.hexdigest()


def _sources() -> Iterator[Path]:
	for file in FRONTEND.glob("*"):
		# The build itself writes the *.d.ts files that stand here.
		if file.is_file() and file.suffix in (".json", ".js", ".ts") and not file.name.endswith(".d.ts"):
			yield file
	for folder in ("src", "types"):
		yield from (file for file in (FRONTEND / folder).rglob("*") if file.is_file())


class Builder:
	"""One build, which can be stopped from another thread."""

	def __init__(self, tell: Tell) -> None:
		self.tell = tell
		self.stopped = False
		self._process: subprocess.Popen[bytes] | None = None
		self._work = FRONTEND / ".build"

	def run(self, again: bool = False) -> bool:
		"""Build the pages if they are not those of the sources. Returns whether they were built.

		Raises:
			BuildFailed: they could not be built.
		"""
		self._work.mkdir(exist_ok=True)
		with (self._work / "lock").open("w") as lock:
			fcntl.flock(lock, fcntl.LOCK_EX)
			if self.stopped or (is_fresh() and not again):
				return False
			try:
				self._build()
			except OSError as error:
				raise BuildFailed("the disk is full" if error.errno == 28 else str(error)) from error
		return True

	def _build(self) -> None:
		made = self._work / "pages"
		seen = fingerprint()
		with (self._work / "log").open("wb") as log:
			if not _has_packages():
				self.tell("fetching its packages")
				# Not `npm ci`, which refuses a lock file without the optional packages of every other platform.
				self._call(log, "npm", "install", "--no-save", "--no-audit", "--no-fund", "--fetch-retries=1")
			self.tell("building its pages")
			self._call(
				log, "npm", "run", "build", "--", "--outDir", str(made), "--emptyOutDir", "--logLevel", "warn"
			)
		(made / _MARK).write_text(seen)
		before = self._work / "before"
		shutil.rmtree(before, ignore_errors=True)
		SERVED.parent.mkdir(exist_ok=True)
		if SERVED.exists():
			os.replace(SERVED, before)
		os.replace(made, SERVED)
		shutil.rmtree(before, ignore_errors=True)

	def _call(self, log: object, *command: str) -> None:
		if self.stopped:
			raise BuildFailed("it was stopped")
		start = (self._work / "log").stat().st_size
		self._process = subprocess.Popen(
			command,
			cwd=FRONTEND,
			stdin=subprocess.DEVNULL,
			stdout=log,
			stderr=subprocess.STDOUT,
			start_new_session=True,  # type: ignore[call-overload]
		)
		code = self._process.wait()
		if self.stopped:
			raise BuildFailed("it was stopped")
		if code:
			output = (self._work / "log").read_bytes()[start:].decode(errors="replace")
			raise BuildFailed(f"{reason(output)} (all that was said: {self._work.relative_to(ROOT) / 'log'})")

	def stop(self) -> None:
		"""End a build that is under way; what is served stays."""
		self.stopped = True
		process = self._process
		if process and process.poll() is None:
			try:
				os.killpg(process.pid, 15)
			except ProcessLookupError:
				return
			process.wait()


def _has_packages() -> bool:
	"""Whether node_modules holds what package-lock.json names, as npm itself notes it."""
	installed = FRONTEND / "node_modules/.package-lock.json"
	if not installed.exists():
		return False
	wanted = json.loads((FRONTEND / "package-lock.json").read_text())["packages"]
	there = json.loads(installed.read_text())["packages"]
	return all(
		there.get(path, {}).get("version") == package.get("version")
		for path, package in wanted.items()
		if path and not package.get("optional")
	)


def reason(output: str) -> str:
	"""The line of npm's or vite's output that says what is wrong."""
	if "ENOSPC" in output or "No space left on device" in output:
		return "the disk is full"
	if re.search(r"ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|network request to", output):
		return "its packages could not be had: is npm's registry reachable?"
	lines = [line.strip() for line in output.splitlines() if line.strip() and not line.startswith("npm warn")]
	telling = [line for line in lines if re.search(r"error|fail|cannot|could not", line, re.I)]
	for line in telling:
		told = _TOLD.sub("", line).strip()
		if len(told) > 12:
			return told[:200]
	return lines[-1][:200] if lines else "it ended without a word"


@contextmanager
def built_meanwhile(tell: Tell) -> Iterator[None]:
	"""Build the pages in the background while the block runs, if they are not there or the sources have changed."""
	if is_fresh():
		yield
		return
	if missing := what_is_missing():
		older = "is the one built earlier" if is_built() else "is its plain page"
		tell(f"The workspace is not built, /o2c {older}: {missing}. All else works.")
		yield
		return
	tell(
		"The sources of the workspace have changed: it is built anew in the background."
		if is_built()
		else "Building the workspace in the background, once; until then /o2c is its plain page."
	)
	builder = Builder(lambda _step: None)
	thread = threading.Thread(target=_build_and_tell, args=(builder, tell), daemon=True)
	thread.start()
	try:
		yield
	finally:
		builder.stop()
		thread.join(10)


def _build_and_tell(builder: Builder, tell: Tell) -> None:
	try:
		if builder.run():
			tell("The workspace is ready at /o2c: load the page again.")
	except BuildFailed as failure:
		if not builder.stopped:
			tell(f"The workspace was not built: {failure}. All else works; `./o2c build` tries again.")


@click.command()
@click.option("--again", is_flag=True, help="Even if the sources have not changed.")
def build(again: bool) -> None:
	"""Build the staff workspace at /o2c with Node. `start` does it by itself, in the background."""
	if missing := what_is_missing():
		raise click.ClickException(f"{missing}: install it (https://nodejs.org), then build again.")
	try:
		built = Builder(lambda step: click.echo(f"The workspace: {step} ...")).run(again)
	except BuildFailed as failure:
		raise click.ClickException(f"the workspace was not built: {failure}") from failure
	click.echo("The workspace is built." if built else "The workspace is built from the sources as they are.")
