"""How a new document gets its name."""

from __future__ import annotations

import base64
import re
from secrets import token_bytes
from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import db, flags
from minibench.epoch import remember
from minibench.errors import NameError
from minibench.model.fieldtypes import doctypes_for_doctype, log_types
from minibench.model.meta import get_meta
from minibench.model.naming_series import (
	BRACED_PARAMS_PATTERN,
	NAMING_SERIES_PATTERN,
	InvalidNamingSeriesError,
	NamingSeries,
	determine_consecutive_week_number,
	getseries,
	parse_naming_series,
	revert_series_if_last,
)
from minibench.translate import _
from minibench.values.numbers import cint
from minibench.values.text import cstr

__all__ = [
	"BRACED_PARAMS_PATTERN",
	"NAMING_SERIES_PATTERN",
	"InvalidNamingSeriesError",
	"NamingSeries",
	"append_number_if_name_exists",
	"determine_consecutive_week_number",
	"get_default_naming_series",
	"getseries",
	"is_autoincremented",
	"make_autoname",
	"parse_naming_series",
	"revert_series_if_last",
	"set_name_by_naming_series",
	"set_name_from_naming_options",
	"set_new_name",
	"validate_name",
]

_WITHOUT_RULES = frozenset((*log_types, *doctypes_for_doctype, "DefaultValue", "Patch Log"))


def set_new_name(doc: Any) -> None:
	"""Name a document: by its amendment, its DocType's naming rules, its class, its DocType's autoname, else a hash."""
	doc.run_method("before_naming")
	meta = doc.meta
	autoname = meta.autoname or ""
	if autoname.lower() != "prompt" and not flags.in_import:
		doc.name = None
	if is_autoincremented(doc.doctype, meta):
		doc.name = db.get_next_sequence_val(doc.doctype)
		return
	if doc.get("amended_from"):
		_set_amended_name(doc)
		if doc.name:
			return
	elif meta.issingle:
		doc.name = doc.doctype
	if not doc.name:
		_apply_naming_rules(doc)
	if not doc.name:
		doc.run_method("autoname")
	if not doc.name and autoname:
		set_name_from_naming_options(autoname, doc)
	if not doc.name:
		doc.name = make_autoname("hash", doc.doctype)
	doc.name = validate_name(doc.doctype, doc.name)


def is_autoincremented(doctype: str, meta: Any = None) -> bool:
	"""Whether documents are named by a running integer."""
	meta = meta or get_meta(doctype)
	return not meta.issingle and meta.autoname == "autoincrement"


def set_name_from_naming_options(autoname: str, doc: Any) -> None:
	"""Name a document as its DocType's `autoname` says."""
	rule = autoname.lower()
	if rule.startswith("field:"):
		fieldname = autoname[6:]
		doc.name = cstr(doc.get(fieldname)).strip()
		if not doc.name:
			throw(_("{0} is required").format(doc.meta.get_label(fieldname)))
	elif rule.startswith("naming_series:"):
		set_name_by_naming_series(doc)
	elif rule.startswith("prompt"):
		if not doc.name:
			throw(_("Please set the document name"))
	elif rule.startswith("format:"):
		doc.name = _format_autoname(autoname, doc)
	elif "#" in autoname:
		doc.name = make_autoname(autoname, doc=doc)


def _apply_naming_rules(doc: Any) -> None:
	"""The first Document Naming Rule whose conditions fit names the document."""
	if doc.doctype in _WITHOUT_RULES:
		return
	for name in remember("naming_rules", _naming_rules).get(doc.doctype, ()):
		from minibench.model.caches import get_cached_doc

		get_cached_doc("Document Naming Rule", name).apply(doc)
		if doc.name:
			return


def _naming_rules() -> dict[str, list[str]]:
	"""DocType -> its rules in use, the most important first."""
	rules: dict[str, list[str]] = {}
	if db.table_exists("Document Naming Rule"):
		for doctype, name in db.execute(
			"select document_type, name from `tabDocument Naming Rule` where disabled = 0 order by priority desc"
		):
			rules.setdefault(doctype, []).append(name)
	return rules


