"""`frappe.desk.form.load`: a document, or a DocType, with all that a form of it shows."""

import json
from typing import Any

from minibench.context import Dict, db, flags, local, session
from minibench.errors import DoesNotExistError, PermissionError
from minibench.model.fieldtypes import table_fields
from minibench.translate import _
from minibench.web.desk.reportview import user_info
from minibench.web.whitelist import whitelist

COMMENT_LISTS = {
	"Comment": "comments",
	"Shared": "shared",
	"Unshared": "shared",
	"Assignment Completed": "assignment_logs",
	"Assigned": "assignment_logs",
	"Attachment": "attachment_logs",
	"Attachment Removed": "attachment_logs",
	"Info": "info_logs",
	"Edit": "info_logs",
	"Label": "info_logs",
	"Like": "like_logs",
	"Workflow": "workflow_logs",
}
RECENT_COMMUNICATIONS = 21
RECENT_VERSIONS = 10


@whitelist()
def getdoc(doctype: Any, name: Any, user: Any = None) -> Any:
	"""Put the document into `docs` and what surrounds it into `docinfo`; nothing when there is no such document."""
	from minibench.collaboration.messages import clear_last_message
	from minibench.model.document import get_doc

	if not (doctype and name):
		raise Exception("doctype and name required!")
	try:
		doc = get_doc(doctype, name)
	except DoesNotExistError:
		clear_last_message()
		return []
	if not doc.has_permission("read"):
		flags.error_message = _("Insufficient Permission for {0}").format(
			f"<strong>{_(doctype)} {name}</strong>"
		)
		raise PermissionError("read", doctype, name)
	run_onload(doc)
	doc.apply_fieldlevel_read_permissions()
	add_seen(doc)
	get_docinfo(doc)
	local.response["_link_titles"] = link_titles(doc)
	local.response.setdefault("docs", []).append(doc)
	return None


def run_onload(doc: Any) -> None:
	doc.set("__onload", Dict())
	doc.run_method("onload")


def add_seen(doc: Any) -> None:
	"""Note that the user has seen the document, where its DocType keeps track of that."""
	if not doc.meta.track_seen:
		return
	seen = json.loads(doc.get("_seen") or "[]")
	if session.user not in seen:
		db.set_value(doc.doctype, doc.name, "_seen", json.dumps([*seen, session.user]), update_modified=False)
		flags.commit = True


@whitelist()
def getdoctype(doctype: Any, with_parent: Any = False, cached_timestamp: Any = None) -> Any:
	"""Put the DocType and those of its tables into `docs`; "use_cache" when the client's copy is still good."""
	from minibench.model.meta import get_parent_dt

	parent = get_parent_dt(doctype) if with_parent else None
	if parent:
		local.response["parent_dt"] = parent
	docs = get_meta_bundle(parent or doctype)
	# How a user has set up lists is the desk's to keep, and there is none here.
	local.response["user_settings"] = "{}"
	if cached_timestamp and str(docs[0]["modified"]) == cached_timestamp:
		return "use_cache"
	local.response.setdefault("docs", []).extend(docs)
	return None


def get_meta_bundle(doctype: str) -> list[Any]:
	first = form_meta(doctype)
	tables = [df["options"] for df in first["fields"] if df["fieldtype"] in table_fields]
	return [first, *(form_meta(table) for table in tables)]


def form_meta(doctype: str) -> dict[str, Any]:
	"""The DocType as a form needs it: its fields and settings, its workflow, the options of its selects."""
	from minibench.automation.workflow import get_workflow_name
	from minibench.data.query import get_all
	from minibench.model.meta import get_meta

	meta = get_meta(doctype)
	shown: dict[str, Any] = meta.as_dict()
	for df in shown["fields"]:
		if df["fieldtype"] == "Link" and df.get("options"):
			df["search_fields"] = [f for f in get_meta(df["options"]).get_search_fields() if f != "name"]
	workflow = get_workflow_name(doctype)
	shown["__workflow_docs"] = []
	if workflow:
		from minibench.model.document import get_cached_doc

		shown["__workflow_docs"] = [get_cached_doc("Workflow", workflow)]
	shown["__print_formats"] = get_all(
		"Print Format", fields=["*"], filters={"doc_type": doctype, "disabled": 0}
	)
	shown["__dashboard"] = meta.get_dashboard_data() if hasattr(meta, "get_dashboard_data") else {}
	shown["__messages"] = {}
	return shown


@whitelist()
def get_docinfo(doc: Any = None, doctype: Any = None, name: Any = None) -> Any:
	"""Put what surrounds the document into `docinfo`: comments, files, versions, assignments, shares, permissions."""
	from minibench.access.permissions import get_doc_permissions
	from minibench.access.share import get_users
	from minibench.model.document import get_doc

	if not doc:
		doc = get_doc(doctype, name)
		if not doc.has_permission("read"):
			raise PermissionError
	communications = _communications(doc.doctype, doc.name, RECENT_COMMUNICATIONS)
	info = Dict(user_info={}, **{key: [] for key in COMMENT_LISTS.values()})
	_sort_comments(doc, info)
	info.update(
		doctype=doc.doctype,
		name=doc.name,
		attachments=get_attachments(doc.doctype, doc.name),
		communications=[each for each in communications if each.communication_type != "Automated Message"],
		automated_messages=[
			each for each in communications if each.communication_type == "Automated Message"
		],
		versions=get_versions(doc),
		assignments=get_assignments(doc.doctype, doc.name),
		permissions=get_doc_permissions(doc),
		shared=get_users(doc.doctype, doc.name),
		views=[],
		energy_point_logs=[],
		additional_timeline_content=_timeline_from_hooks(doc),
		milestones=[],
		is_document_followed=False,
		tags=get_tags(doc.doctype, doc.name),
		document_email=None,
	)
	people = {row.get("sender") for row in info.communications} | {row.get("user") for row in info.shared}
	for key in ("assignments", *COMMENT_LISTS.values()):
		people |= {row.get("owner") for row in info[key]}
	info.user_info = user_info(filter(None, people))
	local.response["docinfo"] = info


