"""E-mail addresses, phone numbers, people's names."""

from __future__ import annotations

import re
from email.header import decode_header, make_header
from email.utils import formataddr, parseaddr
from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import db, local, session
from minibench.errors import (
	InvalidEmailAddressError,
	InvalidNameError,
	InvalidPhoneNumberError,
	NotInMinibench,
)
from minibench.values.text import cstr, escape_html, strip

_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_LABEL}", re.IGNORECASE)
_ADDRESS_IN_TEXT = re.compile(r"[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9-.]+")
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9\u00C0-\u024F\/\_\' ]+")
_SEPARATOR = re.compile(r'[,\n](?=(?:[^"]|"[^"]*")*$)')
_WHITE = re.compile(r"[\t\n\r]")
_PHONE = re.compile(r"([0-9\ \+\_\-\,\.\*\#\(\)]){1,20}$")
_PERSON = re.compile(r"^[\w][\w\'\-]*( \w[\w\'\-]*)*$")


def validate_email_address(email_str: Any, throw: bool = False) -> str:
	"""The valid addresses of a comma separated list, joined again; "" where there is none.

	Raises:
		InvalidEmailAddressError: with `throw`, for the first invalid one.
	"""
	valid = []
	for part in (email_str or "").strip().split(","):
		address = _valid_address(part.strip())
		if address:
			valid.append(address)
		elif throw and address is None:
			_refuse(part.strip())
	return ", ".join(valid)


def _valid_address(text: str) -> str | None:
	"""The bare address; None for an invalid one, "" for a mail program's placeholder, which is passed over silently."""
	if "undisclosed-recipient" in text:
		return ""
	if not text or (" " in text and "<" not in text):
		return None
	address = extract_email_id(text)
	return address if address and _ADDRESS.match(address) else None


def _refuse(text: str) -> None:
	from minibench.translate import _

	throw(_("{0} is not a valid Email Address").format(escape_html(text)), InvalidEmailAddressError)


def extract_email_id(email: str) -> str:
	"""The bare address out of "Name <address>"."""
	return cstr(parse_addr(email)[1])


def parse_addr(email_string: str) -> tuple[str | None, str]:
	"""Name and address out of a text; the name is None where the text holds no valid address."""
	name, address = parseaddr(email_string)
	if check_format(address):
		return get_name_from_email_string(email_string, address, name), address
	found = _ADDRESS_IN_TEXT.findall(email_string)
	if found and check_format(found[0]):
		return get_name_from_email_string(email_string, found[0], name), found[0]
	return None, address


def check_format(email_id: str) -> bool:
	"""Whether a dot follows the @, which is not the first character, and at least four characters do."""
	at = email_id.rfind("@") if isinstance(email_id, str) else -1
	return at > 0 and email_id.rfind(".") > at and len(email_id) - at > 4


def get_name_from_email_string(email_string: str, email_id: str, name: str) -> str:
	"""What the text says besides the address, or the address itself."""
	return _NOT_IN_A_NAME.sub("", email_string.replace(email_id, "")).strip() or email_id


def split_emails(txt: Any) -> list[str]:
	"""The addresses of a list separated by commas (quoted ones do not count)."""
	parts = (strip(part) for part in _SEPARATOR.split(_WHITE.sub(" ", cstr(txt))))
	return [part for part in parts if part]


def sanitize_email(emails: str) -> str:
	"""The valid ones of a list, each as "Name <address>"."""
	named = (parse_addr(email) for email in split_emails(emails) if validate_email_address(email))
	return ", ".join(formataddr((name, address)) for name, address in named)


def validate_phone_number(phone_number: str | None, throw: bool = False) -> bool:
	"""Whether it is made of at most twenty digits and the signs usual between them.

	Raises:
		InvalidPhoneNumberError: it is not, with `throw`.
	"""
	if not phone_number:
		return False
	number = phone_number.strip()
	fits = bool(_PHONE.match(number))
	if throw and not fits:
		_throw_invalid("{0} is not a valid Phone Number", number, InvalidPhoneNumberError)
	return fits


def validate_phone_number_with_country_code(phone_number: str | None, fieldname: str) -> None:
	"""What a Phone field asks for. Not supported: it takes a table of every country's numbering plan."""
	if phone_number:
		raise NotInMinibench("a value in a field of type Phone (Data with options Phone is supported)")


def validate_name(name: str | None, throw: bool = False) -> bool:
	"""Whether it can be a person's name: words of letters, digits, apostrophes and dashes.

	Raises:
		InvalidNameError: it cannot, with `throw`.
	"""
	if not name:
		return False
	fits = bool(_PERSON.match(name.strip()))
	if throw and not fits:
		_throw_invalid("{0} is not a valid Name", name.strip(), InvalidNameError)
	return fits


def _throw_invalid(text: str, value: str, error: type[Exception]) -> None:
	from minibench.translate import _

	throw(_(text).format(value), error)


def get_fullname(user: str | None = None) -> str:
	"""First and last name of the user (default: the session's), or the user's id."""
	user = user or session.user
	known: dict[str, str] = local.cache.setdefault("fullnames", {})
	if user not in known:
		row = db.get_value("User", user, ["first_name", "last_name"], as_dict=True) or {}
		known[user] = " ".join(filter(None, [row.get("first_name"), row.get("last_name")])) or user
	return known[user]


def get_email_address(user: str | None = None) -> str | None:
	"""The user's e-mail address."""
	return db.get_value("User", user or session.user, "email")  # type: ignore[no-any-return]


def get_formatted_email(user: str, mail: str | None = None) -> str:
	"""The user as "Full Name <address>", "" where there is no address; the hook get_sender_details goes first."""
	from minibench.values.calls import get_hook_method

	name = get_fullname(user)
	if method := get_hook_method("get_sender_details"):
		sender, mail = method()
		name = sender or name
	mail = mail or get_email_address(user) or validate_email_address(user)
	return cstr(make_header(decode_header(formataddr((name, mail))))) if mail else ""


def add_user_info(user: Any, user_info: dict[str, Any]) -> None:
	"""Fill `user_info` with name, picture and time zone of the users that it lacks."""
	from minibench.context import Dict
	from minibench.data.query import get_all

	users = [user] if isinstance(user, str) else list(user or [])
	unknown = [name for name in users if name not in user_info]
	if not unknown:
		return
	fields = ["full_name", "user_image", "name", "email", "time_zone"]
	for row in get_all("User", filters={"name": ["in", unknown]}, fields=fields):
		user_info[row.name] = Dict(
			fullname=row.full_name or row.name,
			image=row.user_image,
			name=row.name,
			email=row.email,
			time_zone=row.time_zone,
		)


def get_user_info_for_avatar(user_id: str) -> dict[str, Any]:
	"""E-mail address, picture and name, also for a user who is gone."""
	from minibench.collaboration.messages import clear_last_message
	from minibench.errors import DoesNotExistError
	from minibench.model.document import get_cached_doc

	try:
		user = get_cached_doc("User", user_id)
		return {"email": user.email, "image": user.user_image, "name": user.full_name}
	except DoesNotExistError:
		clear_last_message()
		return {"email": user_id, "image": "", "name": user_id}
