"""`frappe.desk.form.utils`: small things done to a document from its form."""

import json
from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.context import db, local, session
from minibench.errors import PermissionError
from minibench.translate import _
from minibench.web.whitelist import whitelist


@whitelist(methods=["DELETE", "POST"])
def remove_attach() -> Any:
	from minibench.model.deletion import delete_doc

	delete_doc("File", local.form_dict.get("fid"))


@whitelist(methods=["POST", "PUT"])
def add_comment(
	reference_doctype: str, reference_name: str, content: str, comment_email: str, comment_by: str
) -> Any:
	"""Comment on a document that the user may read."""
	from minibench.collaboration.files import extract_images_from_html
	from minibench.model.document import get_doc, new_doc

	reference = get_doc(reference_doctype, reference_name)
	reference.check_permission()
	comment = new_doc("Comment")
	comment.update(
		{
			"comment_type": "Comment",
			"reference_doctype": reference_doctype,
			"reference_name": reference_name,
			"comment_email": comment_email,
			"comment_by": comment_by,
			"content": extract_images_from_html(reference, content, is_private=True),
		}
	)
	comment.insert(ignore_permissions=True)
	return comment


@whitelist()
def update_comment(name: Any, content: Any) -> Any:
	"""Change one's own comment."""
	from minibench.collaboration.files import extract_images_from_html
	from minibench.model.document import get_doc

	comment = get_doc("Comment", name)
	if session.user not in ("Administrator", comment.owner):
		throw(_("Comment can only be edited by the owner"), PermissionError)
	if comment.reference_doctype and comment.reference_name:
		reference = get_doc(comment.reference_doctype, comment.reference_name)
		reference.check_permission()
		content = extract_images_from_html(reference, content, is_private=True)
	comment.content = content
	comment.save(ignore_permissions=True)


@whitelist()
def get_next(
	doctype: Any,
	value: Any,
	prev: Any,
	filters: Any = None,
	sort_order: Any = "desc",
	sort_field: Any = "modified",
) -> Any:
	"""The record after (or before) this one in a list sorted so."""
	from minibench.data.query import get_list

	filters = json.loads(filters) if isinstance(filters, str) else list(filters or [])
	ascending = (sort_order.lower() == "asc") != bool(int(prev))
	filters.append([doctype, sort_field, ">" if ascending else "<", db.get_value(doctype, value, sort_field)])
	rows = get_list(
		doctype,
		fields=["name"],
		filters=filters,
		order_by=f"`tab{doctype}`.{sort_field} {'asc' if ascending else 'desc'}",
		limit_start=0,
		limit_page_length=1,
		as_list=True,
	)
	if not rows:
		msgprint(_("No further records"))
		return None
	return rows[0][0]
