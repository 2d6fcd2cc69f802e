"""Talking to other servers."""

from __future__ import annotations

from typing import Any


def get_request_session(max_retries: int = 5) -> Any:
	"""A requests session that tries again, up to `max_retries` times, when a server fails."""
	import requests
	from requests.adapters import HTTPAdapter
	from urllib3.util import Retry

	session = requests.Session()
	adapter = HTTPAdapter(max_retries=Retry(total=max_retries, status_forcelist=[500]))
	for scheme in ("http://", "https://"):
		session.mount(scheme, adapter)
	return session
