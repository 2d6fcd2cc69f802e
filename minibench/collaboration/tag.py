"""Tags: words that users put on documents."""

from __future__ import annotations

from typing import Any

from minibench.context import db
from minibench.values.jsonio import parse_json
from minibench.values.text import unique
from minibench.web.whitelist import whitelist


@whitelist()
def add_tag(tag: Any, dt: Any, dn: Any, color: Any = None) -> Any:
	"""Put a tag on a document; a new word becomes a Tag."""
	DocTags(dt).add(dn, tag)
	return tag


@whitelist()
def add_tags(tags: Any, dt: Any, docs: Any, color: Any = None) -> None:
	"""Put several tags on several documents; both may be JSON."""
	words = parse_json(tags)
	for doc in parse_json(docs):
		for tag in words:
			DocTags(dt).add(doc, tag)


@whitelist()
def remove_tag(tag: Any, dt: Any, dn: Any) -> None:
	"""Take a tag off a document."""
	DocTags(dt).remove(dn, tag)


@whitelist()
def get_tagged_docs(doctype: Any, tag: Any) -> list[tuple[Any, ...]]:
	"""Names of the documents whose tags are like `tag` (with % as in LIKE)."""
	from minibench.access.permissions import check_permission as has_permission
	from minibench.data.query import get_all

	has_permission(doctype, throw=True)
	return [
		tuple(row)
		for row in get_all(doctype, filters={"_user_tags": ["like", tag]}, fields=["name"], as_list=True)
	]


@whitelist()
def get_tags(doctype: Any, txt: Any) -> list[str]:
	"""The tags that hold `txt`."""
	from minibench.data.query import get_list

	names = get_list("Tag", filters=[["name", "like", f"%{txt}%"]], pluck="name")
	return sorted({name for name in names if name and txt.casefold() in name.casefold()})


@whitelist()
def get_documents_for_tag(tag: Any) -> list[dict[str, Any]]:
	"""The documents that carry a tag written with a leading #."""
	from minibench.data.query import get_list

	rows = get_list(
		"Tag Link", filters={"tag": tag[1:]}, fields=["document_type", "document_name", "title", "tag"]
	)
	return [{"doctype": row.document_type, "name": row.document_name, "content": row.title} for row in rows]


@whitelist()
def get_tags_list_for_awesomebar() -> Any:
	"""All tags."""
	from minibench.data.query import get_list

	return get_list("Tag", pluck="name", order_by=None)


class DocTags:
	"""The tags on documents of one DocType."""

	def __init__(self, dt: str) -> None:
		self.dt = dt

	def get_tags(self, dn: str) -> str:
		"""A document's tags, each with a comma before it."""
		return (db.get_value(self.dt, dn, "_user_tags") or "").strip()

	def add(self, dn: str, tag: str) -> None:
		"""Put `tag` on the document unless it is there."""
		from minibench.model.document import get_doc

		tags = self.get_tags(dn).split(",")
		if tag in tags:
			return
		if not db.exists("Tag", tag):
			get_doc({"doctype": "Tag", "name": tag}).insert(ignore_permissions=True)
		self.update(dn, [*tags, tag])

	def remove(self, dn: str, tag: str) -> None:
		"""Take `tag` off, however it is capitalised."""
		self.update(dn, [each for each in self.get_tags(dn).split(",") if each.lower() != tag.lower()])

	def remove_all(self, dn: str) -> None:
		"""Take all tags off."""
		self.update(dn, [])

	def update(self, dn: str, tl: list[str]) -> None:
		"""Make `tl` the document's tags."""
		from minibench.model.document import get_doc

		tags = unique(tag for tag in tl if tag)
		text = "," + ",".join(tags) if tl else ""
		db.set_value(self.dt, dn, "_user_tags", text, update_modified=False)
		update_tags(get_doc(self.dt, dn), text)


def update_tags(doc: Any, tags: str) -> None:
	"""Have the Tag Links of a document say what `tags`, separated by commas, says.

	Raises:
		PermissionError: the user may not write the document.
	"""
	from minibench.data.query import get_list
	from minibench.model.document import get_doc

	doc.check_permission("write")
	place = {"document_type": doc.doctype, "document_name": doc.name}
	wanted = {tag.strip() for tag in tags.split(",") if tag}
	held = set(get_list("Tag Link", filters=place, pluck="tag"))
	for tag in sorted(wanted - held):
		get_doc({"doctype": "Tag Link", **place, "title": doc.get_title() or "", "tag": tag}).insert(
			ignore_permissions=True
		)
	if gone := held - wanted:
		db.delete("Tag Link", {**place, "tag": ["in", list(gone)]})


def delete_tags_for_document(doc: Any) -> None:
	"""Forget the tags of a deleted document."""
	db.delete("Tag Link", {"document_type": doc.doctype, "document_name": doc.name})
