"""Ten thousand ToDos at once, or away with them: argv is the site, its folder, and `make` or `drop`."""

import sys

import frappe

COUNT = 10_000


def make() -> None:
	fields = ["name", "owner", "modified_by", "creation", "modified", "status", "priority", "description"]
	start = frappe.utils.now_datetime()
	rows = []
	for number in range(COUNT):
		moment = frappe.utils.add_to_date(start, seconds=-number)
		name = f"many-{number:05}"
		rows.append((name, "Administrator", "Administrator", moment, moment, "Open", "Low", f"Many {name}"))
	frappe.db.bulk_insert("ToDo", fields, rows)


def drop() -> None:
	frappe.db.delete("ToDo", {"name": ("like", "many-%")})


if __name__ == "__main__":
	site, sites, wanted = sys.argv[1:]
	frappe.init(site, sites_path=sites)
	frappe.connect()
	{"make": make, "drop": drop}[wanted]()
	frappe.db.commit()
	frappe.destroy()
