"""Permission levels of fields: a field of level 1 is read and written by roles that have a rule of level 1."""

from __future__ import annotations

from typing import Any

from minibench import context
from minibench.access import share
from minibench.access.roles import get_roles
from minibench.context import flags
from minibench.model import meta as doctype_meta
from minibench.model.fieldtypes import core_doctypes_list, default_fields

# DocTypes whose columns are never filtered: the framework could not read its own metadata.
CORE_DOCTYPES = frozenset(core_doctypes_list)
CHILD_TABLE_FIELDS = ("parent", "parentfield", "parenttype")
OPTIONAL_FIELDS = ("_user_tags", "_comments", "_assign", "_liked_by", "_seen")
_DISPLAY_ONLY = frozenset(
	("Section Break", "Column Break", "Tab Break", "HTML", "Button", "Image", "Fold", "Heading")
)
_WITHOUT_VALUE = _DISPLAY_ONLY | {"Table", "Table MultiSelect"}


def get_permitted_fields(
	doctype: str,
	parenttype: str | None = None,
	user: str | None = None,
	permission_type: str | None = None,
	*,
	ignore_virtual: bool = False,
) -> list[str]:
	"""The columns of `doctype` that `user` may select, standard columns among them.

	Args:
		parenttype: whose child table `doctype` is; its rules decide.
		permission_type: "select" leaves search fields only; by default whatever the user has.
		ignore_virtual: leave out fields without a column.
	"""
	from minibench.access.permissions import only_has_select_perm

	meta = doctype_meta.get_meta(doctype)
	columns: list[str] = meta.get_valid_columns()
	if doctype in CORE_DOCTYPES or set(columns).issubset(default_fields):
		return columns
	if permission_type is None:
		permission_type = "select" if only_has_select_perm(doctype, user=user) else "read"
	permitted = get_permitted_fieldnames(
		meta, parenttype, user, permission_type, with_virtual=not ignore_virtual
	)
	if permitted and permission_type == "select":
		return permitted
	standard = [fieldname for fieldname in default_fields if fieldname != "doctype"]
	if permitted and meta.istable:
		standard.extend(CHILD_TABLE_FIELDS)
	return [*standard, *permitted, *(fieldname for fieldname in OPTIONAL_FIELDS if fieldname in columns)]


def get_permitted_fieldnames(
	meta: Any,
	parenttype: str | None = None,
	user: str | None = None,
	permission_type: str = "read",
	*,
	with_virtual: bool = True,
) -> list[str]:
	"""The fields with a value whose level the user reaches. A DocType without any rule hides nothing."""
	if meta.istable and not parenttype:
		return []
	if permission_type == "select":
		return list(meta.get_search_fields())
	fields = [
		f
		for f in meta.fields
		if f.fieldtype not in _WITHOUT_VALUE and (with_virtual or not f.get("is_virtual"))
	]
	if not _rules(meta, parenttype):
		return [f.fieldname for f in fields]
	levels = set(get_permlevel_access(meta, permission_type, parenttype, user=user))
	if 0 not in levels and permission_type == "read" and share.get_shared(meta.name, user, ["read"], limit=1):
		levels.add(0)
	return [f.fieldname for f in fields if int(f.permlevel or 0) in levels]


def _rules(meta: Any, parenttype: str | None) -> list[Any]:
	if meta.istable and parenttype:
		meta = doctype_meta.get_meta(parenttype)
	return list(meta.get("permissions") or [])


def get_permlevel_access(
	meta: Any, permission_type: str = "read", parenttype: str | None = None, *, user: str | None = None
) -> list[int]:
	"""The levels at which the user's roles grant `permission_type`."""
	roles = get_roles(user)
	granting = [r for r in _rules(meta, parenttype) if r.role in roles and r.get(permission_type)]
	return list(dict.fromkeys(int(rule.permlevel or 0) for rule in granting))


def has_permlevel_access_to(
	doc: Any, fieldname: str, field: Any = None, permission_type: str = "read"
) -> bool:
	"""Whether the session's user reaches the level of one field of `doc`."""
	field = field or doc.meta.get_field(fieldname)
	return int(field.permlevel or 0) in _levels(doc, permission_type)


def _levels(doc: Any, permission_type: str) -> list[int]:
	return get_permlevel_access(
		doc.meta, permission_type, doc.get("parenttype") if doc.meta.istable else None
	)


def apply_fieldlevel_read_permissions(doc: Any) -> None:
	"""Take from `doc` and its rows the values that the session's user may not read."""
	if context.session.user == "Administrator":
		return
	tables = [
		(field.fieldname, doctype_meta.get_meta(field.options)) for field in doc.meta.get_table_fields()
	]
	if not any(f.permlevel for meta in (doc.meta, *(meta for _name, meta in tables)) for f in meta.fields):
		return
	levels = _levels(doc, "read")
	_strip(doc, doc.meta, levels)
	for fieldname, meta in tables:
		for row in doc.get(fieldname) or []:
			_strip(row, meta, levels)


def _strip(record: Any, meta: Any, levels: list[int]) -> None:
	for field in meta.fields:
		if field.permlevel and int(field.permlevel) not in levels:
			# What the class itself defines is no value of this record.
			record.__dict__.pop(field.fieldname, None)


def validate_higher_perm_levels(doc: Any) -> None:
	"""Put back what the session's user may not write: to what is saved, or in a new document to the default."""
	if doc.flags.ignore_permissions or flags.in_install or context.session.user == "Administrator":
		return
	levels = _levels(doc, "write")
	_reset(doc, doc.meta, levels)
	if doc.is_new():
		return
	for field in doc.meta.get_table_fields():
		meta = doctype_meta.get_meta(field.options)
		for row in doc.get(field.fieldname) or []:
			_reset(row, meta, levels)


def _reset(record: Any, meta: Any, levels: list[int]) -> None:
	spared = record.flags.get("ignore_permlevel_for_fields") or ()
	above = [
		field.fieldname
		for field in meta.fields
		if field.permlevel
		and int(field.permlevel) not in levels
		and field.fieldtype not in _DISPLAY_ONLY
		and field.fieldname not in spared
	]
	if not above or (saved := _reference(record)) is None:
		return
	for fieldname in above:
		record.set(fieldname, saved.get(fieldname))


def _reference(record: Any) -> Any:
	"""`record` as it would be untouched: as saved, or new with its defaults. None for a row that is not saved."""
	from minibench.model.document import new_doc

	if record.is_new():
		return new_doc(record.doctype)
	parent = getattr(record, "parent_doc", None)
	if parent is None:
		return record.get_latest()
	return next(
		(row for row in parent.get_latest().get(record.parentfield) or [] if row.name == record.name), None
	)
