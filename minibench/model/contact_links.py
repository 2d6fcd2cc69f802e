"""What contacts and addresses have in common: the documents that they belong to."""

from __future__ import annotations

from typing import Any

from minibench.context import db
from minibench.model.document import get_doc


def set_link_title(doc: Any) -> None:
	"""Show each link's title beside its name."""
	for link in doc.links or ():
		title = get_doc(link.link_doctype, link.link_name).get_title()
		link.link_title = title or link.link_name


def deduplicate_dynamic_links(doc: Any) -> None:
	"""Belong to each document once."""
	seen: dict[tuple[str, str], Any] = {}
	for link in doc.links or ():
		seen.setdefault((link.link_doctype, link.link_name), link)
	if len(seen) == len(doc.links or ()):
		return
	doc.links = []
	for doctype, name in seen:
		doc.append("links", {"link_doctype": doctype, "link_name": name})


def has_link(doc: Any, doctype: str, name: str) -> bool:
	return any(link.link_doctype == doctype and link.link_name == name for link in doc.links)


def has_common_link(doc: Any, other: Any) -> bool:
	"""Whether two documents belong to the same one."""
	return any(has_link(doc, link.link_doctype, link.link_name) for link in other.links)


def load_address_and_contact(doc: Any, key: str | None = None) -> None:
	"""Give a form the addresses and contacts that belong to its document."""
	from minibench.doctypes.address.address import get_address_display_list
	from minibench.doctypes.contact.contact import get_contact_display_list

	doc.set_onload("addr_list", get_address_display_list(doc.doctype, doc.name))
	doc.set_onload("contact_list", get_contact_display_list(doc.doctype, doc.name))


def delete_contact_and_address(doctype: str, docname: str) -> None:
	"""Delete what belongs to this document only; take the link out of what belongs to others too."""
	rows = db.execute(
		"select parenttype, parent from `tabDynamic Link` where link_doctype = ? and link_name = ? "
		"and parenttype in ('Contact', 'Address') order by parenttype desc",
		(doctype, docname),
	)
	for parenttype, parent in rows:
		doc = get_doc(parenttype, parent)
		if len(doc.links) == 1:
			doc.delete()
			continue
		for link in doc.links:
			if link.link_doctype == doctype and link.link_name == docname:
				doc.remove(link)
				doc.save()
				break
