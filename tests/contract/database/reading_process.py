"""Prints one value as another process sees it: site, sites path, DocType, name, fieldname."""

import sys

import frappe

if __name__ == "__main__":
	site, sites_path, doctype, name, fieldname = sys.argv[1:]
	frappe.init(site, sites_path=sites_path)
	frappe.connect()
	print(frappe.db.get_value(doctype, name, fieldname))
	frappe.destroy()
