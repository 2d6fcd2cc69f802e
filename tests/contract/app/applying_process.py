"""A process that applies receipts, each in a transaction of its own: argv is site, sites folder, whether they are announced
together before, and the lines' names.

What it read before is what a transaction on MariaDB goes on seeing: so it looks at the lines first. Whoever is told that
somebody else was there begins anew, as a run does.
"""

from __future__ import annotations

import sys
from datetime import date

import frappe


def main() -> None:
	site, sites_path, announce, *names = sys.argv[1:]
	frappe.init(site, sites_path=sites_path)
	frappe.connect()
	from o2c_extensions.cash_application.queries.lines import rows_of
	from o2c_extensions.cash_application.services import matching

	planned = None
	if announce == "announced":
		planned = matching.announce(matching.plan(rows_of(names=names), date(2026, 3, 31)))
	frappe.db.commit()
	for name in names:
		for last in (False, False, True):
			frappe.get_all("Bank Transaction", filters={"name": name}, fields=["*"])
			try:
				matching.apply(name, date(2026, 3, 31), planned=planned)
				frappe.db.commit()
				break
			except frappe.TimestampMismatchError:
				frappe.db.rollback()
				if last:
					raise
	frappe.destroy()


if __name__ == "__main__":
	main()
