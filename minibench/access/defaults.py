"""Default values: of a user, of the site (`__default`), and what frameworks keep for themselves (`__global`)."""

from __future__ import annotations

from typing import Any

from minibench import context
from minibench.access.access_cache import remembered
from minibench.access.user_permissions import get_user_permissions
from minibench.context import Dict, db, flags, local


def get_system_settings(key: str) -> Any:
	"""One value of System Settings; None while the framework is being installed."""
	return _setting("System Settings", key)


def get_website_settings(key: str) -> Any:
	"""One value of Website Settings."""
	return _setting("Website Settings", key)


def _setting(doctype: str, key: str) -> Any:
	settings = local.document_cache.get((doctype, doctype))
	if settings is None:
		from minibench.model.caches import get_cached_doc

		if flags.in_install and not db.exists("DocType", doctype):
			return None
		settings = get_cached_doc(doctype)
	return settings.get(key)


def get_defaults(user: str | None = None) -> Dict:
	"""The site's defaults overlaid by the user's."""
	of_site = get_defaults_for()
	user = user or (local.session.user if local.session else "Guest")
	if not user:
		return of_site
	return Dict({**of_site, **get_defaults_for(user), "user": user, "owner": user})


def get_defaults_for(parent: str = "__default") -> Dict:
	"""The defaults kept for one user, `__default` or `__global`. A key set more than once holds a list."""
	return Dict(known_defaults_for(parent))


def known_defaults_for(parent: str) -> Dict:
	"""As get_defaults_for(), to be read only: everybody gets the same."""
	return remembered("defaults", parent, lambda: _read(parent))


def _read(parent: str) -> Dict:
	if not db.table_exists("DefaultValue"):
		return Dict()
	found = Dict()
	sql = "select defkey, defvalue from tabDefaultValue where parent = ? order by creation, rowid"
	for key, value in db.recall(sql, (parent,)):
		if key not in found:
			if value is not None:
				found[key] = value
		elif found[key] != value:
			known = found[key] if isinstance(found[key], list) else [found[key]]
			found[key] = known if value in known else [*known, value]
	return found


def get_user_default(key: str, user: str | None = None) -> Any:
	"""A user's default. For a DocType's name as key, the document that the user is confined to may stand in; a value
	that user permissions rule out is none."""
	of_user = get_defaults(user or context.session.user)
	value = of_user.get(key)
	if is_a_user_permission_key(key):
		if isinstance(value, list | tuple) and len(value) == 1:
			value = value[0]
		else:
			value = of_user.get(_scrub(key)) or get_user_permission_default(key, of_user)
	value = _first(value)
	return None if not_in_user_permission(key, value, user) else value


def get_user_permission_default(key: str, defaults: Any) -> str:
	"""The document of DocType `key` that user permissions name as default, or that is among the defaults."""
	entries = get_user_permissions().get(key) or []
	marked = [entry.doc for entry in entries if entry.is_default]
	known = [entry.doc for entry in entries if defaults.get(key) == entry.doc]
	return str((marked[:1] or known[-1:] or [""])[0])


def get_user_default_as_list(key: str, user: str | None = None) -> list[Any]:
	"""All values of a user's default that user permissions do not rule out."""
	of_user = get_defaults(user or context.session.user)
	value = of_user.get(key)
	if is_a_user_permission_key(key):
		single = isinstance(value, list | tuple) and len(value) == 1
		value = value if single else of_user.get(_scrub(key))
	values = value if isinstance(value, list | tuple) else [value]
	return [each for each in values if each and not not_in_user_permission(key, each)]


def is_a_user_permission_key(key: str) -> bool:
	"""Whether `key` is a DocType's name rather than a fieldname."""
	return ":" not in key and key != _scrub(key)


def not_in_user_permission(key: str, value: Any, user: str | None = None) -> bool:
	"""Whether the user is confined to some documents of the DocType `key`, and `value` is none of them."""
	from minibench.hooks import unscrub

	entries = get_user_permissions(user or context.session.user).get(unscrub(key)) or []
	return bool(entries) and all(entry.doc != value for entry in entries)


def get_global_default(key: str) -> Any:
	"""A default as the session's user sees it."""
	value = _first(get_defaults().get(key))
	return None if not_in_user_permission(key, value) else value


def get_site_default(key: str) -> str | None:
	"""A default of the site, whoever asks: one row where get_global_default() reads all."""

	def read() -> str | None:
		sql = "select defvalue from tabDefaultValue where parent = '__default' and defkey = ? order by creation limit 1"
		found = db.recall(sql, (key,))
		return found[0][0] if found else None

	return remembered("site_default", key, read)


def set_user_default(key: str, value: Any, user: str | None = None, parenttype: str | None = None) -> None:
	"""Set a user's default in place of what it was."""
	set_default(key, value, user or context.session.user, parenttype)


def add_user_default(key: str, value: Any, user: str | None = None, parenttype: str | None = None) -> None:
	"""Add one more value to a user's default."""
	add_default(key, value, user or context.session.user, parenttype)


def set_global_default(key: str, value: Any) -> None:
	"""Set a default of the site in place of what it was."""
	set_default(key, value, "__default")


def add_global_default(key: str, value: Any) -> None:
	"""Add one more value to a default of the site."""
	add_default(key, value, "__default")


def set_default(key: str, value: Any, parent: str, parenttype: str | None = None) -> None:
	"""Replace the default `key` of `parent`; None removes it."""
	db.delete("DefaultValue", {"defkey": key, "parent": parent})
	if value is not None:
		add_default(key, value, parent)
	else:
		clear_defaults_cache(parent)


def add_default(key: str, value: Any, parent: str, parenttype: str | None = None) -> None:
	"""Add a value to the default `key` of `parent`."""
	from minibench.model.document import get_doc

	get_doc(
		{
			"doctype": "DefaultValue",
			"parent": parent,
			"parenttype": parenttype or "__default",
			"parentfield": "system_defaults",
			"defkey": key,
			"defvalue": value,
		}
	).insert(ignore_permissions=True)
	clear_defaults_cache(parent)


def clear_user_default(key: str, user: str | None = None) -> None:
	"""Remove a user's default."""
	clear_default(key, parent=user or context.session.user)


def clear_default(
	key: str | None = None,
	value: Any = None,
	parent: str | None = None,
	name: str | None = None,
	parenttype: str | None = None,
) -> None:
	"""Remove the defaults that fit all that is given; a `name` alone says which.

	Raises:
		ValueError: nothing is given.
	"""
	if name:
		filters = {"name": name}
	else:
		asked = {"defkey": key, "defvalue": value, "parent": parent, "parenttype": parenttype}
		filters = {column: wanted for column, wanted in asked.items() if wanted}
	if not filters:
		raise ValueError("[clear_default] No key specified.")
	db.delete("DefaultValue", filters)
	clear_defaults_cache(parent)


def clear_defaults_cache(user: str | None = None) -> None:
	"""Read defaults anew from here on: of `user`, and with them all that this request remembers of rights."""
	local.role_permissions = {}


def _first(value: Any) -> Any:
	return value[0] if isinstance(value, list | tuple) and value else value


def _scrub(text: str) -> str:
	return text.replace(" ", "_").replace("-", "_").lower()
