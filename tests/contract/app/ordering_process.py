"""A process that submits drafted orders, each in a transaction of its own: argv is site, sites folder, the orders' names.

What it read before is what a transaction on MariaDB goes on seeing: so it looks at its orders' customer first.
"""

from __future__ import annotations

import sys

import frappe


def main() -> None:
	site, sites_path, *names = sys.argv[1:]
	frappe.init(site, sites_path=sites_path)
	frappe.connect()
	for name in names:
		order = frappe.get_doc("Sales Order", name)
		frappe.get_all("Sales Order", filters={"customer": order.customer, "docstatus": 1})
		order.submit()
		frappe.db.commit()
	frappe.destroy()


if __name__ == "__main__":
	main()
