"""The calculation of taxes.py for a document of this site: with its settings, its items' taxes and words."""

from __future__ import annotations

import json
from typing import Any

from minibench.collaboration.messages import msgprint
from minibench.context import db
from minibench.erp.companies import get_company_currency
from minibench.erp.tax_templates import item_tax_map, item_tax_rows, valid_templates
from minibench.erp.taxes import Settings, Totals
from minibench.model.caches import get_cached_doc
from minibench.translate import _
from minibench.values.html import CleanHTML
from minibench.values.numbers import cint, flt, round_based_on_smallest_currency_fraction
from minibench.values.text import bold, escape_html
from minibench.values.words import money_in_words


def calculate(doc: Any) -> None:
	"""Set all amounts of a document and its rows."""
	if not doc.items:
		return
	_check_item_templates(doc)
	maps: dict[str, dict[str, float]] = {}

	def tax_map_of(item: Any) -> dict[str, float]:
		template = item.get("item_tax_template")
		if not template:
			return {}
		if template not in maps:
			maps[template] = item_tax_map(doc.company, template)
		return maps[template]

	settings = Settings(
		company_currency=get_company_currency(doc.company),
		round_row_wise_tax=bool(cint(db.get_single_value("Accounts Settings", "round_row_wise_tax"))),
		rounded_total_disabled=is_rounded_total_disabled(doc),
		round_total=round_based_on_smallest_currency_fraction,
		tax_map_of=tax_map_of,
	)
	Totals(doc, settings).run()
	if doc.meta.has_field("other_charges_calculation"):
		doc.other_charges_calculation = breakup(doc)


def is_rounded_total_disabled(doc: Any) -> bool:
	if doc.meta.has_field("disable_rounded_total"):
		return bool(cint(doc.disable_rounded_total))
	return bool(cint(db.get_single_value("Global Defaults", "disable_rounded_total")))


def _check_item_templates(doc: Any) -> None:
	"""Replace a row's item tax template that does not hold for the item on that day."""
	if doc.get("is_return") and doc.get("return_against"):
		return
	for item in doc.items:
		if not (item.item_code and item.get("item_tax_template")):
			continue
		rows = item_tax_rows(get_cached_doc("Item", item.item_code))
		if not rows:
			continue
		valid = valid_templates(
			rows,
			{
				"base_net_rate": item.base_net_rate or item.base_rate,
				"tax_category": doc.get("tax_category"),
				"posting_date": doc.get("posting_date"),
				"transaction_date": doc.get("transaction_date"),
				"company": doc.company,
			},
		)
		if valid and item.item_tax_template not in valid:
			item.item_tax_template = valid[0]
			msgprint(
				_("Row {0}: Item Tax template updated as per validity and rate applied").format(
					item.idx, bold(item.item_code)
				)
			)


def set_words(doc: Any) -> None:
	"""The amounts to pay in words."""
	disabled = is_rounded_total_disabled(doc)
	company_currency = get_company_currency(doc.company)
	if doc.meta.has_field("base_in_words"):
		amount = doc.base_grand_total if disabled or not doc.base_rounded_total else doc.base_rounded_total
		doc.base_in_words = money_in_words(abs(flt(amount)), company_currency)
	if doc.meta.has_field("in_words"):
		amount = doc.grand_total if disabled or not doc.rounded_total else doc.rounded_total
		doc.in_words = money_in_words(abs(flt(amount)), doc.currency)


def breakup(doc: Any) -> str | None:
	"""The taxes of each item, as a table for the form and the print."""
	if not doc.taxes:
		return None
	columns: list[str] = []
	by_item: dict[str, dict[str, tuple[float, float]]] = {}
	for tax in doc.taxes:
		if tax.get("category") == "Valuation":
			continue
		if tax.description not in columns:
			columns.append(tax.description)
		for item_code, (rate, amount) in json.loads(tax.item_wise_tax_detail or "{}").items():
			by_item.setdefault(item_code, {})[tax.description] = (flt(rate), flt(amount, 2))
	taxable: dict[str, float] = {}
	for item in doc.items:
		key = item.item_code or item.item_name
		taxable[key] = taxable.get(key, 0.0) + flt(item.net_amount)
	head = "".join(f"<th>{escape_html(text)}</th>" for text in (_("Item"), _("Taxable Amount"), *columns))
	lines = []
	for item_code, amounts in by_item.items():
		cells = [escape_html(item_code), str(flt(taxable.get(item_code), 2))]
		for column in columns:
			rate, amount = amounts.get(column, (0.0, 0.0))
			cells.append(f"({rate}%) {amount}" if rate else str(amount))
		lines.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
	table = f'<div class="tax-break-up"><table><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'
	# Only escaped characters may be written in another way by cleaning.
	return table if "&" in table else CleanHTML(table)
