"""Strings: conversion, joining, random ones, small markup."""

from __future__ import annotations

import hashlib
import math
import re
import secrets
import string
from collections.abc import Generator, Hashable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from minibench.context import Dict

_A_TAG = re.compile(r"<[^>]+>")
_A_TAG_OR_EMPTY_BRACKETS = re.compile(r"<[^>]*>")
_A_TAG_OR_COMMENT = re.compile(r"<!--.*?-->|<[^>]*>")
_ESCAPES = str.maketrans({"&": "&amp;", '"': "&quot;", "'": "&apos;", ">": "&gt;", "<": "&lt;"})


def as_unicode(text: Any, encoding: str = "utf-8") -> str:
	"""`text` as a string; bytes are decoded, None becomes empty."""
	if isinstance(text, str):
		return text
	if text is None:
		return ""
	return text.decode(encoding) if isinstance(text, bytes) else str(text)


cstr = as_unicode


def safe_decode(param: Any, encoding: str = "utf-8", fallback_map: dict[str, str] | None = None) -> Any:
	"""Decode bytes; whatever cannot be decoded comes back as it is."""
	if not isinstance(param, bytes | bytearray):
		return param
	for name in (encoding, (fallback_map or {}).get(encoding, "utf-8")):
		try:
			return param.decode(name)
		except LookupError:
			continue
		except ValueError:
			break
	return param


def safe_encode(param: Any, encoding: str = "utf-8") -> Any:
	"""Encode a string; whatever cannot be encoded comes back as it is."""
	try:
		return param.encode(encoding)
	except (AttributeError, ValueError, LookupError):
		return param


def encode(obj: Any, encoding: str = "utf-8") -> Any:
	"""Encode a string, or the strings of a list."""
	if isinstance(obj, list):
		return [item.encode(encoding) if isinstance(item, str) else item for item in obj]
	return obj.encode(encoding) if isinstance(obj, str) else obj


def strip(val: str | None, chars: str | None = None) -> str:
	"""Strip, after removing the invisible characters that spreadsheets leave behind."""
	return (val or "").replace("\ufeff", "").replace("\u200b", "").strip(chars)


def is_html(text: Any) -> Any:
	"""Truthy where `text` holds something that looks like a tag."""
	return _A_TAG.search(text) if isinstance(text, str) else False


def strip_html(text: str) -> str:
	"""`text` without tags and comments."""
	return _A_TAG_OR_COMMENT.sub("", text)


def strip_html_tags(text: str) -> str:
	"""`text` without anything between angle brackets."""
	return _A_TAG_OR_EMPTY_BRACKETS.sub("", text)


def escape_html(text: Any) -> Any:
	"""`text` safe to stand inside HTML, also inside an attribute. Anything but a string comes back as it is."""
	return text.translate(_ESCAPES) if isinstance(text, str) else text


def unescape_html(value: str) -> str:
	"""The opposite of escape_html, for every entity that HTML knows."""
	from html import unescape

	return unescape(value)


def bold(text: object) -> str:
	"""`text` in strong."""
	return f"<strong>{text}</strong>"


def comma_or(some_list: Any, add_quotes: bool = True) -> Any:
	"""'a', 'b' or 'c' in the user's language."""
	from minibench.translate import _

	return comma_sep(some_list, _("{0} or {1}"), add_quotes)


def comma_and(some_list: Any, add_quotes: bool = True) -> Any:
	"""'a', 'b' and 'c' in the user's language."""
	from minibench.translate import _

	return comma_sep(some_list, _("{0} and {1}"), add_quotes)


def comma_sep(some_list: Any, pattern: str, add_quotes: bool = True) -> Any:
	"""Join a list with commas and put its last item into `pattern`. Anything but a list comes back as it is."""
	from minibench.translate import _

	if not isinstance(some_list, list | tuple):
		return some_list
	items = [str(item) for item in some_list]
	if len(items) < 2:
		return "".join(items)
	if add_quotes:
		items = [f"'{item}'" for item in items]
	return pattern.format(", ".join(_(item) for item in items[:-1]), items[-1])


def new_line_sep(some_list: Any) -> Any:
	"""Join a list with line breaks. Anything but a list comes back as it is."""
	return "\n ".join(map(str, some_list)) if isinstance(some_list, list | tuple) else some_list


def filter_strip_join(some_list: Iterable[Any], sep: str) -> str:
	"""Join what is not empty, stripped."""
	return cstr(sep).join(cstr(item).strip() for item in some_list if item)


