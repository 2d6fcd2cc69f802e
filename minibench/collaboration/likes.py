"""Likes of documents."""

from __future__ import annotations

import json
from typing import Any

from minibench.context import db, session
from minibench.web.whitelist import whitelist


@whitelist()
def toggle_like(doctype: Any, name: Any, add: Any = False) -> None:
	"""Have the user like the document (`add` is "Yes") or no longer."""
	from minibench.data.query import get_all
	from minibench.model.deletion import delete_doc
	from minibench.model.document import get_doc
	from minibench.model.meta import get_meta
	from minibench.translate import _

	user = session.user
	liked_by = json.loads(db.get_value(doctype, name, "_liked_by") or "[]")
	if add == "Yes" and user not in liked_by:
		liked_by.append(user)
		get_doc(doctype, name).add_comment("Like", _("Liked"))
	elif add != "Yes" and user in liked_by:
		liked_by.remove(user)
		own_like = {
			"comment_type": "Like",
			"reference_doctype": doctype,
			"reference_name": name,
			"owner": user,
		}
		delete_doc("Comment", get_all("Comment", filters=own_like, pluck="name"), ignore_permissions=True)
	if get_meta(doctype).issingle:
		db.set_single_value(doctype, "_liked_by", json.dumps(liked_by), update_modified=False)
	else:
		db.set_value(doctype, name, "_liked_by", json.dumps(liked_by), update_modified=False)
