"""Our fields on ERPNext's DocTypes."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields

MODULE = "O2C Extensions"

# The documents of a case, and the field behind which our section begins: the last one before the connections.
CASE_DOCUMENTS = {
	"Sales Order": "party_account_currency",
	"Purchase Order": "party_account_currency",
	"Delivery Note": "instructions",
	"Sales Invoice": "remarks",
	"Payment Entry": "title",
}

# What else a module notes on ERPNext's documents, where its lists and filters need it.
NOTES: dict[str, list[dict[str, Any]]] = {
	"Sales Order": [
		{
			"fieldname": "o2c_column_break",
			"fieldtype": "Column Break",
			"insert_after": "o2c_case",
		},
		{
			"fieldname": "o2c_credit_status",
			"fieldtype": "Select",
			"label": "Credit Status",
			"options": "\nPassed\nHeld\nReleased\nRejected",
			"insert_after": "o2c_column_break",
			"in_standard_filter": 1,
			"search_index": 1,
		},
		{
			"fieldname": "o2c_promised_date",
			"fieldtype": "Date",
			"label": "Promised Date",
			"description": "When the last line is promised to leave.",
			"insert_after": "o2c_credit_status",
		},
	],
	"Sales Order Item": [
		{
			"fieldname": "o2c_promised_date",
			"fieldtype": "Date",
			"label": "Promised Date",
			"insert_after": "delivery_date",
		},
	],
	"Dunning Type": [
		{
			"fieldname": "o2c_section",
			"fieldtype": "Section Break",
			"label": "Order to Cash",
			"insert_after": "rate_of_interest",
		},
		{
			"fieldname": "o2c_dunning_level",
			"fieldtype": "Int",
			"label": "Dunning Level",
			"description": "1 is the first reminder. A type without a level is never used automatically.",
			"insert_after": "o2c_section",
			"read_only": 0,
			"non_negative": 1,
			"in_list_view": 1,
			"print_hide": 0,
		},
		{
			"fieldname": "o2c_days_overdue",
			"fieldtype": "Int",
			"label": "Days Overdue",
			"description": "From so many days after the due date on.",
			"insert_after": "o2c_dunning_level",
			"read_only": 0,
			"non_negative": 1,
			"in_list_view": 1,
		},
	],
	"Dunning": [
		{
			"fieldname": "o2c_dunning_level",
			"fieldtype": "Int",
			"label": "Dunning Level",
			"insert_after": "dunning_type",
			"in_standard_filter": 1,
			"search_index": 1,
		},
	],
	"Bank Transaction": [
		{
			"fieldname": "o2c_section",
			"fieldtype": "Section Break",
			"label": "Order to Cash",
			"insert_after": "bank_party_iban",
			"collapsible": 1,
		},
		{
			"fieldname": "o2c_match_status",
			"fieldtype": "Select",
			"label": "Match Status",
			"options": "\nMatched\nWaiting\nMatched by Hand",
			"insert_after": "o2c_section",
			"in_standard_filter": 1,
			"search_index": 1,
		},
		{
			"fieldname": "o2c_bank_statement",
			"fieldtype": "Link",
			"label": "Bank Statement",
			"options": "Bank Statement",
			"insert_after": "o2c_match_status",
			"search_index": 1,
		},
		{
			"fieldname": "o2c_told_section",
			"fieldtype": "Section Break",
			"label": "As the Bank Told It",
			"collapsible": 1,
			"insert_after": "o2c_bank_statement",
		},
		{
			"fieldname": "o2c_value_date",
			"fieldtype": "Date",
			"label": "Value Date",
			"insert_after": "o2c_told_section",
		},
		{
			"fieldname": "o2c_bank_reference",
			"fieldtype": "Data",
			"label": "Reference of the Bank",
			"insert_after": "o2c_value_date",
		},
		{
			"fieldname": "o2c_end_to_end_id",
			"fieldtype": "Data",
			"label": "Reference of the Payer",
			"insert_after": "o2c_bank_reference",
		},
		{
			"fieldname": "o2c_mandate_id",
			"fieldtype": "Data",
			"label": "Mandate",
			"insert_after": "o2c_end_to_end_id",
		},
		{
			"fieldname": "o2c_creditor_id",
			"fieldtype": "Data",
			"label": "Creditor Identifier",
			"insert_after": "o2c_mandate_id",
		},
		{
			"fieldname": "o2c_structured_references",
			"fieldtype": "Small Text",
			"label": "Structured References",
			"insert_after": "o2c_creditor_id",
		},
		{
			"fieldname": "o2c_told_column",
			"fieldtype": "Column Break",
			"insert_after": "o2c_structured_references",
		},
		{
			"fieldname": "o2c_booking_code",
			"fieldtype": "Data",
			"label": "Booking Code",
			"insert_after": "o2c_told_column",
		},
		{
			"fieldname": "o2c_return_code",
			"fieldtype": "Data",
			"label": "Return Code",
			"insert_after": "o2c_booking_code",
		},
		{
			"fieldname": "o2c_return_reason",
			"fieldtype": "Small Text",
			"label": "Return Reason",
			"insert_after": "o2c_return_code",
		},
		{
			"fieldname": "o2c_charges",
			"fieldtype": "Currency",
			"label": "Charges Told",
			"options": "currency",
			"insert_after": "o2c_return_reason",
		},
		{
			"fieldname": "o2c_instructed_amount",
			"fieldtype": "Currency",
			"label": "Instructed Amount",
			"options": "o2c_instructed_currency",
			"insert_after": "o2c_charges",
		},
		{
			"fieldname": "o2c_instructed_currency",
			"fieldtype": "Data",
			"label": "Instructed Currency",
			"insert_after": "o2c_instructed_amount",
		},
		{
			"fieldname": "o2c_exchange_rate",
			"fieldtype": "Float",
			"label": "Exchange Rate",
			"precision": "9",
			"insert_after": "o2c_instructed_currency",
		},
	],
}
_NOTE = {"module": MODULE, "read_only": 1, "no_copy": 1, "print_hide": 1, "translatable": 0}


def fields() -> dict[str, list[dict[str, Any]]]:
	"""Our custom fields by DocType, as `create_custom_fields` takes them."""
	found = {doctype: _case_fields(after) for doctype, after in CASE_DOCUMENTS.items()}
	for doctype, notes in NOTES.items():
		found.setdefault(doctype, []).extend({**_NOTE, **note} for note in notes)
	return found


def sync() -> None:
	"""Add the fields that are missing; leave those that are there, with whatever an administrator made of them."""
	wanted = fields()
	names = [f"{doctype}-{field['fieldname']}" for doctype in wanted for field in wanted[doctype]]
	present = set(frappe.get_all("Custom Field", filters={"name": ("in", names)}, pluck="name"))
	missing = {
		doctype: [field for field in wanted[doctype] if f"{doctype}-{field['fieldname']}" not in present]
		for doctype in _existing(list(wanted))
	}
	create_custom_fields({doctype: rows for doctype, rows in missing.items() if rows}, update=False)


def _existing(doctypes: list[str]) -> list[str]:
	"""Those that this ERPNext has."""
	found = set(frappe.get_all("DocType", filters={"name": ("in", doctypes)}, pluck="name"))
	return [doctype for doctype in doctypes if doctype in found]


def _case_fields(after: str) -> list[dict[str, Any]]:
	return [
		{
			"module": MODULE,
			"fieldname": "o2c_section",
			"fieldtype": "Section Break",
			"label": "Order to Cash",
			"insert_after": after,
			"collapsible": 1,
			"depends_on": "o2c_case",
		},
		{
			"module": MODULE,
			"fieldname": "o2c_case",
			"fieldtype": "Data",
			"label": "Case",
			"insert_after": "o2c_section",
			"read_only": 1,
			"no_copy": 1,
			"print_hide": 1,
			"search_index": 1,
			"translatable": 0,
		},
	]
