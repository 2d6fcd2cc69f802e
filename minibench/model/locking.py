"""Locks on documents that wait for a background job: files in the site's folder, weak on purpose, lost with it."""

from __future__ import annotations

import time
from pathlib import Path

from minibench.context import get_site_path, local

EXPIRES_AFTER = 12 * 60 * 60
MAY_BE_FORCED_AFTER = 60 * 60


class LockTimeoutError(Exception):
	pass


def _path(name: str) -> Path:
	return Path(get_site_path("locks", f"{name.lower()}.lock"))


def create_lock(name: str) -> bool:
	"""Make the lock; False if it is there already."""
	path = _path(name)
	path.parent.mkdir(exist_ok=True)
	try:
		path.touch(exist_ok=False)
	except FileExistsError:
		return False
	return True


def lock_exists(name: str) -> bool:
	return _path(name).exists()


def lock_age(name: str) -> float:
	"""Seconds since the lock was made."""
	return time.time() - _path(name).stat().st_mtime


def delete_lock(name: str) -> bool:
	_path(name).unlink(missing_ok=True)
	return True


def release_document_locks() -> None:
	"""Unlock what this thread's request or job has locked."""
	for doc in list(local.locked_documents):
		doc.unlock()
