"""Rights on rows of child tables."""

from __future__ import annotations

from typing import Any

from minibench import context
from minibench.access.field_permissions import get_permlevel_access
from minibench.access.permission_log import push_perm_check_log
from minibench.model import meta as doctype_meta
from minibench.translate import _
from minibench.values.text import bold


def has_child_permission(
	child_doctype: str,
	ptype: str = "read",
	child_doc: Any = None,
	user: str | None = None,
	raise_exception: bool = True,
	parent_doctype: str | None = None,
	*,
	debug: bool = False,
) -> bool:
	"""A row has no rules of its own: its parent's decide, and the level of the table field that holds it."""
	from minibench.access.permissions import has_permission

	if isinstance(child_doc, str):
		columns = ("parent", "parenttype", "parentfield")
		child_doc = context.db.get_value(child_doctype, child_doc, columns, as_dict=True)
	if child_doc:
		parent_doctype = child_doc.parenttype
	if not parent_doctype:
		message = _("Please specify a valid parent DocType for {0}")
		push_perm_check_log(message.format(bold(child_doctype)), debug=debug)
		return False
	meta = doctype_meta.get_meta(parent_doctype)
	tables = (
		[] if meta.istable else [f.fieldname for f in meta.get_table_fields() if f.options == child_doctype]
	)
	if not tables:
		message = _("{0} is not a valid parent DocType for {1}")
		push_perm_check_log(message.format(bold(parent_doctype), bold(child_doctype)), debug=debug)
		return False
	if child_doc and not _table_is_open(meta, tables, child_doctype, child_doc, ptype, user, debug):
		return False
	return has_permission(
		parent_doctype,
		ptype=ptype,
		doc=child_doc and (getattr(child_doc, "parent_doc", None) or child_doc.parent),
		user=user,
		raise_exception=raise_exception,
		debug=debug,
	)


def _table_is_open(
	meta: Any, tables: list[str], child_doctype: str, row: Any, ptype: str, user: str | None, debug: bool
) -> bool:
	"""Whether the row sits in a table field of its parent whose level the user reaches."""
	if not row.parentfield:
		message = _("Parentfield not specified in {0}: {1}").format(bold(child_doctype), bold(row.name))
	elif row.parentfield not in tables:
		message = _("{0} is not a valid parentfield for {1}").format(
			bold(row.parentfield), bold(child_doctype)
		)
	else:
		level = int(meta.get_field(row.parentfield).permlevel or 0)
		if not level or level in get_permlevel_access(meta, ptype, user=user):
			return True
		message = _("Insufficient Permission Level for {0}").format(bold(meta.name))
	push_perm_check_log(message, debug=debug)
	return False