def _sort_comments(doc: Any, info: Dict) -> None:
	from minibench.data.query import get_all

	rows = get_all(
		"Comment",
		fields=["name", "creation", "content", "owner", "comment_type"],
		filters={"reference_doctype": doc.doctype, "reference_name": doc.name},
	)
	for row in rows:
		if row.comment_type in COMMENT_LISTS:
			info[COMMENT_LISTS[row.comment_type]].append(row)


def get_attachments(dt: str, dn: str) -> list[Any]:
	from minibench.data.query import get_all

	return list(
		get_all(
			"File",
			fields=["name", "file_name", "file_url", "is_private"],
			filters={"attached_to_name": dn, "attached_to_doctype": dt},
		)
	)


def get_versions(doc: Any) -> list[Any]:
	from minibench.data.query import get_all

	if not doc.meta.track_changes:
		return []
	return list(
		get_all(
			"Version",
			filters={"ref_doctype": doc.doctype, "docname": str(doc.name)},
			fields=["name", "owner", "creation", "data"],
			limit=RECENT_VERSIONS,
			order_by="creation desc",
		)
	)


def get_assignments(dt: str, dn: str) -> list[Any]:
	from minibench.data.query import get_all

	return list(
		get_all(
			"ToDo",
			fields=["name", "allocated_to as owner", "description", "status"],
			filters={
				"reference_type": dt,
				"reference_name": dn,
				"status": ("not in", ("Cancelled", "Closed")),
				"allocated_to": ("is", "set"),
			},
		)
	)


def get_tags(doctype: str, name: str) -> str:
	from minibench.data.query import get_all

	return ",".join(
		get_all("Tag Link", filters={"document_type": doctype, "document_name": name}, pluck="tag")
	)


def _timeline_from_hooks(doc: Any) -> list[Any]:
	from minibench.hooks import get_attr, get_hooks

	by_doctype = get_hooks("additional_timeline_content", {})
	found: list[Any] = []
	for dotted in [*by_doctype.get("*", []), *by_doctype.get(doc.doctype, [])]:
		found.extend(get_attr(dotted)(doc.doctype, doc.name) or [])
	return found


@whitelist()
def get_communications(doctype: Any, name: Any, start: Any = 0, limit: Any = 20) -> Any:
	from minibench.model.document import get_doc
	from minibench.values.numbers import cint

	if not get_doc(doctype, name).has_permission("read"):
		raise PermissionError
	return _communications(doctype, name, cint(limit), cint(start))


def _communications(doctype: str, name: str, limit: int, start: int = 0) -> list[Any]:
	"""The newest mails and messages about the document, or that name it among their links."""
	from minibench.data.query import get_all

	linked = get_all(
		"Communication Link", filters={"link_doctype": doctype, "link_name": name}, pluck="parent"
	)
	kinds = ["in", ["Communication", "Feedback", "Automated Message"]]
	fields = (
		"name communication_type communication_medium communication_date content sender sender_full_name cc bcc "
		"creation subject delivery_status _liked_by reference_doctype reference_name read_by_recipient recipients"
	).split()
	about = get_all(
		"Communication",
		filters={"reference_doctype": doctype, "reference_name": name, "communication_type": kinds},
		fields=fields,
		order_by="communication_date desc",
		limit=start + limit,
	)
	known = {row.name for row in about}
	others = [each for each in linked if each not in known]
	if others:
		about += get_all(
			"Communication", filters={"name": ["in", others], "communication_type": kinds}, fields=fields
		)
	rows = sorted(about, key=lambda row: str(row.communication_date or row.creation), reverse=True)
	rows = rows[start : start + limit]
	files = get_all(
		"File",
		filters={
			"attached_to_doctype": "Communication",
			"attached_to_name": ["in", [row.name for row in rows]],
		},
		fields=["file_url", "is_private", "attached_to_name"],
	)
	for row in rows:
		own = [file for file in files if file.attached_to_name == row.name]
		row.attachments = json.dumps(
			[{"file_url": file.file_url, "is_private": file.is_private} for file in own]
		)
	return rows


def link_titles(doc: Any) -> dict[str, str]:
	"""`DocType::name` -> title, of the linked documents that are shown by their title."""
	from minibench.model.meta import get_meta

	wanted: dict[str, set[str]] = {}
	for record in (doc, *doc.get_all_children()):
		for df in (*record.meta.get_link_fields(), *record.meta.get_dynamic_link_fields()):
			name = record.get(df.fieldname)
			doctype = df.options if df.fieldtype == "Link" else record.get(df.options)
			if name and doctype:
				wanted.setdefault(doctype, set()).add(name)
	titles = {}
	for doctype, names in wanted.items():
		meta = get_meta(doctype)
		if meta.title_field and meta.show_title_field_in_link:
			rows = db.get_values(doctype, {"name": ["in", sorted(names)]}, ["name", meta.title_field])
			titles.update({f"{doctype}::{name}": title for name, title in rows})
	return titles
