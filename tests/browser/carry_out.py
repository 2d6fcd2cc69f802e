"""Carry a run out at once, where no worker is there: argv is the site, its folder, and the run's name."""

import sys

import frappe

if __name__ == "__main__":
	site, sites, run = sys.argv[1:]
	frappe.init(site, sites_path=sites)
	frappe.connect()
	frappe.get_attr("o2c_extensions.common.batch.execute")(run)
	frappe.db.commit()
	frappe.destroy()
