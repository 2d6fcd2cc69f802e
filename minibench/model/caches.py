"""What may be cached about documents, and how it is forgotten.

Documents are cached for one request or job of one thread, as v15's request cache does; knowledge about DocTypes for as
long as nobody changes metadata (see `epoch`).
"""

from __future__ import annotations

from typing import Any

from minibench.context import Dict, cache, db, local
from minibench.epoch import bump_epoch, forget_everything
from minibench.errors import DoesNotExistError

# Records that say what users may do, which `access_cache` remembers.
_OF_RIGHTS = frozenset(("User", "Role", "Has Role", "User Permission", "DefaultValue"))


def get_document_cache_key(doctype: str, name: str) -> str:
	return f"document_cache::{doctype}::{name}"


def get_cached_doc(*args: Any, **kwargs: Any) -> Any:
	"""The document as this request has read it before, else as it is stored. Do not change it."""
	from minibench.model.document import get_doc

	key = _cache_key(args)
	known = local.document_cache.get(key) if key else None
	if known is not None:
		return known
	doc = get_doc(*args, **kwargs)
	if not local.document_cache:
		db.after_rollback.add(forget_documents)
	local.document_cache[key or (doc.doctype, doc.name)] = doc
	return doc


def _cache_key(args: tuple[Any, ...]) -> tuple[str, str] | None:
	if not args or not isinstance(args[0], str):
		return None
	name = args[0] if len(args) == 1 or args[1] is None else args[1]
	return (args[0], name) if isinstance(name, str) else None


def get_cached_value(doctype: str, name: str, fieldname: Any = "name", as_dict: bool = False) -> Any:
	"""A value, or a list of values, of a cached document; None if there is no such document."""
	doc = local.document_cache.get((doctype, name)) if isinstance(name, str) else None
	if doc is None:
		try:
			doc = get_cached_doc(doctype, name)
		except DoesNotExistError:
			from minibench.collaboration.messages import clear_last_message

			clear_last_message()
			return None
	if isinstance(fieldname, str):
		if as_dict:
			from minibench.collaboration.messages import throw

			throw("Cannot make dict for single fieldname")
		return doc.get(fieldname)
	values = [doc.get(field) for field in fieldname]
	return Dict(zip(fieldname, values, strict=True)) if as_dict else values


def clear_document_cache(doctype: str, name: str | None = None) -> None:
	"""Forget one document, or all of a DocType."""
	documents = local.document_cache
	if documents:
		if name is not None:
			documents.pop((doctype, name), None)
		else:
			for key in [key for key in documents if key[0] == doctype]:
				del documents[key]
	if doctype in ("System Settings", "Website Settings"):
		_forget_settings()
	if doctype in _OF_RIGHTS:
		local.role_permissions = {}


def forget_documents() -> None:
	local.document_cache = {}


def clear_cache(user: str | None = None, doctype: str | None = None) -> None:
	"""Forget what is cached about a DocType, for a user, or everything. Other processes notice with their next request."""
	from minibench.hooks import get_attr, get_hooks

	local.role_permissions = {}
	_forget_settings()
	if doctype:
		clear_document_cache(doctype)
		bump_epoch(doctype)
		return
	if user:
		from minibench.access.defaults import clear_defaults_cache

		clear_defaults_cache(user)
		local.user_perms = None
		return
	cache.flushall()
	forget_documents()
	forget_everything()
	bump_epoch()
	local.cache = {}
	local.new_doc_templates = {}
	local.user_perms = None
	for dotted in get_hooks("clear_cache"):
		get_attr(dotted)()


def _forget_settings() -> None:
	for name in ("system_settings", "website_settings"):
		if hasattr(local, name):
			delattr(local, name)
