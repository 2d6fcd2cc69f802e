"""What comes in: the request, its arguments, and how large it may be."""

from __future__ import annotations

import json
from typing import Any

from werkzeug.wrappers import Request as WerkzeugRequest

from minibench.context import Dict, local
from minibench.data.connection import CallbackManager

DEFAULT_LIMIT = 25 * 1024 * 1024


class Request(WerkzeugRequest):
	# One limit, on the whole body, set per request; a long field is no worse than a long body.
	max_form_memory_size = None

	def __init__(self, environ: dict[str, Any]) -> None:
		super().__init__(environ)
		self.after_response = CallbackManager()


def max_content_length(path: str) -> int:
	if path.startswith("/api/method/upload_file"):
		from minibench.collaboration.file_storage import get_max_file_size

		return get_max_file_size()
	return int(local.conf.max_file_size or 0) or DEFAULT_LIMIT


def make_form_dict(request: Request) -> None:
	"""Fill `frappe.form_dict` from a JSON body, or else from the query and the form.

	Raises:
		RequestEntityTooLarge: the body is larger than allowed.
		ValueError: the body is not the JSON that it says it is.
	"""
	given: Any = None
	if request.mimetype != "multipart/form-data":
		# Read it before the form is parsed: endpoints may want the raw body too.
		body = request.get_data(as_text=True)
		if body and request.is_json:
			given = json.loads(body)
			if given is None:
				_refuse()
	if given is None:
		given = {}
		given.update(request.args or {})
		given.update(request.form or {})
	if isinstance(given, dict):
		local.form_dict = Dict(given)
		# jQuery adds `_` to keep a GET from being answered by a cache.
		local.form_dict.pop("_", None)
	elif isinstance(given, list):
		local.form_dict["data"] = given
	else:
		_refuse()


def _refuse() -> None:
	from minibench.collaboration.messages import throw
	from minibench.translate import _

	throw(_("Invalid request arguments"))


def get_request_header(key: str, default: str | None = None) -> str | None:
	"""A header of the request that is served, `default` outside of one."""
	request = getattr(local, "request", None)
	return request.headers.get(key, default) if request is not None else default
