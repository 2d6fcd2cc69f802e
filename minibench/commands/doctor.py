"""`doctor`: what this folder and the site need, what is missing, and how to mend it."""

from __future__ import annotations

import importlib.metadata
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from minibench.activation import ROOT
from minibench.commands import workspace
from minibench.commands.place import site_option, sites_path

_SQLITE_NEEDED = (3, 35, 0)
_FREE_BYTES_NEEDED = 500 * 2**20


@dataclass(frozen=True)
class Finding:
	"""One thing looked at. `mend` says what to do; it is empty when all is well."""

	subject: str
	state: str
	mend: str = ""
	optional: bool = False


@click.command()
@site_option
@click.option("--bench", type=click.Path(file_okay=False, path_type=Path), help="Look at this bench instead.")
def doctor(site: str, bench: Path | None) -> None:
	"""Say what is missing and how to mend it."""
	findings = list(examine_bench(bench) if bench else examine(site))
	for finding in findings:
		mark = "ok " if not finding.mend else ("-- " if finding.optional else "!! ")
		click.echo(f"{mark} {finding.subject:<22} {finding.state}")
		if finding.mend:
			click.echo(f"   {'':<22} -> {finding.mend}")
	if any(finding.mend and not finding.optional for finding in findings):
		raise SystemExit(1)


def examine(site: str) -> Iterator[Finding]:
	"""Look at Python, the environment, the disk, Node, the workspace and the site."""
	version = ".".join(map(str, sys.version_info[:3]))
	fits = (3, 11) <= sys.version_info[:2] <= (3, 12)
	yield Finding("Python", version, "" if fits else "remove .venv and run ./o2c with Python 3.11 or 3.12")
	fits = sqlite3.sqlite_version_info >= _SQLITE_NEEDED
	yield Finding(
		"SQLite", sqlite3.sqlite_version, "" if fits else "use a Python built with SQLite 3.35 or newer"
	)
	yield _requirements()
	free = shutil.disk_usage(ROOT).free
	mend = "" if free > _FREE_BYTES_NEEDED else "free at least 500 MB: a full disk stops every write"
	yield Finding("disk", f"{free // 2**20} MB free", mend)
	yield _node()
	yield _workspace()
	yield from _site(site)


def _requirements() -> Finding:
	wrong = []
	for line in (ROOT / "requirements.txt").read_text().splitlines():
		name, _, wanted = line.partition("==")
		if not wanted:
			continue
		try:
			found = importlib.metadata.version(name)
		except importlib.metadata.PackageNotFoundError:
			found = "absent"
		if found != wanted:
			wrong.append(f"{name} is {found}, not {wanted}")
	if wrong:
		return Finding("requirements", "; ".join(wrong), "remove .venv and run ./o2c again: it is made anew")
	return Finding("requirements", "as pinned in requirements.txt")


def _node() -> Finding:
	missing = workspace.what_is_missing()
	mend = f"{missing}: install it for the staff workspace; all else works without" if missing else ""
	return Finding("Node", workspace.node_version() or "absent", mend, optional=True)


def _workspace() -> Finding:
	if workspace.is_fresh():
		return Finding("staff workspace", "built")
	state = "built from other sources" if workspace.is_built() else "not built: /o2c is its plain page"
	return Finding("staff workspace", state, "./o2c build", optional=True)


def _site(site: str) -> Iterator[Finding]:
	from minibench.commands import freshness
	from minibench.commands.place import connected
	from minibench.lifecycle import site as sites

	folder = sites_path() / site
	if not sites.exists(site, sites_path()):
		yield Finding("site", f"{site} does not exist", "./o2c start makes it")
		return
	connection = sqlite3.connect(f"file:{folder / 'site.db'}?mode=ro", uri=True)
	try:
		(verdict,) = connection.execute("pragma quick_check").fetchone()
	except sqlite3.DatabaseError as error:
		verdict = str(error)
	finally:
		connection.close()
	damaged = (
		""
		if verdict == "ok"
		else f"./o2c restore --site {site} ARCHIVE (backups lie in {folder / 'private/backups'})"
	)
	yield Finding("site database", " ".join(verdict.split())[:100], damaged)
	if damaged:
		return
	with connected(site):
		import frappe

		yield Finding("apps", ", ".join(frappe.get_installed_apps()))
		failed = frappe.db.count("Error Log", {"seen": 0})
		yield Finding("unseen errors", str(failed), "read them in Error Log" if failed else "", optional=True)
	fresh = freshness.is_fresh(folder)
	yield Finding(
		"migration",
		"up to date" if fresh else "the app's files have changed",
		"" if fresh else "./o2c migrate",
	)


def examine_bench(bench: Path) -> Iterator[Finding]:
	"""Look at a bench: its Python, its apps, and whether ours is among them."""
	python = bench / "env" / "bin" / "python"
	yield Finding("bench", str(bench), "" if python.exists() else f"{python} is missing: is this a bench?")
	if not python.exists():
		return
	for app, needed in (("frappe", "15"), ("erpnext", "15"), ("o2c_extensions", "")):
		ask = f"import {app}; print({app}.__version__)"
		answer = subprocess.run([str(python), "-c", ask], capture_output=True, text=True, cwd=bench)
		version = answer.stdout.strip() if answer.returncode == 0 else "absent"
		fits = version != "absent" and version.startswith(needed)
		yield Finding(app, version, "" if fits else f"bench get-app {app} (version {needed or 'any'})")
