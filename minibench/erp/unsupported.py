"""What v15's documents can do and these cannot: whoever asks for it is told so, and nothing is computed wrongly."""

from __future__ import annotations

from typing import Any

from minibench.errors import NotInMinibench

FIELDS: dict[str, tuple[str, ...]] = {
	"Sales Order": (
		"packed_items",
		"loyalty_points",
		"coupon_code",
		"shipping_rule",
		"is_internal_customer",
		"inter_company_order_reference",
		"reserve_stock",
		"sales_team",
		"sales_partner",
		"project",
		"auto_repeat",
	),
	"Delivery Note": (
		"packed_items",
		"pick_list",
		"shipping_rule",
		"is_internal_customer",
		"inter_company_reference",
		"issue_credit_note",
		"set_target_warehouse",
		"sales_team",
		"sales_partner",
		"project",
	),
	"Sales Invoice": (
		"is_pos",
		"is_consolidated",
		"payments",
		"packed_items",
		"timesheets",
		"redeem_loyalty_points",
		"loyalty_program",
		"shipping_rule",
		"is_internal_customer",
		"inter_company_invoice_reference",
		"is_cash_or_non_trade_discount",
		"additional_discount_account",
		"is_discounted",
		"sales_team",
		"sales_partner",
		"project",
		"subscription",
	),
	"Purchase Order": (
		"is_subcontracted",
		"apply_tds",
		"shipping_rule",
		"is_internal_supplier",
		"inter_company_order_reference",
		"supplied_items",
		"project",
	),
	"Stock Entry": (
		"work_order",
		"bom_no",
		"from_bom",
		"add_to_transit",
		"outgoing_stock_entry",
		"additional_costs",
		"project",
	),
	"Payment Entry": (
		"taxes",
		"apply_tax_withholding_amount",
		"book_advance_payments_in_separate_party_account",
		"payment_order",
		"project",
	),
	"Journal Entry": (
		"inter_company_journal_entry_reference",
		"apply_tds",
		"from_template",
		"finance_book",
		"stock_entry",
	),
}
ROW_FIELDS = (
	"serial_and_batch_bundle",
	"serial_no",
	"batch_no",
	"target_warehouse",
	"is_fixed_asset",
	"asset",
	"enable_deferred_revenue",
	"pricing_rules",
	"blanket_order",
	"against_blanket_order",
	"prevdoc_docname",
	"bom_no",
	"bom",
	"material_request",
	"discount_account",
	"project",
)


def refuse(doc: Any) -> None:
	"""Raise NotInMinibench if a document uses something that is not supported."""
	own = doc.__dict__
	for fieldname in FIELDS.get(doc.doctype, ()):
		if own.get(fieldname):
			raise NotInMinibench(f"{doc.doctype}.{fieldname}")
	for table in ("items", "accounts", "references"):
		for row in own.get(table) or ():
			values = row.__dict__
			for fieldname in ROW_FIELDS:
				if values.get(fieldname):
					raise NotInMinibench(f"{row.doctype}.{fieldname}")
