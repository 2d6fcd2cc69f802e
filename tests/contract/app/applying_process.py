"""A process that applies receipts, each in a transaction of its own: argv is site, sites folder, the lines' names.

What it read before is what a transaction on MariaDB goes on seeing: so it looks at the lines first.
"""

from __future__ import annotations

import sys
from datetime import date

import frappe


def main() -> None:
	site, sites_path, *names = sys.argv[1:]
	frappe.init(site, sites_path=sites_path)
	frappe.connect()
	from o2c_extensions.cash_application.services.receipts import apply_receipt

	for name in names:
		frappe.get_all("Bank Transaction", filters={"name": name}, fields=["*"])
		apply_receipt(name, date(2026, 3, 31))
		frappe.db.commit()
	frappe.destroy()


if __name__ == "__main__":
	main()