def list_to_str(seq: Iterable[Any], sep: str = ", ") -> str:
	"""Join anything, stripped."""
	return sep.join(str(item).strip() for item in seq)


def dict_to_str(args: Mapping[str, Any], sep: str = "&") -> str:
	"""key=value pairs with quoted values."""
	return sep.join(f"{key!s}={quote(str(value or ''))}" for key, value in args.items())


def remove_blanks(d: dict[Any, Any]) -> dict[Any, Any]:
	"""Remove falsy values from `d`, in place."""
	for key in [key for key, value in d.items() if not value]:
		del d[key]
	return d


def dict_with_keys(source: Mapping[Any, Any], keys: Iterable[Any]) -> dict[Any, Any]:
	"""The part of `source` whose keys are among `keys`."""
	wanted = set(keys)
	return {key: value for key, value in source.items() if key in wanted}


def get_abbr(text: str, max_len: int = 2) -> str:
	"""First letters of the first `max_len` words."""
	return "".join(part[0] for part in [part for part in text.split(" ") if part][:max_len]) or "?"


def get_string_between(start: str, text: str, end: str) -> str:
	"""What stands between two patterns, or `text` where they do not occur."""
	found = re.search(f"{start}(.*){end}", text) if text else None
	return found.group(1) if found else text or ""


def unique(seq: Iterable[Any]) -> list[Any]:
	"""Without repetitions, in the order of first occurrence."""
	return list(dict.fromkeys(seq))


def has_common(l1: Iterable[Hashable], l2: Iterable[Hashable]) -> Any:
	"""Truthy where both lists share an item."""
	return set(l1) & set(l2)


def is_subset(list_a: Sequence[Hashable], list_b: Sequence[Hashable]) -> bool:
	"""Whether every item of `list_a` occurs in `list_b`."""
	return len(set(list_a) & set(list_b)) == len(list_a)


def groupby_metric(iterable: Mapping[Any, list[Any]], key: str) -> dict[Any, dict[Any, list[Any]]]:
	"""{category: rows} regrouped as {value of `key`: {category: rows}}."""
	grouped: dict[Any, dict[Any, list[Any]]] = {}
	for category, rows in iterable.items():
		for row in rows:
			grouped.setdefault(row[key], {}).setdefault(category, []).append(row)
	return grouped


def squashify(what: Any) -> Any:
	"""The only item of a sequence of one; anything else as it is."""
	return what[0] if isinstance(what, Sequence) and len(what) == 1 else what


def dictify(arg: Any) -> Any:
	"""Dicts as `frappe._dict`, also inside lists (which change in place)."""
	if isinstance(arg, list):
		arg[:] = [dictify(item) for item in arg]
	elif isinstance(arg, dict):
		arg = Dict(arg)
	return arg


def create_batch(iterable: Sequence[Any], size: int) -> Generator[Sequence[Any], None, None]:
	"""Slices of at most `size`."""
	for start in range(0, len(iterable), size):
		yield iterable[start : start + size]


def generate_hash(txt: str | None = None, length: int = 56) -> str:
	"""`length` random hexadecimal digits, fit for secrets. `txt` is ignored, as in v15."""
	length = length or 56
	return secrets.token_hex(math.ceil(length / 2))[:length]


def random_string(length: int) -> str:
	"""`length` random letters and digits."""
	alphabet = string.ascii_letters + string.digits
	return "".join(secrets.choice(alphabet) for _n in range(length))


def sha256_hash(data: str | bytes) -> str:
	"""SHA-256 as hexadecimal digits."""
	return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def get_desk_link(doctype: str, name: str) -> str:
	"""A link to the document's form, showing its title."""
	from minibench.data.query import get_value
	from minibench.model.meta import get_meta
	from minibench.translate import _

	title = get_value(doctype, name, get_meta(doctype).get_title_field())
	return f'<a href="/app/Form/{doctype}/{name}" style="font-weight: bold;">{_(doctype)} {_(title)}</a>'


def get_job_name(key: str, doctype: str | None = None, doc_name: str | None = None) -> str:
	"""key_doctype_name."""
	return "_".join([key, *filter(None, (doctype, doc_name))])


def get_table_name(table_name: str, wrap_in_backticks: bool = False) -> str:
	"""The table of a DocType."""
	name = table_name if table_name.startswith("__") else f"tab{table_name}"
	return f"`{name}`" if wrap_in_backticks else name
