"""Secrets in the table `__Auth`: passwords as argon2 hashes, values of Password fields encrypted with the site's key."""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
from typing import Any

from minibench.context import cache, db, local
from minibench.errors import AuthenticationError
from minibench.translate import _

MAX_PASSWORD_SIZE = 512
_PBKDF2 = "$pbkdf2-sha256$"

_UPSERT = """
	insert into __Auth (doctype, name, fieldname, password, encrypted) values (?, ?, ?, ?, ?)
	on conflict (doctype, name, fieldname) do update set password = excluded.password, encrypted = excluded.encrypted
"""


@functools.cache
def _hasher() -> Any:
	from argon2 import PasswordHasher

	# OWASP's recommendation for argon2id. The library's own default takes four cores for a login.
	return PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def hash_password(pwd: str) -> str:
	"""A salted argon2id hash of `pwd`."""
	return str(_hasher().hash(pwd))


def verify_hash(pwd: str, hashed: str) -> bool:
	"""Whether `hashed` was made of `pwd`. Knows v15's own PBKDF2 hashes too, for users brought over from a bench."""
	if hashed.startswith(_PBKDF2):
		return _verify_pbkdf2(pwd, hashed)
	from argon2.exceptions import InvalidHashError, VerificationError

	try:
		return bool(_hasher().verify(hashed, pwd))
	except (VerificationError, InvalidHashError):
		return False


def _verify_pbkdf2(pwd: str, hashed: str) -> bool:
	"""`$pbkdf2-sha256$rounds$salt$digest`, as passlib writes it: base64 with a dot for the plus, unpadded."""

	def decoded(text: str) -> bytes:
		return base64.b64decode(text.replace(".", "+") + "=" * (-len(text) % 4))

	rounds, salt, digest = hashed.removeprefix(_PBKDF2).split("$")
	made = hashlib.pbkdf2_hmac("sha256", pwd.encode(), decoded(salt), int(rounds))
	return hmac.compare_digest(made, decoded(digest))


def _needs_new_hash(hashed: str) -> bool:
	return hashed.startswith(_PBKDF2) or bool(_hasher().check_needs_rehash(hashed))


def check_password(
	user: str, pwd: str, doctype: str = "User", fieldname: str = "password", delete_tracker_cache: bool = True
) -> str:
	"""The user's name as it is written in the database, if `pwd` is their password.

	Raises:
		AuthenticationError: it is not, or there is none.
	"""
	rows = db.execute(
		"select name, password from __Auth where doctype = ? and name = ? and fieldname = ? and encrypted = 0",
		(doctype, user, fieldname),
	)
	if not rows or not verify_hash(pwd, rows[0][1]):
		raise AuthenticationError(_("Incorrect User or Password"))
	name, hashed = rows[0]
	if delete_tracker_cache:
		delete_login_failed_cache(name)
	if _needs_new_hash(hashed):
		update_password(name, pwd, doctype, fieldname)
	return str(name)


def delete_login_failed_cache(user: str) -> None:
	"""Forget the user's failed attempts to log in."""
	for key in ("last_login_tried", "login_failed_count", "login_failed_time", "locked_account_time"):
		cache.hdel(key, user)


def update_password(
	user: str,
	pwd: str,
	doctype: str = "User",
	fieldname: str = "password",
	logout_all_sessions: bool | int = False,
) -> None:
	"""Set the password; with `logout_all_sessions` every session of the user but the current one ends."""
	db.execute(_UPSERT, (doctype, user, fieldname, hash_password(pwd), 0))
	if logout_all_sessions:
		from minibench.access.sessions import clear_sessions

		clear_sessions(user=user, keep_current=True, force=True)


