"""Texts in the user's language: the apps' translations/<lang>.csv, overlaid by the site's Translation records."""

from __future__ import annotations

import csv
import functools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from minibench.context import local
from minibench.values.text import as_unicode, generate_hash, is_html, strip, strip_html_tags

STAMP = "translations_stamp"

# (site, language) -> (stamp, texts). A process reads the files once; the stamp says when to read them anew.
_loaded: dict[tuple[str, str], tuple[str, dict[str, str]]] = {}


def _(msg: Any, lang: str | None = None, context: str | None = None) -> str:
	"""`msg` in `lang` (default: the session's language), or `msg` itself where no translation exists.

	A text has at most one translation per `context`; without one for the context, the general one is used.
	"""
	lang = lang or getattr(local, "lang", None) or "en"
	text = as_unicode(strip_html_tags(msg) if is_html(msg) else msg).strip()
	texts = get_all_translations(lang)
	if not texts:
		return cast(str, msg)
	return (context and texts.get(f"{text}:{context}")) or texts.get(text) or msg


class LazyText:
	"""What `_lt` returns: translated each time it is turned into a string. Comparing it is an error, as in v15."""

	__slots__ = ("context", "lang", "msg")

	def __init__(self, msg: str, lang: str | None = None, context: str | None = None) -> None:
		self.msg = msg
		self.lang = lang
		self.context = context

	@property
	def value(self) -> str:
		return _(str(self.msg), self.lang, self.context)

	def __str__(self) -> str:
		return self.value

	def __repr__(self) -> str:
		return f"'{self.value}'"

	def __add__(self, other: object) -> str:
		if isinstance(other, str | LazyText):
			return self.value + str(other)
		raise NotImplementedError

	def __radd__(self, other: object) -> str:
		if isinstance(other, str | LazyText):
			return str(other) + self.value
		raise NotImplementedError

	def _refuse(self, _other: object) -> bool:
		raise NotImplementedError

	__eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
	__hash__ = None  # type: ignore[assignment]


def _lt(msg: str, lang: str | None = None, context: str | None = None) -> LazyText:
	"""A text of module scope, to be translated when it is used."""
	return LazyText(msg, lang, context)


@functools.lru_cache
def get_parent_language(lang: str) -> str | None:
	"""`zh` for `zh-TW`; None for a language that is no variant."""
	for separator in ("_", "-"):
		if separator in lang:
			return lang.split(separator)[0]
	return None


def get_all_translations(lang: str) -> dict[str, str]:
	"""Every text known in `lang`. A key is the source text, or "text:context"."""
	if not lang or not getattr(local, "initialised", None):
		return {}
	seen: dict[str, dict[str, str]] = local.cache.setdefault("translations", {})
	if lang not in seen:
		seen[lang] = _current(lang)
	return seen[lang]


def _current(lang: str) -> dict[str, str]:
	if local.db is None:
		return {}
	from minibench.hooks import get_installed_apps

	# What an app that was installed meanwhile says counts too.
	stamp = f"{local.cache_store.get_value(STAMP) or ''} {get_installed_apps()}"
	key = (local.site_path, lang)
	held = _loaded.get(key)
	if held is None or held[0] != stamp:
		held = _loaded[key] = (stamp, _merged(lang))
	return held[1]


def _merged(lang: str) -> dict[str, str]:
	parent = get_parent_language(lang)
	texts = get_translations_from_apps(lang)
	if parent:
		texts.update(get_user_translations(parent))
	texts.update(get_user_translations(lang))
	texts.update(_countries(lang))
	return texts


def get_translations_from_apps(lang: str, apps: list[str] | None = None) -> dict[str, str]:
	"""What the apps' CSV files say, later apps over earlier ones, a variant (`es-MX`) over its language (`es`)."""
	from minibench.hooks import get_app_path, get_installed_apps

	parent = get_parent_language(lang)
	texts = get_translations_from_apps(parent, apps) if parent else {}
	for app in apps or get_installed_apps():
		texts.update(
			read_translations(os.path.join(get_app_path(app, "translations"), f"{lang}.csv"), lang, app)
		)
	return texts


def read_translations(path: str, lang: str, app: str, throw: bool = False) -> dict[str, str]:
	"""One CSV file: source, translation and, optionally, context in a row.

	A row of another shape goes to the Error Log, or is raised as ValidationError with `throw`.
	"""
	texts: dict[str, str] = {}
	if not os.path.exists(path):
		return texts
	with open(path, encoding="utf-8", newline="") as file:
		for row in csv.reader(file):
			if len(row) == 3 and row[2]:
				texts[f"{row[0]}:{row[2]}"] = strip(row[1])
			elif len(row) in (2, 3):
				texts[row[0]] = strip(row[1])
			elif row:
				_report_bad_row(f"Bad translation in '{app}' for language '{lang}': {row}", throw)
	return texts


