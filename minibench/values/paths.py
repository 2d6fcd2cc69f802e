"""Where a site's files are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from minibench.context import local


def get_site_base_path() -> str:
	"""The site's folder."""
	return local.site_path  # type: ignore[no-any-return]


def get_path(*path: str, base: str | None = None) -> str:
	"""A path below `base`, by default the site's folder."""
	return os.path.join(base or local.site_path, *path)


def get_site_path(*path: str) -> str:
	"""A path inside the site's folder."""
	return get_path(*path)


def get_files_path(*path: str, is_private: Any = None) -> str:
	"""A path among the site's files, which anybody may read, or with `is_private` among those that are guarded."""
	return get_path("private" if is_private else "public", "files", *path)


def get_backups_path() -> str:
	"""Where backups are kept."""
	return get_path("private", "backups")


def get_sites(sites_path: str | None = None) -> list[str]:
	"""The names of the sites below `sites_path`."""
	folder = Path(sites_path or getattr(local, "sites_path", None) or ".")
	return sorted(
		entry.name
		for entry in folder.iterdir()
		if entry.is_dir() and not entry.is_symlink() and (entry / "site_config.json").exists()
	)


def touch_file(path: str) -> str:
	"""Make the file if it is absent, and set its time to now."""
	Path(path).touch()
	return path


def get_file_timestamp(fn: str) -> str | None:
	"""When the file was last written, in whole seconds; None where it is absent."""
	try:
		return str(int(os.stat(fn).st_mtime))
	except FileNotFoundError:
		return None


def get_file_size(path: str, format: bool = False) -> Any:
	"""Bytes of a file, or with `format` a text such as 1.5KiB."""
	size: float = os.path.getsize(path)
	if not format:
		return size
	for unit in ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi"):
		if abs(size) < 1024:
			return f"{size:3.1f}{unit}B"
		size /= 1024
	return f"{size:.1f}YiB"
