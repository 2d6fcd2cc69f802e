"""Writing rows of a ledger: many at once, in the columns of its DocType.

A ledger's rows are documents in v15. An app that hooks into them gets its events here too; where none does, which is the
rule, the rows are written without making documents of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minibench.context import Dict, db, session
from minibench.epoch import remember
from minibench.hooks import doc_event_handlers
from minibench.model.document import get_doc
from minibench.model.meta import get_meta
from minibench.values.dates import now
from minibench.values.text import generate_hash

_EVENTS = (
	"before_insert",
	"validate",
	"before_submit",
	"after_insert",
	"on_update",
	"on_submit",
	"on_change",
)
_NUMBERS = ("Currency", "Float", "Percent", "Int", "Check")


def _is_hooked(doctype: str) -> bool:
	"""By an app: what the engine itself does at every document means nothing for a ledger's row."""
	return any(
		not handler.__module__.startswith("minibench.")
		for event in _EVENTS
		for handler in doc_event_handlers(doctype, event)
	)


def _choice(df: Any) -> str | None:
	"""What a Select says where nothing was chosen: its default, else its first option."""
	if df is None or df.fieldtype != "Select":
		return None
	return df.default or (df.options or "").split("\n", 1)[0] or None


def _template(doctype: str) -> dict[str, Any]:
	"""column -> its value where none is given."""

	def make() -> dict[str, Any]:
		template: dict[str, Any] = {}
		for fieldname in get_meta(doctype).get_valid_columns():
			df = get_meta(doctype).get_field(fieldname)
			number = df is not None and df.fieldtype in _NUMBERS
			template[fieldname] = 0 if number else _choice(df)
		return template

	return remember(("ledger template", doctype), make)


def write(doctype: str, rows: Iterable[dict[str, Any]]) -> list[Dict]:
	"""Write submitted rows and return them with all their columns."""
	template = _template(doctype)
	moment, user = now(), session.user
	written = []
	for row in rows:
		full = Dict(template)
		for key in template:
			if row.get(key) is not None:
				full[key] = row[key]
		full.update(
			name=generate_hash(length=10),
			owner=user,
			creation=row.get("creation") or moment,
			modified=moment,
			modified_by=user,
			docstatus=1,
			idx=0,
		)
		written.append(full)
	if not written:
		return []
	if _is_hooked(doctype):
		for full in written:
			_submit(doctype, full)
	else:
		db.insert_rows(doctype, written)
	return written


def _submit(doctype: str, row: Dict) -> None:
	doc = get_doc({"doctype": doctype, **row, "docstatus": 0})
	doc.flags.ignore_permissions = True
	doc.flags.name_set = True
	doc.set("__islocal", 1)
	doc.submit()
