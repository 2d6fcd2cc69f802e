"""The entries of a Sales Invoice in the general ledger."""

from __future__ import annotations

from typing import Any

from minibench.context import Dict
from minibench.erp import gl, gl_map, stock_vouchers
from minibench.erp.companies import get_account_currency, is_perpetual_inventory_enabled
from minibench.translate import _
from minibench.values.numbers import cint, flt


def entries(doc: Any) -> list[Dict]:
	"""Receivable against taxes and income; cost against stock if the invoice moves stock; the rounding."""
	rows: list[Dict] = []
	_receivable(doc, rows)
	_taxes(doc, rows)
	_income(doc, rows)
	if cint(doc.update_stock) and is_perpetual_inventory_enabled(doc.company):
		rows += stock_vouchers.entries(doc)
	_precision_loss(doc, rows)
	rows = gl_map.merged(rows, gl.precision(doc.company))
	_rounding(doc, rows)
	return rows


def _receivable(doc: Any, rows: list[Dict]) -> None:
	rounded = doc.rounding_adjustment and doc.rounded_total
	total = doc.rounded_total if rounded else doc.grand_total
	base_rounded = doc.base_rounding_adjustment and doc.base_rounded_total
	base = flt(
		doc.base_rounded_total if base_rounded else doc.base_grand_total, doc.precision("base_grand_total")
	)
	if not total:
		return
	against = doc.name
	if doc.is_return and doc.return_against and not doc.update_outstanding_for_self:
		against = doc.return_against
	rows.append(
		gl.entry(
			doc,
			{
				"account": doc.debit_to,
				"party_type": "Customer",
				"party": doc.customer,
				"due_date": doc.due_date,
				"against": doc.against_income_account,
				"debit": base,
				"debit_in_account_currency": base
				if doc.party_account_currency == doc.company_currency
				else total,
				"against_voucher": against,
				"against_voucher_type": doc.doctype,
				"cost_center": doc.cost_center,
			},
			doc.party_account_currency,
			item=doc,
		)
	)


def _taxes(doc: Any, rows: list[Dict]) -> None:
	for tax in doc.taxes:
		if not flt(tax.base_tax_amount_after_discount_amount):
			continue
		currency = get_account_currency(tax.account_head)
		base = flt(
			tax.base_tax_amount_after_discount_amount, tax.precision("tax_amount_after_discount_amount")
		)
		own = flt(tax.tax_amount_after_discount_amount, tax.precision("tax_amount_after_discount_amount"))
		rows.append(
			gl.entry(
				doc,
				{
					"account": tax.account_head,
					"against": doc.customer,
					"credit": base,
					"credit_in_account_currency": base if currency == doc.company_currency else own,
					"cost_center": tax.cost_center,
				},
				currency,
				item=tax,
			)
		)


def _income(doc: Any, rows: list[Dict]) -> None:
	for item in doc.items:
		base = flt(item.base_net_amount, item.precision("base_net_amount"))
		if not base:
			continue
		currency = get_account_currency(item.income_account)
		own = flt(item.net_amount, item.precision("net_amount"))
		rows.append(
			gl.entry(
				doc,
				{
					"account": item.income_account,
					"against": doc.customer,
					"credit": base,
					"credit_in_account_currency": base if currency == doc.company_currency else own,
					"cost_center": item.cost_center,
				},
				currency,
				item=item,
			)
		)


def _precision_loss(doc: Any, rows: list[Dict]) -> None:
	"""What the rows' amounts in the company's currency differ from the total's."""
	loss = flt(doc.base_net_total) - flt(doc.net_total * doc.conversion_rate, doc.precision("net_total"))
	if not loss:
		return
	by_company = bool(cint(doc.use_company_roundoff_cost_center))
	account, cost_center = gl.round_off_account(
		doc.company, "Purchase Invoice", doc.name, company_cost_center=True
	)
	rows.append(
		gl.entry(
			doc,
			{
				"account": account,
				"against": doc.customer,
				"debit": loss,
				"cost_center": cost_center if by_company else doc.cost_center or cost_center,
				"remarks": _("Net total calculation precision loss"),
			},
		)
	)


def _rounding(doc: Any, rows: list[Dict]) -> None:
	amount = flt(doc.rounding_adjustment, doc.precision("rounding_adjustment"))
	if not amount or not doc.base_rounding_adjustment:
		return
	by_company = bool(cint(doc.use_company_roundoff_cost_center))
	account, cost_center = gl.round_off_account(
		doc.company, doc.doctype, doc.name, doc.is_opening == "Yes", by_company
	)
	rows.append(
		gl.entry(
			doc,
			{
				"account": account,
				"against": doc.customer,
				"credit_in_account_currency": amount,
				"credit": flt(doc.base_rounding_adjustment, doc.precision("base_rounding_adjustment")),
				"cost_center": cost_center if by_company else doc.cost_center or cost_center,
			},
			item=doc,
		)
	)
