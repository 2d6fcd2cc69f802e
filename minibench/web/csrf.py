"""The token that a browser's session must repeat with every request that changes something."""

from __future__ import annotations

import hmac

from minibench.context import local
from minibench.errors import CSRFTokenError

UNSAFE_HTTP_METHODS = frozenset(("POST", "PUT", "DELETE", "PATCH"))
SAFE_HTTP_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))


def get_csrf_token() -> str:
	"""The session's token; made when a page asks for it first. Until then nothing is checked."""
	data = local.session.data
	if not data.csrf_token:
		generate_csrf_token()
	return str(data.csrf_token)


def generate_csrf_token() -> None:
	from minibench.values.text import generate_hash

	local.session.data.csrf_token = generate_hash()
	session = getattr(local, "session_obj", None)
	if session is not None and not local.flags.in_test:
		session.update(force=True)


def validate_csrf_token() -> None:
	"""Raise CSRFTokenError when a session that has a token sends an unsafe request without it.

	A request that authenticates itself by header runs as Guest at this point: a guest's session has no token.
	"""
	request = local.request
	if request.method not in UNSAFE_HTTP_METHODS or local.conf.ignore_csrf or not local.session:
		return
	data = local.session.data
	expected = data.csrf_token if data else None
	if not expected:
		return
	given = request.headers.get("X-Frappe-CSRF-Token") or local.form_dict.pop("csrf_token", None)
	if given and hmac.compare_digest(str(given).encode(), str(expected).encode()):
		return

	from minibench.collaboration.messages import throw
	from minibench.translate import _

	local.flags.disable_traceback = True
	throw(_("Invalid Request"), CSRFTokenError)