def _report_bad_row(message: str, throw: bool) -> None:
	from minibench.collaboration import messages
	from minibench.errors_log import log_error

	log_error(message=message, title="Error in translation file")
	if throw:
		messages.throw(message, title="Error in translation file")


def get_user_translations(lang: str) -> dict[str, str]:
	"""The site's own Translation records for `lang`."""
	if not local.db.table_exists("Translation"):
		return {}
	from minibench.data.query import get_all

	rows = get_all(
		"Translation", fields=["source_text", "translated_text", "context"], filters={"language": lang}
	)
	return {
		f"{row.source_text}:{row.context}" if row.context else row.source_text: row.translated_text
		for row in rows
	}


def _countries(lang: str) -> dict[str, str]:
	"""Country names as Unicode's tables give them. In English too: they differ from the record's name here and there."""
	if not local.db.table_exists("Country"):
		return {}
	from minibench.data.query import get_all

	rows = get_all("Country", fields=["name", "code"])
	if not rows:
		return {}
	from babel.core import Locale, UnknownLocaleError

	try:
		own = Locale.parse(lang.replace("-", "_")).territories
	except (UnknownLocaleError, ValueError):
		return {}
	return {row.name: own[row.code.upper()] for row in rows if row.code and row.code.upper() in own}


def clear_cache() -> None:
	"""Have every process read the translations anew: at once, and again when this transaction is visible to others."""

	def stamp() -> None:
		local.cache_store.set_value(STAMP, generate_hash(length=10))
		local.cache.pop("translations", None)

	stamp()
	if local.db is not None:
		local.db.after_commit.add(stamp)


def get_user_lang(user: str | None = None) -> str:
	"""The user's language, else the site's, else the session's."""
	from minibench.model.document import get_cached_value

	return (
		get_cached_value("User", user or local.session.user, "language")
		or local.db.get_default("lang")
		or local.lang
		or "en"
	)


def set_user_lang(user: str, user_language: str | None = None) -> None:
	"""Talk to `user` in their language from here on."""
	local.lang = get_user_lang(user) or user_language


def get_lang_code(lang: str) -> str | None:
	"""The code of a language given by code or by name."""
	found: str | None = local.db.get_value("Language", {"name": lang}) or local.db.get_value(
		"Language", {"language_name": lang}
	)
	return found


def get_language(lang_list: list[str] | None = None) -> str:
	"""The language of this request: `_lang`, the user's, the visitor's cookie, the browser's wish, the site's default."""
	asked = local.form_dict.get("_lang")
	if asked and (code := get_lang_code(asked)):
		return code
	if local.session.user != "Guest":
		return local.lang  # type: ignore[no-any-return]
	headers = local.request.headers
	wishes = [local.request.cookies.get("preferred_language")] if "Cookie" in headers else []
	if "Accept-Language" in headers:
		wishes += local.request.accept_languages.values()
	known = set(lang_list or get_all_languages() or []) if any(wishes) else set()
	for wish in filter(None, wishes):
		for code in (wish, get_parent_language(wish)):
			if code in known:
				return code  # type: ignore[return-value]
	return local.db.get_default("lang") or "en"


def set_default_language(lang: str) -> None:
	"""Make `lang` the site's language."""
	if local.db.get_default("lang") != lang:
		local.db.set_default("lang", lang)
	local.lang = lang


def get_all_languages(with_language_name: bool = False) -> list[Any]:
	"""Codes of the enabled languages, or rows of code and name."""
	from minibench.data.query import get_all

	if with_language_name:
		return list(get_all("Language", fields=["language_code", "language_name"], filters={"enabled": 1}))
	return list(get_all("Language", filters={"enabled": 1}, pluck="name"))


def get_lang_dict() -> dict[str, str]:
	"""Code by language name."""
	from minibench.data.query import get_all

	return dict(get_all("Language", fields=["language_name", "name"], order_by="creation", as_list=True))


def get_messages_for_boot() -> dict[str, str]:
	"""All texts that a page in the session's language may need."""
	return get_all_translations(local.lang)


def get_app_translations() -> dict[str, str]:
	"""All texts in the language that the user, or for a guest the site, is set to."""
	if local.session.user != "Guest":
		language = local.db.get_value("User", local.session.user, "language")
	else:
		language = local.db.get_single_value("System Settings", "language")
	return get_all_translations(language)


def send_translations(texts: dict[str, str]) -> None:
	"""Add `texts` to the answer of this request."""
	local.response.setdefault("__messages", {}).update(texts)


@contextmanager
def print_language(language: str | None) -> Iterator[None]:
	"""Speak `language` inside the block."""
	if not language or language == local.lang:
		yield
		return
	before = local.lang, local.jenv
	local.lang, local.jenv = language, None
	try:
		yield
	finally:
		local.lang, local.jenv = before
