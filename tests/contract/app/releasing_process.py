"""A process that decides about one hold as one user: argv is site, sites folder, hold, user, action, a folder to meet in.

It looks at the hold, says that it is ready, and waits until everybody may go. Prints what came out, as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import frappe


def main() -> None:
	site, sites_path, hold, user, action, meeting = sys.argv[1:]
	frappe.init(site, sites_path=sites_path)
	frappe.connect()
	frappe.set_user(user)
	from o2c_extensions.credit_control import api

	frappe.get_doc("Credit Hold", hold)
	(Path(meeting) / f"ready-{user}").touch()
	while not (Path(meeting) / "go").exists():
		time.sleep(0.01)
	try:
		outcome = {"status": getattr(api, action)(hold)["status"]}
		frappe.db.commit()
	except Exception as error:
		frappe.db.rollback()
		outcome = {"error": type(error).__name__, "message": str(error)}
	sys.stdout.write("\n" + json.dumps(outcome) + "\n")
	frappe.destroy()


if __name__ == "__main__":
	main()
