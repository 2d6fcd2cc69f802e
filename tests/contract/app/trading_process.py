"""A process that sells from stock, delivers without an order and is paid, each document in a transaction of its own.

argv is site, sites folder, company, store, bank account, customer, item, how many rounds.
"""

from __future__ import annotations

import sys
from typing import Any

import frappe

DAY = "2026-03-02"


def main() -> None:
	site, sites_path, company, store, bank, customer, item, rounds = sys.argv[1:]
	frappe.init(site, sites_path=sites_path)
	frappe.connect()
	from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

	sale = {
		"customer": customer,
		"company": company,
		"set_posting_time": 1,
		"posting_date": DAY,
		"posting_time": "12:00:00",
		"items": [{"item_code": item, "qty": 1, "rate": 10, "warehouse": store}],
	}
	for _number in range(int(rounds)):
		invoice = submit({"doctype": "Sales Invoice", "due_date": DAY, "update_stock": 1, **sale})
		submit({"doctype": "Delivery Note", **sale})
		payment = get_payment_entry("Sales Invoice", invoice.name, bank_account=bank)
		payment.update({"posting_date": DAY, "reference_no": "R", "reference_date": DAY})
		submit(payment)
	frappe.destroy()


def submit(values: Any) -> Any:
	document = frappe.get_doc(values)
	document.insert()
	document.submit()
	frappe.db.commit()
	return document


if __name__ == "__main__":
	main()
