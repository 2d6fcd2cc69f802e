"""Ways in for remittance advices that nobody has to attend: files in a watched folder, and mails of payers.

Of a mail, its attachments are read; where none of them is an advice, what it says. As with statements, a run takes each item
once, and what becomes of it is done after the commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import frappe
from frappe import _

from o2c_extensions.cash_application.queries import remittances as queries
from o2c_extensions.cash_application.services import intake, remittances
from o2c_extensions.common import batch
from o2c_extensions.common.settings import setting

KIND = "Remittance Intake"
_MAIL, _FOLDER = "mail:", "folder:"
# What mails have beside advices: signatures, pictures, the PDF of what is attached in another form.
_NOT_READ = (".png", ".jpg", ".jpeg", ".gif", ".pdf", ".p7s", ".asc", ".ics", ".vcf", ".zip", ".doc", ".docx")


def folder() -> Path | None:
	"""The watched folder, if there is one and it may be watched (see `intake.folder`)."""
	return intake.checked(setting("advice_folder"))


def watch() -> None:
	"""Start a run when files wait, and none is under way."""
	intake.start_if_waiting(KIND, folder)


def items(mails: Sequence[str]) -> list[str]:
	"""What a run has to take: the mails that it was started for, or whatever waits in the folder."""
	if mails:
		return [f"{_MAIL}{name}" for name in mails]
	return [f"{_FOLDER}{name}" for name in intake.files_in(folder())]


def take(item: str, today: date) -> str:
	"""Take one file or mail. Returns what came of it; what cannot be read is told of, not tried again."""
	if item.startswith(_MAIL):
		return _take_mail(item.removeprefix(_MAIL), today)
	name = item.removeprefix(_FOLDER)
	return intake.take_file(
		folder(),
		name,
		lambda content: remittances.import_advices(content, name, source="Folder", today=today),
		KIND,
	)


def note_mail(mail: Any) -> None:
	"""A mail has come. If it came to where payers send their advices, have it read, with its attachments."""
	account = setting("advice_mail_account")
	if not account or mail.sent_or_received != "Received" or mail.email_account != account:
		return
	if set(intake.CLERKS) & set(frappe.get_roles()):
		batch.start(KIND, {"mails": [mail.name]})


def _take_mail(name: str, today: date) -> str:
	mail = frappe.get_doc("Communication", name)
	made: list[str] = []
	reasons: list[str] = []
	for file in queries.attachments(name):
		if str(file.file_name or "").lower().endswith(_NOT_READ):
			continue
		taken, reason = _read(_content(file.name), file.file_name, name, today)
		made += taken
		reasons += [f"{file.file_name}: {reason}"] if reason else []
	if not made:
		taken, reason = _read(mail.content or mail.text_content or "", "mail.txt", name, today)
		made += taken
		# What the mail itself lacks does not matter where an attachment was wrong.
		reasons = reasons or ([reason] if reason else [])
	told = [_("Kept as {0}.").format(", ".join(made))] if made else []
	mail.add_comment("Comment", "<br>".join(frappe.utils.escape_html(line) for line in [*told, *reasons]))
	return ", ".join(made) or "; ".join(reasons)


def _content(file: str) -> bytes:
	return intake.content_of(frappe.get_doc("File", file))


def _read(content: bytes | str, filename: str, mail: str, today: date) -> tuple[list[str], str]:
	data = content.encode() if isinstance(content, str) else content
	return intake.attempt(
		lambda: remittances.import_advices(data, filename, source="Mail", communication=mail, today=today),
		KIND,
	)
