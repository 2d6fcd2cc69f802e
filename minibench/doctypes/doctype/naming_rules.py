"""What a DocType's rule for naming documents must satisfy."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import db
from minibench.translate import _
from minibench.values.text import bold

_WITHOUT_PREFIX = ("field:", "eval:", "naming_series:", "format:")
_FIXED = ("prompt", "hash")


def validate_series(dt: Any, autoname: str | None = None, name: str | None = None) -> None:
	"""Raise unless the fields that `autoname` refers to exist and its prefix is used by no other DocType.

	The field that names documents becomes unique; a DocType with a field `naming_series` is named by it.
	"""
	autoname = autoname or dt.autoname
	name = name or dt.name
	by_name = {df.fieldname: df for df in dt.get("fields")}
	if not autoname and "naming_series" in by_name:
		dt.autoname = "naming_series:"
	elif dt.autoname and dt.autoname.startswith("naming_series:"):
		fieldname = dt.autoname.split("naming_series:", 1)[0] or "naming_series"
		if fieldname not in by_name:
			throw(
				_("Fieldname called {0} must exist to enable autonaming").format(bold(fieldname)),
				title=_("Field Missing"),
			)
	if not autoname:
		return
	if autoname.startswith("field:"):
		field = autoname.split(":")[1]
		if not field or field not in by_name:
			throw(_("Invalid fieldname '{0}' in autoname").format(field))
		by_name[field].unique = 1
	elif not autoname.startswith(_WITHOUT_PREFIX) and autoname.lower() not in _FIXED:
		prefix = autoname.split(".", 1)[0]
		rows = db.execute(
			"select name from `tabDocType` where autoname like ? || '.%' and name != ?", (prefix, name)
		)
		if rows:
			throw(_("Series {0} already used in {1}").format(prefix, rows[0][0]))


def validate_autoincrement_autoname(dt: Any) -> bool:
	"""Whether this save makes names integers, or no longer; only a DocType without documents may do that."""
	if dt.is_new():
		return False
	before = dt.get_doc_before_save()
	was = bool(before and before.autoname == "autoincrement")
	if was == (dt.autoname == "autoincrement") or dt.issingle:
		return False
	if db.table_exists(dt.name) and db.a_row_exists(dt.name):
		throw(_("Can only change to/from Autoincrement naming rule when there is no data in the doctype"))
	return True
