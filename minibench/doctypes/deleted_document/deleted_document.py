"""The copy of a deleted document, from which it can be restored."""

from __future__ import annotations

import json
from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.errors import DocstatusTransitionError
from minibench.model.document import Document, get_doc
from minibench.translate import _
from minibench.web.whitelist import whitelist


class DeletedDocument(Document):
	no_feed_on_delete = True


@whitelist()
def restore(name: str, alert: Any = True) -> None:
	"""Make the document anew. A submitted or cancelled one comes back as a draft."""
	deleted = get_doc("Deleted Document", name)
	if deleted.restored:
		throw(_("Document {0} Already Restored").format(name), exc=DocstatusTransitionError)
	doc = get_doc(json.loads(deleted.data))
	try:
		doc.insert()
	except DocstatusTransitionError:
		msgprint(_("Cancelled Document restored as Draft"))
		doc.docstatus = 0
		doc.insert()
	doc.add_comment("Edit", _("restored {0} as {1}").format(deleted.deleted_name, doc.name))
	deleted.new_name = doc.name
	deleted.restored = 1
	deleted.db_update()
	if alert:
		msgprint(_("Document Restored"))
