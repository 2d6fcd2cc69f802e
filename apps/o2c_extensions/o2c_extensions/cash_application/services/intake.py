"""Ways in that nobody has to attend: files in a watched folder, and attachments of mails from the bank.

A run takes each file once. What becomes of a file is done after the commit that imports it: a worker that is killed before has
imported nothing or leaves a file that is known already, so the next run only puts it away. No file is ever deleted.
"""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_files_path, strip_html

from o2c_extensions.cash_application.domain.formats import detect
from o2c_extensions.cash_application.domain.formats.limits import Limits
from o2c_extensions.cash_application.domain.statement import StatementError
from o2c_extensions.cash_application.services import statements
from o2c_extensions.common import batch
from o2c_extensions.common.settings import setting

KIND = "Statement Intake"
CLERKS = ("Cash Application Clerk", "O2C Administrator", "System Manager")
DONE, FAILED = "done", "failed"
_FILE, _FOLDER = "file:", "folder:"
# A file that was written to so lately may not be complete.
_SETTLED_SECONDS = 10
_UNFINISHED = (".tmp", ".part", ".filepart", ".crdownload", ".swp", "~")
# An address alone, or behind a name: a name that looks like an address is none.
_ADDRESS = re.compile(r"[^<>]*<([^<>\s]+)>|([^<>\s]+)")
_TABLES = (".csv", ".xlsx", ".tsv")


def folder() -> Path | None:
	"""The watched folder, if there is one and it may be watched.

	A path without a leading slash is below the site's private files. Another one must be below the site, or below a folder
	that `o2c_statement_folders` in the site's configuration allows.

	Raises:
		frappe.ValidationError: the folder lies elsewhere.
	"""
	return checked(setting("statement_folder"))


def checked(told: str | None) -> Path | None:
	"""The folder that O2C Settings names, resolved, if it may be watched."""
	if not (told or "").strip():
		return None
	private = Path(get_files_path(is_private=1))
	path = Path(os.path.realpath(private / str(told).strip()))
	roots = [Path(os.path.realpath(frappe.get_site_path()))]
	roots += [Path(os.path.realpath(root)) for root in frappe.conf.get("o2c_statement_folders") or ()]
	if not any(root in path.parents for root in roots) or path == Path(os.path.realpath(private)):
		frappe.throw(
			_(
				"{0} may not be watched: it is not below this site, and the site's configuration does not allow it."
			).format(path)
		)
	return path


def waiting(settled: float = _SETTLED_SECONDS) -> list[str]:
	"""The files in the watched folder that are complete, by name."""
	return files_in(folder(), settled)


def files_in(watched: Path | None, settled: float = _SETTLED_SECONDS) -> list[str]:
	"""The files in a folder that are complete, by name."""
	if watched is None or not watched.is_dir():
		return []
	found = []
	with os.scandir(watched) as entries:
		for entry in entries:
			if entry.name.startswith(".") or entry.name.lower().endswith(_UNFINISHED):
				continue
			state = entry.stat(follow_symlinks=False)
			if stat.S_ISREG(state.st_mode) and time.time() - state.st_mtime >= settled:
				found.append(entry.name)
	return sorted(found)


def watch() -> None:
	"""Start a run when files wait, and none is under way."""
	start_if_waiting(KIND, folder)


def start_if_waiting(kind: str, watched: Callable[[], Path | None]) -> None:
	"""Start a run of a kind when files wait in its folder, and none is under way."""
	if frappe.db.exists("O2C Run", {"kind": kind, "status": ("in", ("Queued", "Running"))}):
		return
	if files_in(watched()):
		batch.start(kind)


def items(files: list[str]) -> list[str]:
	"""What a run has to take: the Files that it was started for, or whatever waits in the folder."""
	return [f"{_FILE}{name}" for name in files] if files else [f"{_FOLDER}{name}" for name in waiting()]


def take(item: str, today: date) -> str:
	"""Import one file. Returns what came of it; a file that cannot be imported is told of and put away, not tried again."""
	if item.startswith(_FILE):
		return _take_attachment(item.removeprefix(_FILE), today)
	return _take_from_folder(item.removeprefix(_FOLDER), today)


def _take_from_folder(name: str, today: date) -> str:
	return take_file(folder(), name, lambda content: statements.import_statement(content, name, today), KIND)


