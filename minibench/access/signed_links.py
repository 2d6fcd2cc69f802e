"""Links that work without a login because their parameters carry a signature."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from minibench.context import conf, flags, local

SEPARATOR = "&_signature="


def get_signed_params(params: str | Mapping[str, Any]) -> str:
	"""The query string of `params`, signed."""
	text = params if isinstance(params, str) else urlencode(params)
	return f"{text}{SEPARATOR}{_sign(text)}"


def verify_request() -> bool:
	"""Whether the current GET request's query string bears our signature; if not, the response says so."""
	from minibench.translate import _
	from minibench.web.pages.message import respond_as_web_page

	request = local.request
	query: Any = flags.signed_query_string or getattr(request, "query_string", b"") or b""
	text = query.decode() if isinstance(query, bytes) else str(query)
	params, found, signature = text.partition(SEPARATOR)
	if found and hmac.compare_digest(signature, _sign(params)):
		if request.method == "GET" and not (request.form or request.data):
			return True
	respond_as_web_page(
		_("Invalid Link"),
		_("This link is invalid or expired. Please make sure you have pasted correctly."),
	)
	return False


def _sign(text: str) -> str:
	from minibench.access.passwords import get_encryption_key

	secret: str = conf.secret or get_encryption_key()
	return hmac.new(secret.encode(), text.encode(), hashlib.sha512).hexdigest()
