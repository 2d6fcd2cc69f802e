"""Whether a site has seen the app files as they are now, told from their names, sizes and times alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from minibench.activation import ROOT

_MARK = ".migrated"
_FOLDERS = ("minibench/doctypes", "minibench/erp", "apps")
_SUFFIXES = {".json", ".txt", ".csv"}


def fingerprint() -> str:
	"""A digest that changes when a file that a migration reads has changed."""
	digest = hashlib.sha256()
	for file in sorted(_files()):
		stat = file.stat()
		digest.update(f"{file.relative_to(ROOT)} {stat.st_size} {stat.st_mtime_ns}\n".encode())
	return digest.hexdigest()


def _files() -> Iterator[Path]:
	for folder in _FOLDERS:
		for file in (ROOT / folder).rglob("*"):
			if "node_modules" in file.parts or "public" in file.parts or "frontend" in file.parts:
				continue
			if file.suffix in _SUFFIXES or file.name in ("hooks.py", "sync.py"):
				yield file


def is_fresh(site_folder: Path) -> bool:
	"""Whether the last migration of the site saw the files as they are."""
	mark = site_folder / _MARK
	return mark.exists() and mark.read_text() == fingerprint()


def remember(site_folder: Path) -> None:
	"""Note that the site has been migrated to the files as they are."""
	(site_folder / _MARK).write_text(fingerprint())
