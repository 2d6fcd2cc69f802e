"""Which site a request is for."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

from werkzeug.exceptions import NotFound

REMEMBERED_FOR = 2.0
"""Seconds after which the folder is looked at again."""
MOST_REMEMBERED = 1000

PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")


class SiteFinder:
	"""Finds sites below `path`. `default` serves every host name that is not itself a site's."""

	def __init__(self, path: Path, default: str | None = None) -> None:
		self.path = path.resolve()
		self.default = default
		self._found: dict[str, tuple[float, str]] = {}

	def find(self, request: Any) -> str:
		"""The name of the request's site.

		Raises:
			NotFound: there is none.
		"""
		if self.default:
			return self.default
		host = request.headers.get("X-Frappe-Site-Name") or request.host
		name = host.split(":", 1)[0]
		now = time.monotonic()
		found = self._found.get(name)
		if found is None or now - found[0] > REMEMBERED_FOR:
			site = name if self.exists(name) else self.fallback()
			if site is None:
				raise NotFound(f"{name} does not exist")
			if len(self._found) > MOST_REMEMBERED:
				self._found.clear()
			found = self._found[name] = (now, site)
		return found[1]

	def exists(self, name: str) -> bool:
		return bool(PLAIN_NAME.match(name)) and (self.path / name / "site_config.json").is_file()

	def fallback(self) -> str | None:
		"""The default site of common_site_config.json, or the folder's only site."""
		common = self.path / "common_site_config.json"
		if common.is_file():
			named = json.loads(common.read_text() or "{}").get("default_site")
			if named and self.exists(named):
				return str(named)
		found = [file.parent.name for file in self.path.glob("*/site_config.json")]
		return found[0] if len(found) == 1 else None
