"""Which account a mail goes out from: an Email Account record, or the mail_* keys of the site's configuration."""

from __future__ import annotations

from typing import Any

from minibench.context import conf, db, flags
from minibench.errors import OutgoingEmailError

DEFAULT_ADDRESS = "notifications@example.com"
# field of Email Account -> (keys of the configuration, the first that is set counts; what if none is)
FROM_CONFIG: dict[str, tuple[tuple[str, ...], Any]] = {
	"smtp_server": (("mail_server",), None),
	"smtp_port": (("mail_port",), None),
	"use_tls": (("use_tls", "mail_login"), None),
	"login_id": (("mail_login",), None),
	"email_id": (("auto_email_id", "mail_login"), DEFAULT_ADDRESS),
	"password": (("mail_password",), None),
	"always_use_account_email_id_as_sender": (("always_use_account_email_id_as_sender",), 0),
	"always_use_account_name_as_sender_name": (("always_use_account_name_as_sender_name",), 0),
	"name": (("email_sender_name",), "Frappe"),
	"no_smtp_authentication": (("disable_mail_smtp_authentication",), 0),
}


def are_emails_muted() -> bool:
	"""Whether this site or this request sends no mail."""
	return bool(flags.mute_emails or int(conf.get("mute_emails") or 0))


def find_outgoing(
	match_by_email: str | None = None, match_by_doctype: str | None = None, _raise_error: bool = False
) -> Any:
	"""The account of that address, the one that takes replies to that DocType, or the default one.

	Raises:
		OutgoingEmailError: there is none, with `_raise_error`.
	"""
	from minibench.collaboration.messages import throw
	from minibench.translate import _
	from minibench.values.addresses import parse_addr

	account = None
	if match_by_email:
		account = _find(enable_outgoing=1, email_id=parse_addr(match_by_email)[1])
	if account is None and match_by_doctype:
		account = _find(enable_outgoing=1, enable_incoming=1, append_to=match_by_doctype)
	account = account or find_default_outgoing()
	if account is None and _raise_error:
		throw(_("Please setup default Email Account from Settings > Email Account"), OutgoingEmailError)
	return account


def find_default_outgoing() -> Any:
	"""The default account, the configured one, or, where mail is muted anyway, a dummy."""
	account = _find(enable_outgoing=1, default_outgoing=1) or find_from_config()
	if account is None and are_emails_muted():
		return _from_record({"sender": DEFAULT_ADDRESS})
	return account


def find_incoming(match_by_email: str | None = None, match_by_doctype: str | None = None) -> Any:
	"""The account that replies are to go to."""
	return (
		_find(enable_incoming=1, email_id=match_by_email)
		or _find(enable_incoming=1, append_to=match_by_doctype)
		or _find(enable_incoming=1, default_incoming=1)
	)


def find_from_config() -> Any:
	"""An Email Account, not in the database, made of the site's configuration; None without a mail_server."""
	if not conf.get("mail_server"):
		return None
	record: dict[str, Any] = {"auth_method": "Basic"}
	for field, (keys, default) in FROM_CONFIG.items():
		record[field] = next((conf[key] for key in keys if conf.get(key)), default)
	account = _from_record(record)
	account.from_site_config = True
	return account


def _find(**filters: Any) -> Any:
	from minibench.model.document import get_doc

	name = db.get_value("Email Account", filters)
	return get_doc("Email Account", name) if name else None


def _from_record(record: dict[str, Any]) -> Any:
	from minibench.model.document import new_doc

	account = new_doc("Email Account")
	account.update(record)
	return account
