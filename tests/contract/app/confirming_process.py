"""A clerk in a process of its own who confirms what is proposed for a line: argv is site, sites folder, line, how many clerks there
are, and the file that they meet at. Prints "won" or "told".
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import frappe


def main() -> None:
	site, sites_path, line, clerks, meeting = sys.argv[1:]
	frappe.init(site, sites_path=sites_path)
	frappe.connect()
	from o2c_extensions.cash_application import api

	# All have looked at the line before the first confirms it, as on their pages.
	digest = api.candidates(line)["proposal"]["digest"]
	with Path(meeting).open("a") as file:
		file.write("here\n")
	while Path(meeting).read_text().count("here") < int(clerks):
		time.sleep(0.01)
	try:
		api.confirm(line, digest)
		frappe.db.commit()
		sys.stdout.write("won\n")
	except frappe.TimestampMismatchError:
		frappe.db.rollback()
		sys.stdout.write("told\n")
	frappe.destroy()


if __name__ == "__main__":
	main()
