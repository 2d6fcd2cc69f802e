"""Indexes on ERPNext's tables for questions that are asked at every decision, however long a customer's history is."""

from __future__ import annotations

import frappe

# DocType -> columns, in an order that lets the question be answered from the index.
INDEXES = {
	# What is open of a customer's invoices.
	"Sales Invoice": ("customer", "company", "outstanding_amount"),
	# The first of a customer's orders.
	"Sales Order": ("customer", "company", "docstatus", "transaction_date"),
	"Dunning": ("customer", "company"),
	"Bank Transaction": ("party", "transaction_type"),
}


def sync() -> None:
	for doctype, columns in INDEXES.items():
		frappe.db.add_index(doctype, list(columns), f"o2c_{'_'.join(columns)}"[:60])
