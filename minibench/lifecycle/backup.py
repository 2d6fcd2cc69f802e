"""One file that holds a whole site, and the way back from it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from datetime import datetime
from pathlib import Path

from minibench.data.connection_pool import close_idle_connections
from minibench.errors import ValidationError

_FILES = ("public", "private/files")


def backup(site: str, sites_path: Path, target: Path | None = None) -> Path:
	"""Write site.db (a consistent copy, taken while others go on writing), the files and site_config.json to a .tar.gz.

	The archive holds the site's encryption key: it is readable by its owner only.

	Args:
		target: the file to write; by default one named by the time in the site's private/backups.
	"""
	folder = _site_folder(site, sites_path)
	backups = folder / "private" / "backups"
	backups.mkdir(parents=True, exist_ok=True)
	target = target or backups / f"{datetime.now():%Y%m%d_%H%M%S}-{site}.tar.gz"
	with tempfile.TemporaryDirectory(dir=backups) as scratch:
		copy = Path(scratch) / "site.db"
		with sqlite3.connect(folder / "site.db") as source, sqlite3.connect(copy) as destination:
			source.backup(destination)
		source.close()
		destination.close()
		unfinished = Path(scratch) / "backup.tar.gz"
		unfinished.touch(mode=0o600)
		with tarfile.open(unfinished, "w:gz", compresslevel=6) as archive:
			archive.add(copy, "site.db")
			archive.add(folder / "site_config.json", "site_config.json")
			for name in _FILES:
				if (folder / name).exists():
					archive.add(folder / name, name)
		shutil.move(unfinished, target)
	return target


def restore(site: str, sites_path: Path, archive_path: Path) -> Path | None:
	"""Put the site back as it was when `archive_path` was written; return where the replaced site was kept.

	The archive is unpacked and checked beside the site first, so a broken one changes nothing.

	Raises:
		ValidationError: the file is no backup, or its database is damaged.
	"""
	folder = sites_path / site
	fresh = Path(tempfile.mkdtemp(prefix=f".{site}.restore-", dir=sites_path))
	try:
		try:
			with tarfile.open(archive_path) as archive:
				archive.extractall(fresh, filter="data")
		except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
			reason = str(error).splitlines()[0]
			raise ValidationError(f"{archive_path} is not a readable backup: {reason}") from error
		_check(fresh, archive_path)
		(fresh / "private" / "backups").mkdir(parents=True, exist_ok=True)
		(fresh / "logs").mkdir(exist_ok=True)
		kept = None
		if folder.exists():
			if (folder / "private" / "backups").exists():
				shutil.copytree(
					folder / "private" / "backups", fresh / "private" / "backups", dirs_exist_ok=True
				)
			close_idle_connections(folder)
			kept = sites_path / f".{site}.before-restore-{datetime.now():%Y%m%d_%H%M%S}"
			os.replace(folder, kept)
		os.replace(fresh, folder)
		return kept
	finally:
		shutil.rmtree(fresh, ignore_errors=True)


def _check(folder: Path, archive_path: Path) -> None:
	if not (folder / "site.db").exists() or not (folder / "site_config.json").exists():
		raise ValidationError(
			f"{archive_path} is not a backup of a site: site.db or site_config.json is missing"
		)
	connection = sqlite3.connect(folder / "site.db")
	try:
		(verdict,) = connection.execute("pragma integrity_check").fetchone()
	except sqlite3.DatabaseError as error:
		verdict = str(error)
	finally:
		connection.close()
	if verdict != "ok":
		raise ValidationError(f"The database in {archive_path} is damaged: {verdict}")


def _site_folder(site: str, sites_path: Path) -> Path:
	folder = sites_path / site
	if not (folder / "site_config.json").exists():
		raise ValidationError(f"There is no site {site} in {sites_path}")
	return folder
