"""The endpoints that v15's desk, and clients like it, call: `frappe.client.*`, `frappe.desk.*`."""
