"""What happens when the ERPNext subset is installed on a site."""

from __future__ import annotations

from minibench.context import db


def after_install() -> None:
	"""The standard records, the roles of users of the website, and the indexes by which the ledgers are read."""
	from minibench.erp.setup import masters

	masters.install()
	db.set_value("Role", {"name": ("in", WEBSITE_ROLES)}, "desk_access", 0)
	for doctype, fields in INDEXES:
		db.add_index(doctype, list(fields))


WEBSITE_ROLES = ("Customer", "Supplier")
INDEXES = (
	("GL Entry", ("voucher_type", "voucher_no")),
	("GL Entry", ("posting_date", "company")),
	("GL Entry", ("party_type", "party")),
	("Payment Ledger Entry", ("against_voucher_no", "against_voucher_type")),
	("Payment Ledger Entry", ("voucher_no", "voucher_type")),
	("Stock Ledger Entry", ("voucher_no", "voucher_type")),
	("Stock Ledger Entry", ("item_code", "warehouse", "posting_datetime", "creation")),
	("Bin", ("item_code", "warehouse")),
	("Sales Order Item", ("item_code", "warehouse")),
	("Delivery Note Item", ("so_detail",)),
	("Delivery Note Item", ("against_sales_order",)),
	("Delivery Note Item", ("dn_detail",)),
	("Sales Invoice Item", ("so_detail",)),
	("Sales Invoice Item", ("sales_order",)),
	("Sales Invoice Item", ("dn_detail",)),
	("Sales Invoice Item", ("delivery_note",)),
	("Payment Entry Reference", ("reference_name",)),
	("Journal Entry Account", ("reference_name",)),
	("Item Price", ("item_code", "price_list")),
	("Overdue Payment", ("sales_invoice",)),
)
