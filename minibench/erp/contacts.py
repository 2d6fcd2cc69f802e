"""A customer's or supplier's own contact and address."""

from __future__ import annotations

from typing import Any

from minibench.data.query import get_all
from minibench.model.document import get_doc

_ADDRESS_FIELDS = ("address_line1", "address_line2", "city", "state", "pincode", "country")


def create_primary(party: Any) -> None:
	"""Make the contact, and for a new party the address, whose data were entered in the party itself."""
	prefix = party.doctype.lower()
	if not party.get(f"{prefix}_primary_contact") and (party.get("mobile_no") or party.get("email_id")):
		mobile, email = party.mobile_no, party.email_id
		contact = _make_contact(party)
		party.db_set(f"{prefix}_primary_contact", contact.name)
		party.db_set("mobile_no", mobile)
		party.db_set("email_id", email)
	if party.flags.is_new_doc and party.get("address_line1"):
		from minibench.erp.addresses import render_address

		address = get_doc(
			{
				"doctype": "Address",
				"address_title": party.get(f"{prefix}_name"),
				**{field: party.get(field) for field in _ADDRESS_FIELDS},
				"links": [{"link_doctype": party.doctype, "link_name": party.name}],
			}
		).insert(ignore_permissions=True)
		party.db_set(f"{prefix}_primary_address", address.name)
		party.db_set("primary_address", render_address(address.name))


def _make_contact(party: Any) -> Any:
	names: dict[str, Any]
	title = party.get(f"{party.doctype.lower()}_name")
	if party.get(f"{party.doctype.lower()}_type") == "Individual":
		first, _space, rest = str(title).partition(" ")
		names = {"first_name": first, "last_name": rest}
	else:
		names = {"first_name": title, "company_name": title}
	contact = get_doc(
		{
			"doctype": "Contact",
			"salutation": party.get("salutation"),
			"gender": party.get("gender"),
			"is_primary_contact": 1,
			**names,
			"links": [{"link_doctype": party.doctype, "link_name": party.name}],
		}
	)
	if party.get("email_id"):
		contact.append("email_ids", {"email_id": party.email_id, "is_primary": 1})
	if party.get("mobile_no"):
		contact.append("phone_nos", {"phone": party.mobile_no, "is_primary_mobile_no": 1})
	return contact.insert(ignore_permissions=True)


def remove_all(doctype: str, name: str) -> None:
	"""Delete the addresses and contacts that belong to this party only; take it out of the others."""
	from minibench.model.deletion import delete_doc

	for parenttype in ("Contact", "Address"):
		links = {"parenttype": parenttype, "link_doctype": doctype, "link_name": name}
		for parent in get_all("Dynamic Link", filters=links, pluck="parent", distinct=True):
			doc = get_doc(parenttype, parent)
			others = [row for row in doc.links if (row.link_doctype, row.link_name) != (doctype, name)]
			if not others:
				delete_doc(parenttype, parent, ignore_permissions=True)
				continue
			doc.set("links", [])
			for row in others:
				doc.append("links", {"link_doctype": row.link_doctype, "link_name": row.link_name})
			doc.save(ignore_permissions=True)
