"""What the splitting of batches reads: what notifications have told, and the lines that may be meant."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import frappe

from o2c_extensions.cash_application.queries.doctypes import BATCH, LINE, NOTIFICATION


def notifications_of(file_hash: str) -> list[str]:
	"""The notifications that were imported from a file, in the file's order."""
	return list(
		frappe.get_all(NOTIFICATION, filters={"file_hash": file_hash}, order_by="name asc", pluck="name")
	)


def of_these(names: Collection[str]) -> set[str]:
	"""Those of the names that notifications have."""
	return set(frappe.get_all(NOTIFICATION, filters={"name": ("in", list(names))}, pluck="name"))


def known_batches(fingerprints: Collection[str]) -> dict[str, str]:
	"""{fingerprint: notification} of the batches that were told before."""
	if not fingerprints:
		return {}
	rows = frappe.get_all(
		BATCH,
		filters={"fingerprint": ("in", list(fingerprints)), "parenttype": NOTIFICATION},
		fields=["fingerprint", "parent"],
		limit_page_length=0,
	)
	return {row.fingerprint: row.parent for row in rows}


def waiting(bank_account: str, first: date, last: date) -> list[Any]:
	"""The batches of an account on these days that no line was found for yet."""
	names = frappe.get_all(
		NOTIFICATION, filters={"bank_account": bank_account, "status": ("!=", "Used")}, pluck="name"
	)
	if not names:
		return []
	return list(
		frappe.get_all(
			BATCH,
			filters={
				"parenttype": NOTIFICATION,
				"parent": ("in", names),
				"status": "Waiting",
				"booking_date": ("between", [first, last]),
			},
			fields=["name", "parent", "amount", "booking_date", "bank_reference", "parts"],
			order_by="parent asc, idx asc",
			limit_page_length=0,
		)
	)


def statuses(notifications: Collection[str]) -> dict[str, set[str]]:
	"""{notification: the statuses that its batches have}."""
	rows = frappe.get_all(
		BATCH,
		filters={"parent": ("in", list(notifications)), "parenttype": NOTIFICATION},
		fields=["parent", "status"],
		limit_page_length=0,
	)
	found: dict[str, set[str]] = {}
	for row in rows:
		found.setdefault(row.parent, set()).add(row.status)
	return found


def open_lines(bank_account: str, first: date, last: date) -> list[Any]:
	"""The lines of these days that nothing was reconciled with."""
	return list(
		frappe.get_all(
			LINE,
			filters={
				"bank_account": bank_account,
				"docstatus": 1,
				"date": ("between", [first, last]),
				"allocated_amount": 0,
				"transaction_id": ("is", "set"),
			},
			fields=[
				*("name", "transaction_id", "date", "deposit", "withdrawal", "o2c_bank_reference"),
				*("bank_party_name", "bank_party_iban", "o2c_bank_statement"),
			],
			order_by="name asc",
			limit_page_length=0,
		)
	)
