"""`frappe.desk.doctype.bulk_update`: one action on many documents."""

from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.context import db
from minibench.translate import _
from minibench.web.whitelist import whitelist

MOST_AT_ONCE = 20
MOST = 500


@whitelist()
def submit_cancel_or_update_docs(
	doctype: Any, docnames: Any, action: Any = "submit", data: Any = None, task_id: Any = None
) -> Any:
	"""Submit, cancel or update documents, each on its own. Returns those that failed; many go to the background."""
	from minibench.values.jsonio import parse_json

	docnames = parse_json(docnames)
	if len(docnames) < MOST_AT_ONCE:
		return _bulk_action(doctype, docnames, action, data)
	if len(docnames) > MOST:
		throw(_("Bulk operations only support up to 500 documents."), title=_("Too Many Documents"))
	from minibench.background.jobs import enqueue

	msgprint(_("Bulk operation is enqueued in background."), alert=True)
	enqueue(
		_bulk_action,
		doctype=doctype,
		docnames=docnames,
		action=action,
		data=data,
		queue="short",
		timeout=1000,
	)
	return None


def _bulk_action(doctype: str, docnames: list[str], action: str, data: Any = None) -> list[str]:
	from minibench.model.document import get_doc
	from minibench.values.jsonio import parse_json

	values = parse_json(data) if data else None
	failed = []
	for name in docnames:
		doc = get_doc(doctype, name)
		try:
			if action == "submit" and doc.docstatus == 0:
				doc.submit()
			elif action == "cancel" and doc.docstatus == 1:
				doc.cancel()
			elif action == "update" and doc.docstatus != 2:
				doc.update(values)
				doc.save()
			else:
				failed.append(name)
			db.commit()
		except Exception:
			failed.append(name)
			db.rollback()
	return failed
