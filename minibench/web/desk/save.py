"""`frappe.desk.form.save`: saving, submitting and cancelling from a form."""

import json
from typing import Any

from minibench.collaboration.messages import msgprint
from minibench.context import local
from minibench.translate import _
from minibench.web.desk.load import get_docinfo, run_onload
from minibench.web.whitelist import whitelist

DOCSTATUS = {"Save": 0, "Submit": 1, "Update": 1, "Cancel": 2}


@whitelist()
def savedocs(doc: Any, action: Any) -> Any:
	"""Save, submit, update or cancel the document that a form sends; answer with it as it then is."""
	from minibench.model.docstatus import DocStatus
	from minibench.model.document import get_doc

	document = get_doc(json.loads(doc))
	_take_local_names(document)
	document.docstatus = DocStatus(DOCSTATUS[action])
	if document.docstatus == 1:
		document.submit()
	else:
		document.save()
	run_onload(document)
	_send(document)
	msgprint(_("Saved"), indicator="green", alert=True)


@whitelist()
def cancel(
	doctype: Any = None, name: Any = None, workflow_state_fieldname: Any = None, workflow_state: Any = None
) -> Any:
	from minibench.model.document import get_doc

	document = get_doc(doctype, name)
	if workflow_state_fieldname and workflow_state:
		document.set(workflow_state_fieldname, workflow_state)
	document.cancel()
	_send(document)
	msgprint(_("Cancelled"), indicator="red", alert=True)


def _take_local_names(document: Any) -> None:
	"""Names that the form made up give way to real ones, but are told back so that the form finds its rows."""
	for record in (document, *document.get_all_children()):
		if document.get("__islocal") or record.get("__islocal"):
			record.localname = record.name
			record.name = None
	if document.get("__newname"):
		document.name = document.get("__newname")


def _send(document: Any) -> None:
	get_docinfo(document)
	values = document.as_dict()
	if getattr(document, "localname", None):
		values["localname"] = document.localname
	local.response.setdefault("docs", []).append(values)
