"""The audit trail: what a save changed, kept as a Version."""

from __future__ import annotations

from typing import Any

from minibench.context import Dict, flags, session

# Long formatted texts are compared and kept as they are: formatting would only wrap them.
_UNFORMATTED = frozenset(("Markdown Editor", "Text Editor", "Code", "HTML Editor"))


def record(doc: Any) -> None:
	"""Keep a Version of what this save of `doc` changed, if its DocType tracks changes.

	An amended document is compared with the one it was amended from. A new document leaves a Version only where
	`doc.flags.updater_reference` says what it was made by.
	"""
	if not doc.meta.track_changes or doc.doctype == "Version" or doc.flags.ignore_version or flags.in_install:
		return
	before = doc.get_doc_before_save()
	if not before:
		if flags.in_patch:
			return
		if amended_from := doc.get("amended_from"):
			from minibench.model.document import get_doc

			before = get_doc(doc.doctype, amended_from)
		elif not doc.flags.updater_reference:
			return
	data = get_diff(before, doc) if before else made_by(doc)
	if data:
		insert(doc, data)


def insert(doc: Any, data: dict[str, Any]) -> None:
	"""Keep `data` as a Version of `doc`."""
	from minibench.model.document import new_doc

	version = new_doc("Version")
	fill(version, doc, data)
	# It can only name a DocType that there is.
	version.insert(ignore_permissions=True, ignore_links=True)


def fill(version: Any, doc: Any, data: dict[str, Any]) -> None:
	"""Write `data` about `doc` into `version`, with who acted in whose name."""
	from minibench.values.jsonio import as_json

	behind = session.data or {}
	if impersonator := behind.get("impersonated_by"):
		data["impersonated_by"] = impersonator
	if audit_user := behind.get("audit_user"):
		data["audit_user"] = audit_user
	version.ref_doctype = doc.doctype
	version.docname = doc.name
	version.data = as_json(data, indent=None, separators=(",", ":"))


def made_by(doc: Any) -> dict[str, Any] | None:
	"""What a new document was made by, if it says so."""
	if not doc.flags.updater_reference:
		return None
	return {
		"creation": doc.creation,
		"updater_reference": doc.flags.updater_reference,
		"created_by": doc.owner,
	}


def get_diff(old: Any, new: Any, for_child: bool = False, compare_cancelled: bool = False) -> Dict | None:
	"""What differs from `old` to `new`; None where nothing does.

	changed: (field, old, new), formatted as a reader sees them. added, removed: [table, row]. row_changed: (table,
	index, row name, its changed). Rows are matched by name, those of an amended document by the row they were copied
	from, with `compare_cancelled` by position.
	"""
	if not new:
		return None
	out = Dict(
		changed=[],
		added=[],
		removed=[],
		row_changed=[],
		data_import=new.flags.via_data_import,
		updater_reference=new.flags.updater_reference,
	)
	values_before, values_after = old.__dict__, new.__dict__
	for df in new.meta.compared_fields:
		if values_before.get(df.fieldname) != values_after.get(df.fieldname):
			_compare_values(out, df, old, new)
	if not for_child:
		for table in new.meta.table_fieldnames:
			_compare_rows(out, table, old, new, compare_cancelled)
		for key in ("name", "docstatus"):
			if getattr(old, key) != getattr(new, key):
				out.changed.append([key, getattr(old, key), getattr(new, key)])
	return out if out.changed or out.added or out.removed or out.row_changed else None


def _compare_values(out: Dict, df: Any, old: Any, new: Any) -> None:
	before, after = old.get(df.fieldname), new.get(df.fieldname)
	if df.fieldtype not in _UNFORMATTED:
		before = old.get_formatted(df.fieldname) if before else before
		after = new.get_formatted(df.fieldname) if after else after
	if before != after:
		out.changed.append((df.fieldname, before, after))


def _compare_rows(out: Dict, table: str, old: Any, new: Any, by_position: bool) -> None:
	amended_from = new.get("amended_from")
	key = "_amended_from" if amended_from and amended_from == old.name else "name"
	before, after = old.get(table), new.get(table)
	by_name = {row.name: row for row in before}
	found = set()
	for index, row in enumerate(after):
		origin = getattr(row, key, None)
		if by_position and amended_from and len(before) > index:
			origin = before[index].name
		if not origin or origin not in by_name:
			out.added.append([table, row.as_dict()])
			continue
		found.add(origin)
		diff = get_diff(by_name[origin], row, for_child=True)
		if diff and diff.changed:
			out.row_changed.append((table, index, row.name, diff.changed))
	out.removed.extend([table, row.as_dict()] for row in before if row.name not in found)
