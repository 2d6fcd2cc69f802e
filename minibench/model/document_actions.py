"""Methods of documents that run in the background, and taking back the locks that they leave."""

from __future__ import annotations

import json
from typing import Any

from minibench.collaboration.messages import msgprint
from minibench.context import db, local
from minibench.translate import _
from minibench.web.whitelist import whitelist


def execute_action(__doctype: str, __name: str, __action: str, **kwargs: Any) -> None:
	"""What queue_action() has queued. A failure is rolled back and told in a comment."""
	from minibench.model.document import get_doc

	doc = get_doc(__doctype, __name)
	doc.unlock()
	try:
		getattr(doc, __action)(**kwargs)
	except Exception:
		db.rollback()
		log = local.message_log
		if log:
			message = log[-1].get("message")
		else:
			from minibench.errors_log import get_traceback

			message = f"<pre><code>{get_traceback()}</pre></code>"
		doc.add_comment("Comment", _("Action Failed") + "<br><br>" + message)
	doc.notify_update()


@whitelist()
def unlock_document(doctype: str | None = None, name: str | None = None, args: Any = None) -> None:
	"""Take away the lock of a document that a background job left behind."""
	from minibench.model.document import get_doc

	if not doctype and not name and args:
		parsed = json.loads(args)
		doctype, name = str(parsed["doctype"]), str(parsed["name"])
	get_doc(doctype, name).unlock()
	msgprint(_("Document Unlocked"), alert=True)
