"""Postal addresses and the documents that they belong to."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import Dict, db, session
from minibench.doctypes.address_template.address_template import DEFAULT, filled_in
from minibench.model import contact_links
from minibench.model.document import Document, get_cached_doc, get_doc
from minibench.model.naming import make_autoname
from minibench.translate import _
from minibench.values.text import cstr
from minibench.web.whitelist import whitelist

PREFERENCES = ("is_primary_address", "is_shipping_address")


class Address(Document):
	address_title: Any

	def __setup__(self) -> None:
		self.flags.linked = False

	def autoname(self) -> None:
		if not self.address_title and self.links:
			self.address_title = self.links[0].link_name
		if not self.address_title:
			throw(_("Address Title is mandatory."))
		title = cstr(self.address_title).strip()
		self.name = f"{title}-{cstr(_(self.address_type)).strip()}"
		if db.exists("Address", self.name):
			self.name = make_autoname(f"{title}-{cstr(self.address_type).strip()}-.#", ignore_validate=True)

	def validate(self) -> None:
		self.link_address()
		self.validate_preferred_address()
		contact_links.set_link_title(self)
		contact_links.deduplicate_dynamic_links(self)

	def link_address(self) -> bool:
		"""An address without links belongs to what its owner, as a contact, belongs to."""
		if self.links:
			return False
		contact = db.get_value("Contact", {"email_id": self.owner})
		if not contact:
			return False
		for link in get_cached_doc("Contact", contact).links:
			self.append("links", {"link_doctype": link.link_doctype, "link_name": link.link_name})
		return True

	def validate_preferred_address(self) -> None:
		"""A document has one preferred address of a kind: this one takes its place."""
		for preference in PREFERENCES:
			if self.get(preference):
				for link in self.links:
					other = get_preferred_address(link.link_doctype, link.link_name, preference)
					if other:
						update_preferred_address(other, preference)

	def get_display(self) -> str | None:
		return get_address_display(self.as_dict())

	def has_link(self, doctype: str, name: str) -> bool:
		return contact_links.has_link(self, doctype, name)

	def has_common_link(self, doc: Any) -> bool:
		return contact_links.has_common_link(self, doc)


def get_preferred_address(doctype: str, name: str, preferred_key: str = "is_primary_address") -> str | None:
	"""The address that a document prefers for bills or deliveries."""
	if preferred_key not in PREFERENCES:
		return None
	rows = db.execute(
		"select a.name from `tabAddress` a join `tabDynamic Link` l on l.parent = a.name "
		f"where l.link_doctype = ? and l.link_name = ? and a.disabled = 0 and a.{preferred_key} = 1 limit 1",
		(doctype, name),
	)
	return rows[0][0] if rows else None


def update_preferred_address(address: str, field: str) -> None:
	db.set_value("Address", address, field, 0)


@whitelist()
def get_default_address(doctype: str, name: str | None, sort_key: str = "is_primary_address") -> str | None:
	"""The preferred address of a document, or another one that it has."""
	from minibench.data.query import get_all

	if sort_key not in PREFERENCES:
		return None
	addresses = get_all(
		"Address",
		filters=[*_linked_to(doctype, name), ["disabled", "=", 0]],
		pluck="name",
		order_by=f"{sort_key} DESC",
		limit=1,
	)
	return addresses[0] if addresses else None


def _linked_to(doctype: str, name: str | None) -> list[list[Any]]:
	return [["Dynamic Link", "link_doctype", "=", doctype], ["Dynamic Link", "link_name", "=", name]]


@whitelist()
def get_address_display(address_dict: dict | str | None) -> str | None:  # type: ignore[type-arg]
	"""An address as it is printed; of one given by name only if the user may read it."""
	return render_address(address_dict)


def render_address(address: Any, check_permissions: bool = True) -> str | None:
	"""An address, given as a dict or by name, in its country's form."""
	from jinja2 import TemplateSyntaxError

	if not address:
		return None
	if not isinstance(address, dict):
		doc = get_cached_doc("Address", address)
		if check_permissions:
			doc.check_permission()
		address = doc.as_dict()
	name, template = get_address_templates(address)
	try:
		return filled_in(template, address)
	except TemplateSyntaxError:
		throw(_("There is an error in your Address Template {0}").format(name))
	return None


def get_address_templates(address: Any) -> tuple[str | None, str]:
	"""The form of an address: its country's, else the site's default."""
	rows = db.recall(
		"select name, template, country = ? from `tabAddress Template` where country = ? or is_default = 1 "
		"order by 3 desc, modified desc limit 1",
		(address.get("country"), address.get("country")),
	)
	return (rows[0][0], rows[0][1]) if rows else (None, DEFAULT)


def get_company_address(company: str | None) -> Dict:
	"""A company's address: its name, and as it is printed."""
	address = Dict()
	if company:
		address.company_address = get_default_address("Company", company)
		address.company_address_display = render_address(address.company_address, check_permissions=False)
	return address


def get_condensed_address(doc: Any) -> str:
	"""An address in one line."""
	fields = ("address_title", "address_line1", "address_line2", "city", "county", "state", "country")
	return ", ".join(doc.get(field) for field in fields if doc.get(field))


def get_address_display_list(doctype: str, name: str) -> list[Any]:
	"""The addresses of a document that the user may read, each as it is printed."""
	from minibench.access.permissions import check_permission as has_permission
	from minibench.data.query import get_list

	if not has_permission("Address", "read"):
		return []
	addresses: list[Any] = get_list(
		"Address",
		filters=[*_linked_to(doctype, name), ["Dynamic Link", "parenttype", "=", "Address"]],
		fields=["*"],
		order_by="is_primary_address DESC, `tabAddress`.creation ASC",
	)
	for address in addresses:
		address["display"] = get_address_display(address)
	return addresses


def has_website_permission(doc: Any, ptype: str, user: str, verbose: bool = False) -> bool:
	"""A website user may see the addresses of what they, as a contact, belong to."""
	contact = db.get_value("Contact", {"email_id": session.user})
	return bool(contact and get_doc("Contact", contact).has_common_link(doc))
