"""Requests that prove who they are by themselves: API keys in the Authorization header, and the apps' own ways."""

from __future__ import annotations

import base64
import binascii
import hmac

from minibench import context
from minibench.access.roles import user_facts
from minibench.context import db, local
from minibench.errors import AuthenticationError, InvalidAuthorizationToken
from minibench.translate import _


def validate_auth() -> None:
	"""Act as the user whom the Authorization header proves.

	Raises:
		AuthenticationError: there is such a header and it proves nothing.
	"""
	from minibench.hooks import get_attr, get_hooks

	header = (local.request.headers.get("Authorization") or "").split(" ")
	if len(header) == 2:
		validate_auth_via_api_keys(header)
	for method in get_hooks("auth_hooks") or []:
		get_attr(method)()
	if len(header) == 2 and context.session.user in ("", "Guest"):
		raise AuthenticationError


def validate_auth_via_api_keys(authorization_header: list[str]) -> None:
	"""Act as the user of `token key:secret`, or of the same in base64 after `Basic`.

	Raises:
		AuthenticationError: no such key, or a wrong secret.
		InvalidAuthorizationToken: it is not base64.
	"""
	from minibench.collaboration.messages import throw

	kind, token = authorization_header[0].lower(), authorization_header[1]
	if kind not in ("basic", "token"):
		return
	try:
		if kind == "basic":
			token = base64.b64decode(token).decode()
	except (binascii.Error, UnicodeDecodeError):
		message = _("Failed to decode token, please provide a valid base64-encoded token.")
		throw(message, InvalidAuthorizationToken)
	if token.count(":") != 1:
		return
	api_key, api_secret = token.split(":")
	validate_api_key_secret(api_key, api_secret, local.request.headers.get("Frappe-Authorization-Source"))


def validate_api_key_secret(
	api_key: str, api_secret: str, frappe_authorization_source: str | None = None
) -> None:
	"""Act as the user of an API key. The key may belong to a document of another DocType that names a user.

	Raises:
		AuthenticationError: no such key, a wrong secret, or the user is disabled.
	"""
	from minibench.access.passwords import get_decrypted_password

	doctype = frappe_authorization_source or "User"
	if not db.has_table(doctype) or not db.has_column(doctype, "api_key"):
		raise AuthenticationError
	name = db.get_value(doctype, {"api_key": api_key}, "name") if api_key else None
	if not name:
		raise AuthenticationError
	secret = get_decrypted_password(doctype, name, fieldname="api_secret") or ""
	if not hmac.compare_digest(api_secret.encode(), secret.encode()):
		raise AuthenticationError
	user = name if doctype == "User" else db.get_value(doctype, name, "user")
	facts = user_facts(user or "")
	if not (facts and facts.enabled):
		raise AuthenticationError
	if local.login_manager.user in ("", "Guest"):
		# set_user() empties the form.
		form_dict = local.form_dict
		context.set_user(user)
		local.form_dict = form_dict
