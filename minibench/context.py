"""What one request, job or command knows: its site, its database connection, its user.

Everything hangs on `local`, which every thread has for itself. `init()` reads the site's configuration, `connect()`
opens its database, `destroy()` lets go of both. The names below `local` are proxies, so they may be imported once and
used in any thread.
"""

from __future__ import annotations

import copy
import json
import os
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

from werkzeug.local import LocalProxy


class Proxy(LocalProxy[Any]):
	"""A proxy whose attributes, which is what it is asked for most, are looked up without werkzeug's detours."""

	__slots__ = ()

	def __getattr__(self, key: str) -> Any:
		return getattr(self._get_current_object(), key)


class Local(threading.local):
	"""Attributes that every thread has for itself; `local("name")` is a proxy for one of them."""

	def __call__(self, name: str) -> LocalProxy[Any]:
		def current() -> Any:
			try:
				return getattr(self, name)
			except AttributeError:
				raise RuntimeError("object is not bound") from None

		return Proxy(current)


local = Local()

# file -> (its version, its values)
_configs: dict[str, tuple[tuple[int, int, int], dict[str, Any]]] = {}

db: Any = local("db")
conf: Any = local("conf")
flags: Any = local("flags")
form_dict: Any = local("form_dict")
form = form_dict
request: Any = local("request")
job: Any = local("job")
response: Any = local("response")
session: Any = local("session")
user: Any = local("user")
lang: Any = local("lang")
error_log: Any = local("error_log")
debug_log: Any = local("debug_log")
message_log: Any = local("message_log")
cache: Any = local("cache_store")


class Dict(dict[str, Any]):
	"""A dict whose keys are attributes too. A key that is absent reads as None, as in `frappe._dict`."""

	def __getattr__(self, key: str) -> Any:
		if key.startswith("__"):
			raise AttributeError(key)
		return self.get(key)

	def __setattr__(self, key: str, value: Any) -> None:
		self[key] = value

	def __delattr__(self, key: str) -> None:
		try:
			del self[key]
		except KeyError:
			raise AttributeError(key) from None

	def __setstate__(self, state: dict[str, Any]) -> None:
		self.update(state)

	def __getstate__(self) -> Dict:
		return self

	def update(self, *args: Any, **kwargs: Any) -> Dict:  # type: ignore[override]
		super().update(*args, **kwargs)
		return self

	def copy(self) -> Dict:
		return Dict(self)


def init(site: str, sites_path: str | Path = ".", new_site: bool = False, force: bool = False) -> None:
	"""Make `site` (a folder below `sites_path`) this thread's site. Opens no database.

	Does nothing when the thread has a site already, unless `force` is set.

	Raises:
		IncorrectSitePath: the folder has no site_config.json.
	"""
	if getattr(local, "initialised", None) and not force:
		return
	from minibench.data.cache import Cache

	destroy()
	folder = _folder(sites_path, site)
	conf = read_site_config(folder.parent, site, new_site)
	known: dict[str, Any] = {
		"site": site,
		"sites_path": str(sites_path),
		"site_path": str(folder),
		"conf": conf,
		"flags": Dict(
			currently_saving=[],
			redirect_location="",
			in_install_db=False,
			in_install_app=False,
			in_import=False,
			in_test=False,
			mute_messages=False,
			ignore_links=False,
			mute_emails=False,
			new_site=new_site,
			read_only=False,
		),
		"error_log": [],
		"message_log": [],
		"debug_log": [],
		"locked_documents": [],
		"request": None,
		"request_ip": None,
		"response": Dict(docs=[]),
		"task_id": None,
		"job": None,
		"lang": conf.lang or "en",
		"user": None,
		"user_perms": None,
		"session": Dict(),
		"role_permissions": {},
		"new_doc_templates": {},
		"jenv": None,
		"cache": {},
		"document_cache": {},
		"form_dict": Dict(),
		"db": None,
		"cache_store": Cache(folder),
		"initialised": True,
	}
	local.__dict__.update(known)


@lru_cache(maxsize=64)
def _folder(sites_path: str | Path, site: str) -> Path:
	return Path(sites_path) / site


def read_site_config(sites_path: Path, site: str, new_site: bool = False) -> Dict:
	"""common_site_config.json overlaid by the site's own site_config.json."""
	from minibench.errors import IncorrectSitePath

	own = os.path.join(sites_path, site, "site_config.json")
	config = _read_config(own)
	if config is None and not new_site:
		raise IncorrectSitePath(f"{site} does not exist: there is no {own}")
	common = _read_config(os.path.join(sites_path, "common_site_config.json"))
	return Dict(copy.deepcopy({**(common or {}), **(config or {})}))


def _read_config(file: str) -> dict[str, Any] | None:
	"""The file's values, parsed anew only when it has changed; None if there is no such file."""
	from minibench.errors import IncorrectSitePath

	try:
		stat = os.stat(file)
	except FileNotFoundError:
		return None
	version = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
	known = _configs.get(file)
	if known is None or known[0] != version:
		try:
			known = (version, json.loads(Path(file).read_text()))
		except ValueError as error:
			raise IncorrectSitePath(f"{file} is not valid JSON: {error}") from error
		_configs[file] = known
	return known[1]


def connect(site: str | None = None, set_admin_as_user: bool = True) -> None:
	"""Open the site's database for this thread, as Administrator unless told otherwise."""
	from minibench.data.database import Database

	if site:
		init(site)
	if local.db is not None:
		local.db.close()
	local.db = Database(_folder(local.sites_path, local.site))
	if set_admin_as_user:
		set_user("Administrator")


def set_user(username: str) -> None:
	"""Act as `username` from here on, forgetting what was cached for the user before."""
	local.session.user = username
	local.session.sid = username
	local.cache = {}
	local.form_dict = Dict()
	local.jenv = None
	local.session.data = Dict()
	local.role_permissions = {}
	local.new_doc_templates = {}
	local.user_perms = None
	local.user = None


def destroy() -> None:
	"""Close the thread's database and forget its site. What was not committed is rolled back."""
	database = getattr(local, "db", None)
	if database is not None:
		database.close()
	local.__dict__.clear()


def get_site_path(*joins: str) -> str:
	"""A path inside the thread's site folder."""
	return str(Path(local.site_path, *joins))