def set_name_by_naming_series(doc: Any) -> None:
	"""Name a document by the series in its field `naming_series`, the DocType's first one where that is empty."""
	if not doc.get("naming_series"):
		doc.naming_series = get_default_naming_series(doc.doctype)
	if not doc.naming_series:
		throw(_("Naming Series mandatory"))
	doc.name = make_autoname(doc.naming_series + ".#####", "", doc)


def get_default_naming_series(doctype: str) -> str | None:
	"""The first series that the DocType offers."""
	return next((option for option in get_meta(doctype).get_naming_series_options() if option), None)


def make_autoname(key: str = "", doctype: str = "", doc: Any = "", *, ignore_validate: bool = False) -> str:
	"""The next name of a series such as "DE/.YY./.MM./.#####", or ten random characters for "hash"."""
	if key == "hash":
		return _random_name()
	return NamingSeries(key).generate_next_name(doc, ignore_validate=ignore_validate)


def _random_name(length: int = 10) -> str:
	"""Digits and small letters up to v: names are compared without regard to case."""
	return base64.b32hexencode(token_bytes(length)).decode()[:length].lower()


def _format_autoname(autoname: str, doc: Any) -> str:
	"""A name from "format:LOG-{MM}-{fieldname}-{#####}"."""
	pattern = autoname[autoname.find(":") + 1 :]
	return BRACED_PARAMS_PATTERN.sub(
		lambda match: parse_naming_series([match.group()[1:-1]], doc=doc), pattern
	)


def _set_amended_name(doc: Any) -> Any:
	"""The name of what is amended with a number behind it, unless the site numbers amendments like new documents."""
	if _amend_naming(doc.doctype) == "Default Naming":
		return None
	stem, number = doc.amended_from, 1
	if db.get_value(doc.doctype, doc.amended_from, "amended_from"):
		stem, _dash, last = doc.amended_from.rpartition("-")
		number = cint(last) + 1
	doc.name = f"{stem}-{number}"
	return doc.name


def _amend_naming(doctype: str) -> str | None:
	def read() -> str | None:
		rows = db.execute(
			"select action from `tabAmended Document Naming Settings` where document_type = ?", (doctype,)
		)
		if rows and rows[0][0]:
			return str(rows[0][0])
		return db.get_single_value("Document Naming Settings", "default_amend_naming")  # type: ignore[no-any-return]

	return remember(("amend_naming", doctype), read)


def validate_name(doctype: str, name: Any) -> Any:
	"""Return `name` without blanks around it if a document of `doctype` may be called so.

	Raises:
		NameError: it may not.
	"""
	if not name:
		throw(_("No Name Specified for {0}").format(doctype))
	if isinstance(name, int):
		if is_autoincremented(doctype):
			# Whoever names a document by hand moves the counter on.
			db.set_next_sequence_val(doctype, name, is_val_used=True)
			return name
		throw(_("Invalid name type (integer) for varchar name column"), NameError)
	if name.startswith("New " + doctype):
		throw(_("There were some errors setting the name, please contact the administrator"), NameError)
	name = name.strip()
	if doctype == name and name != "DocType" and not get_meta(doctype).issingle:
		throw(_("Name of {0} cannot be {1}").format(doctype, name), NameError)
	if re.search("[<>]", name):
		throw(_("Name cannot contain special characters like {0}").format("'<', '>'"), NameError)
	return name


def append_number_if_name_exists(
	doctype: str,
	value: str,
	fieldname: str = "name",
	separator: str = "-",
	filters: dict[str, Any] | None = None,
) -> str:
	"""`value`, with the next free number behind it if a document has it already."""
	filters = {**(filters or {}), fieldname: value}
	if not db.exists(doctype, filters):
		return value
	pattern = re.compile(f"{re.escape(value)}{re.escape(separator)}(\\d+)$", re.IGNORECASE)
	from minibench.data.query import get_all

	taken = get_all(doctype, filters={fieldname: ("like", f"{value}{separator}%")}, pluck=fieldname)
	numbers = [int(match[1]) for match in map(pattern.match, taken) if match]
	return f"{value}{separator}{max(numbers, default=0) + 1}"
