"""A worker at a customer's recheck: argv is site, sites folder, customer, company, the hold at which it stops, a file.

When it comes to that hold it makes the file, and then does nothing any more, until it is killed.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import frappe


def main() -> None:
	site, sites_path, customer, company, last, reached = sys.argv[1:]
	frappe.init(site, sites_path=sites_path)
	frappe.connect()
	from o2c_extensions.credit_control import tasks
	from o2c_extensions.credit_control.services import checking

	judge = checking.judge

	def judge_until(order: Any, *asked: Any) -> Any:
		if order.name == last:
			Path(reached).touch()
			time.sleep(600)
		return judge(order, *asked)

	setattr(checking, "judge", judge_until)  # noqa: B010
	tasks.recheck(customer, company)
	frappe.db.commit()
	frappe.destroy()


if __name__ == "__main__":
	main()
