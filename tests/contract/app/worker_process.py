"""A process that executes one run: argv is site, sites folder, run, how often to try."""

from __future__ import annotations

import sys

import frappe


def main() -> None:
	site, sites_path, run = sys.argv[1:4]
	frappe.init(site, sites_path=sites_path)
	frappe.connect()
	from o2c_extensions.common import batch

	from tests.contract.app import kinds

	kinds.register(setattr)
	batch.execute(run)
	frappe.destroy()


if __name__ == "__main__":
	main()