def get_decrypted_password(
	doctype: str, name: str, fieldname: str = "password", raise_exception: bool = True
) -> str | None:
	"""The value of a Password field.

	Raises:
		AuthenticationError: there is none, and `raise_exception` is set.
	"""
	rows = db.execute(
		"select password from __Auth where doctype = ? and name = ? and fieldname = ? and encrypted = 1",
		(doctype, name, fieldname),
	)
	if rows and rows[0][0]:
		return decrypt(rows[0][0], key=f"{doctype}.{name}.{fieldname}")
	if raise_exception:
		from minibench.collaboration.messages import throw

		message = _("Password not found for {0} {1} {2}").format(doctype, name, fieldname)
		throw(message, AuthenticationError)
	return None


def set_encrypted_password(doctype: str, name: str, pwd: str, fieldname: str = "password") -> None:
	"""Keep the value of a Password field."""
	db.execute(_UPSERT, (doctype, name, fieldname, encrypt(pwd), 1))


def remove_encrypted_password(doctype: str, name: str, fieldname: str = "password") -> None:
	"""Delete the value of a Password field."""
	db.execute(
		"delete from __Auth where doctype = ? and name = ? and fieldname = ?", (doctype, name, fieldname)
	)


def delete_all_passwords_for(doctype: str, name: str) -> None:
	"""Delete all that is kept for a document."""
	db.execute("delete from __Auth where doctype = ? and name = ?", (doctype, name))


def rename_password(doctype: str, old_name: str, new_name: str) -> None:
	"""Keep under `new_name` what was kept for a document under its old name. What was there already is replaced."""
	if old_name.lower() != new_name.lower():
		db.execute(
			"delete from __Auth where doctype = ? and name = ? and fieldname in"
			" (select fieldname from __Auth where doctype = ? and name = ?)",
			(doctype, new_name, doctype, old_name),
		)
	db.execute("update __Auth set name = ? where doctype = ? and name = ?", (new_name, doctype, old_name))


def rename_password_field(doctype: str, old_fieldname: str, new_fieldname: str) -> None:
	"""Move the values of a Password field that was renamed."""
	db.execute(
		"update __Auth set fieldname = ? where doctype = ? and fieldname = ?",
		(new_fieldname, doctype, old_fieldname),
	)


def encrypt(txt: str, encryption_key: str | None = None) -> str:
	"""`txt` encrypted with the site's key."""
	from cryptography.fernet import Fernet

	from minibench.collaboration.messages import throw

	try:
		cipher = Fernet(encryption_key or get_encryption_key())
	except ValueError:
		throw(_("Encryption key is in invalid format!"))
	return cipher.encrypt(txt.encode()).decode()


@functools.lru_cache(maxsize=512)
def _decrypted(txt: str, encryption_key: str) -> str:
	"""Remembered: a client that sends its API key with every request need not wait for the same arithmetic."""
	from cryptography.fernet import Fernet

	return Fernet(encryption_key).decrypt(txt.encode()).decode()


def decrypt(txt: str, encryption_key: str | None = None, key: str | None = None) -> str:
	"""What encrypt() made of a text. `key` says in an error whose secret it was.

	Raises:
		ValidationError: it was encrypted with another key.
	"""
	from cryptography.fernet import InvalidToken

	from minibench.collaboration.messages import throw

	try:
		return _decrypted(txt, encryption_key or get_encryption_key())
	except (InvalidToken, ValueError):
		parts = [_("Failed to decrypt key {0}").format(key)] if key else []
		parts.append(_("Encryption key is invalid! Please check site_config.json"))
		parts.append(
			_(
				"If the site was restored from a backup, its encryption key is in the backup's site_config.json."
			)
		)
		throw("<br><br>".join(parts))
		raise


def get_encryption_key() -> str:
	"""The site's key; made and kept in site_config.json when there is none yet."""
	if not local.conf.encryption_key:
		from cryptography.fernet import Fernet

		from minibench.lifecycle.site import update_config

		update_config("encryption_key", Fernet.generate_key().decode())
	return str(local.conf.encryption_key)


def get_password_reset_limit() -> int:
	"""How many reset links somebody may ask for in an hour."""
	from minibench.access.defaults import get_system_settings

	return int(get_system_settings("password_reset_limit") or 3)
