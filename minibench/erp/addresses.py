"""Addresses of parties and companies, and how they read."""

from __future__ import annotations

from typing import Any

from minibench.context import db


def render_address(name: str | None) -> str | None:
	"""An address as the lines that a document shows."""
	if not name:
		return None
	from minibench.doctypes.address.address import get_address_display

	return get_address_display(name)


def default_address(party_type: str, party: str, shipping: bool = False) -> str | None:
	"""The primary (or the preferred shipping) address of a party, else the first one."""
	fieldname = "is_shipping_address" if shipping else "is_primary_address"
	rows = db.recall(
		f"select a.name, a.`{fieldname}` from `tabAddress` a join `tabDynamic Link` l on l.parent = a.name "
		"where l.parenttype = 'Address' and l.link_doctype = ? and l.link_name = ? and coalesce(a.disabled, 0) = 0 "
		f"order by a.`{fieldname}` desc, a.creation limit 1",
		(party_type, party),
	)
	return rows[0][0] if rows else None


def shipping_address(party_type: str, party: str) -> str | None:
	"""The preferred shipping address, else one of type Shipping; no other."""
	rows = db.recall(
		"select a.name, a.is_shipping_address, a.address_type from `tabAddress` a "
		"join `tabDynamic Link` l on l.parent = a.name "
		"where l.parenttype = 'Address' and l.link_doctype = ? and l.link_name = ? and coalesce(a.disabled, 0) = 0 "
		"and (a.address_type = 'Shipping' or a.is_shipping_address = 1) "
		"order by a.is_shipping_address desc limit 1",
		(party_type, party),
	)
	return rows[0][0] if rows else None


def company_address(company: str) -> dict[str, Any]:
	name = default_address("Company", company)
	return {"company_address": name, "company_address_display": render_address(name)} if name else {}


def default_contact(party_type: str, party: str) -> str | None:
	rows = db.recall(
		"select c.name, c.is_primary_contact from `tabContact` c join `tabDynamic Link` l on l.parent = c.name "
		"where l.parenttype = 'Contact' and l.link_doctype = ? and l.link_name = ? "
		"order by c.is_primary_contact desc, c.creation limit 1",
		(party_type, party),
	)
	return rows[0][0] if rows else None
