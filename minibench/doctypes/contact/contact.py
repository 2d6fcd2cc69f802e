"""People: how to reach them, and the documents that they belong to."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import db
from minibench.hooks import unscrub
from minibench.model import contact_links
from minibench.model.document import Document, get_doc
from minibench.model.naming import append_number_if_name_exists
from minibench.translate import _
from minibench.values.text import bold, cstr
from minibench.web.whitelist import whitelist


class Contact(Document):
	user: Any

	def autoname(self) -> None:
		self.name = self._get_full_name()
		if self.links:
			self.name += "-" + self.links[0].link_name.strip()
		if db.exists("Contact", self.name):
			self.name = append_number_if_name_exists("Contact", self.name)

	def validate(self) -> None:
		self.full_name = self._get_full_name()
		self.set_primary_email()
		self.set_primary("phone")
		self.set_primary("mobile_no")
		self.set_user()
		contact_links.set_link_title(self)
		contact_links.deduplicate_dynamic_links(self)

	def set_user(self) -> None:
		if not self.user and self.email_id:
			self.user = db.get_value("User", {"email": self.email_id})

	def set_primary_email(self) -> None:
		"""The e-mail address is the primary one of the list; a single one is primary."""
		if len(self.email_ids) == 1:
			self.email_ids[0].is_primary = 1
		primary = [row.email_id for row in self.email_ids if row.is_primary]
		if len(primary) > 1:
			throw(_("Only one {0} can be set as primary.").format(bold(_("Email ID"))))
		self.email_id = primary[0].strip() if primary else ""

	def set_primary(self, fieldname: str) -> None:
		"""The phone or mobile number is the primary one of the list."""
		primary = [row.phone for row in self.phone_nos if row.get(f"is_primary_{fieldname}")]
		if len(primary) > 1:
			throw(_("Only one {0} can be set as primary.").format(bold(unscrub(fieldname))))
		setattr(self, fieldname, primary[0] if primary else "")

	def add_email(self, email_id: str, is_primary: Any = 0, autosave: bool = False) -> None:
		if not db.exists("Contact Email", {"email_id": email_id, "parent": self.name}):
			self.append("email_ids", {"email_id": email_id, "is_primary": is_primary})
			if autosave:
				self.save(ignore_permissions=True)

	def add_phone(
		self, phone: str, is_primary_phone: Any = 0, is_primary_mobile_no: Any = 0, autosave: bool = False
	) -> None:
		if not db.exists("Contact Phone", {"phone": phone, "parent": self.name}):
			row = {
				"phone": phone,
				"is_primary_phone": is_primary_phone,
				"is_primary_mobile_no": is_primary_mobile_no,
			}
			self.append("phone_nos", row)
			if autosave:
				self.save(ignore_permissions=True)

	def get_link_for(self, link_doctype: str) -> str | None:
		"""The document of one DocType that this contact belongs to."""
		return next((link.link_name for link in self.links if link.link_doctype == link_doctype), None)

	def has_link(self, doctype: str, name: str) -> bool:
		return contact_links.has_link(self, doctype, name)

	def has_common_link(self, doc: Any) -> bool:
		return contact_links.has_common_link(self, doc)

	def _get_full_name(self) -> str:
		return get_full_name(self.first_name, self.middle_name, self.last_name, self.company_name)


def get_full_name(
	first: str | None = None, middle: str | None = None, last: str | None = None, company: str | None = None
) -> str:
	"""A person's names in order, or the company's where there are none."""
	return " ".join(filter(None, (cstr(name).strip() for name in (first, middle, last)))) or company or ""


def get_default_contact(doctype: str, name: str) -> str | None:
	"""The primary contact of a document, or another one that it has."""
	rows = db.execute(
		"select l.parent from `tabDynamic Link` l left join `tabContact` c on c.name = l.parent "
		"where l.link_doctype = ? and l.link_name = ? and l.parenttype = 'Contact' "
		"order by ifnull(c.is_primary_contact, 0) desc limit 1",
		(doctype, name),
	)
	return rows[0][0] if rows else None


@whitelist()
def get_contact_details(contact: Any) -> dict[str, Any]:
	"""How to reach a contact, under the names of the fields that transactions have."""
	doc = get_doc("Contact", contact)
	doc.check_permission()
	return {
		"contact_person": doc.get("name"),
		"contact_display": doc.get("full_name"),
		"contact_email": doc.get("email_id"),
		"contact_mobile": doc.get("mobile_no"),
		"contact_phone": doc.get("phone"),
		"contact_designation": doc.get("designation"),
		"contact_department": doc.get("department"),
	}


@whitelist()
def invite_user(contact: str) -> str:
	"""Make the contact a website user."""
	doc = get_doc("Contact", contact)
	doc.check_permission()
	if not doc.email_id:
		throw(_("Please set Email Address"))
	user = get_doc(
		{
			"doctype": "User",
			"first_name": doc.first_name,
			"last_name": doc.last_name,
			"email": doc.email_id,
			"user_type": "Website User",
			"send_welcome_email": 1,
		}
	).insert()
	return str(user.name)


def update_contact(doc: Any, method: str | None = None) -> None:
	"""A user's contact follows changes of the user."""
	name = db.get_value("Contact", {"email_id": doc.name})
	if not name:
		return
	contact = get_doc("Contact", name)
	for key in ("first_name", "last_name", "phone"):
		if doc.get(key):
			contact.set(key, doc.get(key))
	contact.flags.ignore_mandatory = True
	contact.save(ignore_permissions=True)


def get_contact_with_phone_number(number: str | None) -> str | None:
	"""A contact one of whose numbers ends in `number`."""
	if not number:
		return None
	return db.get_value("Contact Phone", {"phone": ("like", f"%{number}")}, "parent")  # type: ignore[no-any-return]


def get_contact_name(email_id: str) -> str | None:
	"""The contact with an e-mail address."""
	rows = db.execute(
		"select c.name from `tabContact Email` e join `tabContact` c on c.name = e.parent "
		"where e.email_id = ? and e.parenttype = 'Contact' limit 1",
		(email_id,),
	)
	return rows[0][0] if rows else None


def get_contacts_linking_to(doctype: str, docname: str, fields: Any = None) -> Any:
	"""The contacts that belong to a document."""
	from minibench.data.query import get_list

	filters = [
		["Dynamic Link", "link_doctype", "=", doctype],
		["Dynamic Link", "link_name", "=", docname],
	]
	return get_list("Contact", fields=fields, filters=filters)


def get_contact_display_list(doctype: str, name: str) -> list[Any]:
	"""The contacts of a document that the user may read, with their numbers, addresses and postal address."""
	from minibench.access.permissions import check_permission as has_permission
	from minibench.data.query import get_list
	from minibench.doctypes.address.address import get_condensed_address

	if not has_permission("Contact", "read"):
		return []
	contacts: list[Any] = get_list(
		"Contact",
		filters=[
			["Dynamic Link", "link_doctype", "=", doctype],
			["Dynamic Link", "link_name", "=", name],
			["Dynamic Link", "parenttype", "=", "Contact"],
		],
		fields=["*"],
		order_by="is_primary_contact DESC, `tabContact`.creation ASC",
	)
	for contact in contacts:
		doc = get_doc("Contact", contact.name)
		contact["email_ids"] = [row for row in doc.email_ids if not row.is_primary]
		contact["phone_nos"] = [
			row for row in doc.phone_nos if not (row.is_primary_phone or row.is_primary_mobile_no)
		]
		if contact.address:
			contact["address"] = get_condensed_address(get_doc("Address", contact.address))
	return contacts
