"""A process that submits drafted orders, each in a transaction of its own: argv is site, sites folder, a folder, the orders' names.

What it read before is what a transaction on MariaDB goes on seeing: so it looks at its orders' customer first. With a folder
(else "-") it does so together with another process: neither submits its n-th order before both have looked.

An order that is refused is undone and left a draft.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import frappe

PATIENCE = 120.0


def main() -> None:
	site, sites_path, folder, *names = sys.argv[1:]
	frappe.init(site, sites_path=sites_path)
	frappe.connect()
	for number, name in enumerate(names):
		order = frappe.get_doc("Sales Order", name)
		frappe.get_all("Sales Order", filters={"customer": order.customer, "docstatus": 1})
		if folder != "-":
			meet(Path(folder), number, name)
		try:
			order.submit()
			frappe.db.commit()
		except frappe.ValidationError:
			frappe.db.rollback()
	frappe.destroy()


def meet(folder: Path, number: int, name: str) -> None:
	"""Wait until the other one is here too."""
	(folder / f"{number}-{name}").touch()
	deadline = time.monotonic() + PATIENCE
	while len(list(folder.glob(f"{number}-*"))) < 2:
		if time.monotonic() > deadline:
			raise TimeoutError(f"nobody else came to {number}")
		time.sleep(0.01)


if __name__ == "__main__":
	main()
