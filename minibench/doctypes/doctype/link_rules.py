"""The connections to other documents that a form is to show."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import clear_last_message, throw
from minibench.context import flags
from minibench.doctypes.doctype.field_rules import InvalidFieldNameError
from minibench.errors import ValidationError
from minibench.model.meta import get_meta
from minibench.translate import _
from minibench.values.text import bold


def validate_links_table_fieldnames(meta: Any) -> None:
	"""The connections that a form is to show must exist."""
	if not meta.links or flags.in_patch or flags.in_fixtures or flags.in_migrate:
		return
	own = {df.fieldname for df in meta.fields}
	for index, link in enumerate(meta.links, 1):
		_check_connection(link.link_doctype, link.link_fieldname, index)
		if not link.is_child_table:
			continue
		if not link.parent_doctype:
			throw(
				_("Document Links Row #{0}: Parent DocType is mandatory for internal links").format(index),
				ValidationError,
				_("Parent Missing"),
			)
		if not link.table_fieldname:
			throw(
				_("Document Links Row #{0}: Table Fieldname is mandatory for internal links").format(index),
				ValidationError,
				_("Table Fieldname Missing"),
			)
		known = own if meta.name == link.parent_doctype else get_meta(link.parent_doctype)._fields
		if link.table_fieldname not in known:
			throw(
				_("Document Links Row #{0}: Could not find field {1} in {2} DocType").format(
					index, bold(link.table_fieldname), bold(meta.name)
				),
				ValidationError,
				_("Invalid Table Fieldname"),
			)


def _check_connection(doctype: str, fieldname: str, index: int) -> None:
	from minibench.data.query import get_all

	try:
		get_all(doctype, filters={fieldname: ""}, limit=1, ignore_ifnull=True)
	except Exception as error:
		clear_last_message()
		throw(
			_("Document Links Row #{0}: Invalid doctype or fieldname.").format(index) + f"<br>{error}",
			InvalidFieldNameError,
		)
