"""Fields that a DocType gets because of what it is."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import throw
from minibench.doctypes.doctype.field_rules import InvalidFieldNameError
from minibench.errors import MandatoryError
from minibench.hooks import scrub
from minibench.translate import _
from minibench.values.text import bold


def add_amended_from(doctype: Any) -> None:
	"""What can be submitted can be amended: it says what it amends."""
	if not doctype.is_submittable or _has_field(doctype, "amended_from"):
		return
	doctype.append(
		"fields",
		{
			"label": "Amended From",
			"fieldtype": "Link",
			"fieldname": "amended_from",
			"options": doctype.name,
			"read_only": 1,
			"print_hide": 1,
			"no_copy": 1,
			"search_index": 1,
		},
	)


def complete_tree(doctype: Any) -> None:
	"""Give a tree the fields that it needs, and check that it names the field of the parent."""
	if not _has_field(doctype, "lft"):
		_add_tree_fields(doctype)
	if not doctype.nsm_parent_field:
		label = bold(_("Parent Field (Tree)"))
		throw(_("{0} is a mandatory field").format(label), MandatoryError)
	if not _has_field(doctype, doctype.nsm_parent_field):
		throw(_("Parent Field must be a valid fieldname"), InvalidFieldNameError)


def _has_field(doctype: Any, fieldname: str) -> bool:
	return any(df.fieldname == fieldname for df in doctype.fields)


def _add_tree_fields(doctype: Any) -> None:
	hidden = {"fieldtype": "Int", "read_only": 1, "hidden": 1, "no_copy": 1}
	own = {"fieldtype": "Link", "options": doctype.name}
	label = f"Parent {doctype.name}"
	for df in (
		{"label": "Left", "fieldname": "lft", **hidden},
		{"label": "Right", "fieldname": "rgt", **hidden},
		{"label": "Is Group", "fieldname": "is_group", "fieldtype": "Check"},
		{"label": "Old Parent", "fieldname": "old_parent", **own},
		{"label": label, "fieldname": scrub(label), "ignore_user_permissions": 1, **own},
	):
		doctype.append("fields", df)
	doctype.nsm_parent_field = scrub(label)