def take_file(watched: Path | None, name: str, keep: Callable[[bytes], list[str]], kind: str) -> str:
	"""Take one file of a watched folder, and put it away after the commit. Returns what came of it.

	Args:
		keep: makes documents of its content, and names them.
	"""
	path = watched / Path(name).name if watched else None
	if watched is None or path is None or not _is_regular(path):
		return "Gone"
	with path.open("rb") as source:
		content = source.read(Limits().size + 1)
	made, reason = attempt(lambda: keep(content), kind)
	target = watched / (FAILED if reason else DONE)
	frappe.db.after_commit.add(lambda: _put_away(path, target, reason))
	return reason or ", ".join(made)


def _is_regular(path: Path) -> bool:
	"""Whether there is such a file, and it is neither a link nor anything else."""
	try:
		return stat.S_ISREG(path.lstat().st_mode)
	except FileNotFoundError:
		return False


def _put_away(path: Path, target: Path, reason: str) -> None:
	"""Move a file, with the reason beside it if it was refused. A file of the same name that lies there stays."""
	target.mkdir(exist_ok=True)
	number = 0
	while True:
		place = target / (f"{path.stem}.{number}{path.suffix}" if number else path.name)
		try:
			_move(path, place)
			break
		except FileExistsError:
			number += 1
		except FileNotFoundError:
			return  # somebody else has put it away
	if reason:
		place.with_name(f"{place.name}.reason.txt").write_text(f"{reason}\n", encoding="utf-8")


def _move(path: Path, place: Path) -> None:
	"""
	Raises:
		FileExistsError: another file has the name. Unlike a rename, a link never takes its place.
	"""
	try:
		os.link(path, place)
	except (FileExistsError, FileNotFoundError):
		raise
	except OSError:  # a file system without links
		if place.exists():
			raise FileExistsError(place) from None
		os.rename(path, place)
	else:
		os.unlink(path)


def note_attachment(file: Any) -> None:
	"""A file was attached. If it came by mail from an address that statements come from, have it imported."""
	if file.attached_to_doctype != "Communication" or not setting("statement_mail_account"):
		return
	mail = frappe.db.get_value(
		"Communication",
		file.attached_to_name,
		["sent_or_received", "email_account", "sender"],
		as_dict=True,
	)
	if not mail or mail.sent_or_received != "Received":
		return
	if mail.email_account != setting("statement_mail_account") or not _is_sender(mail.sender):
		return
	if not set(CLERKS) & set(frappe.get_roles()) or not _looks_like_statement(file):
		return
	batch.start(KIND, {"files": [file.name]})


def _is_sender(told: str | None) -> bool:
	"""Whether an address is on the list. One that begins with @ stands for all of its domain."""
	match = _ADDRESS.fullmatch((told or "").strip())
	address = (match[1] or match[2]).lower() if match else ""
	listed = [
		line.strip().lower() for line in (setting("statement_senders") or "").split("\n") if line.strip()
	]
	return bool(address) and any(
		address.endswith(each) if each.startswith("@") else address == each for each in listed
	)


def _looks_like_statement(file: Any) -> bool:
	"""Mails have signatures and pictures too. A table is taken by its name, everything else by what it holds."""
	try:
		kind = detect.kind(content_of(file))
	except StatementError:
		return False
	return kind != detect.TABLE or str(file.file_name or "").lower().endswith(_TABLES)


def _take_attachment(name: str, today: date) -> str:
	file = frappe.get_doc("File", name)
	made, reason = attempt(lambda: statements.import_statement(content_of(file), file.file_name, today))
	mail = frappe.get_doc("Communication", file.attached_to_name)
	text = (
		_("{0} was not imported: {1}").format(file.file_name, reason)
		if reason
		else _("{0} was imported: {1}").format(file.file_name, ", ".join(made))
	)
	mail.add_comment("Comment", text)
	return reason or ", ".join(made)


def content_of(file: Any) -> bytes:
	"""A File's bytes; the framework gives text as text."""
	content = file.get_content()
	return content.encode() if isinstance(content, str) else content


def attempt(work: Callable[[], list[str]], kind: str = KIND) -> tuple[list[str], str]:
	"""What was made, and why nothing was. Another transaction in the way is no reason: the run tries that again."""
	frappe.db.savepoint("o2c_intake")
	try:
		return work(), ""
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError, frappe.TimestampMismatchError):
		raise
	except Exception as error:
		frappe.db.rollback(save_point="o2c_intake")
		frappe.clear_messages()
		if not isinstance(error, frappe.ValidationError | frappe.PermissionError):
			frappe.log_error(kind)
		return [], strip_html(str(error)) or type(error).__name__
