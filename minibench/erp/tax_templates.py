"""Templates of taxes: their checks, the rows that a document takes from them, the rates that an item has."""

from __future__ import annotations

import json
from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import db
from minibench.model.caches import get_cached_doc, get_cached_value
from minibench.model.fieldtypes import child_table_fields, default_fields
from minibench.translate import _
from minibench.values.dates import getdate
from minibench.values.numbers import cint, flt
from minibench.values.text import bold
from minibench.web.whitelist import whitelist

_WITHOUT_REFERENCE = ("Actual", "On Net Total", "On Paid Amount")
_WITH_REFERENCE = ("On Previous Row Amount", "On Previous Row Total")


def name_of(template: Any) -> str | None:
	if not (template.company and template.title):
		return None
	return f"{template.title} - {get_cached_value('Company', template.company, 'abbr')}"


def validate_template(template: Any) -> None:
	if template.is_default:
		db.set_value(
			template.doctype,
			{"is_default": 1, "name": ["!=", template.name or ""], "company": template.company},
			"is_default",
			0,
			update_modified=False,
		)
		if template.disabled:
			throw(_("Disabled template must not be default template"))
	if template.tax_category:
		filters = {
			"company": template.company,
			"tax_category": template.tax_category,
			"disabled": 0,
			"name": ["!=", template.name],
		}
		if db.exists(template.doctype, filters):
			throw(
				_(
					"A template with tax category {0} already exists. Only one template is allowed with each tax category"
				).format(bold(template.tax_category))
			)
	for tax in template.taxes:
		validate_row(tax)
		validate_account_head(tax.idx, tax.account_head, template.company)
		validate_cost_center(tax, template.company)
		validate_inclusive(tax, template.taxes)


def validate_row(tax: Any) -> None:
	"""Check to which row a row refers; an amount that is given has no rate."""
	if tax.charge_type in _WITHOUT_REFERENCE and tax.row_id:
		throw(_("Can refer row only if the charge type is 'On Previous Row Amount' or 'Previous Row Total'"))
	if tax.charge_type in _WITH_REFERENCE:
		if cint(tax.idx) == 1:
			throw(
				_(
					"Cannot select charge type as 'On Previous Row Amount' or 'On Previous Row Total' for first row"
				)
			)
		if not tax.row_id:
			throw(_("Please specify a valid Row ID for row {0} in table {1}").format(tax.idx, _(tax.doctype)))
		if cint(tax.row_id) >= cint(tax.idx):
			throw(
				_("Cannot refer row number greater than or equal to current row number for this Charge type")
			)
	if tax.charge_type == "Actual":
		tax.rate = None


def validate_inclusive(tax: Any, taxes: list[Any]) -> None:
	"""A tax that is part of the price needs the taxes on which it is computed to be part of it too."""
	if not cint(tax.get("included_in_print_rate")):
		return
	if tax.charge_type == "Actual":
		throw(
			_("Charge of type 'Actual' in row {0} cannot be included in Item Rate or Paid Amount").format(
				tax.idx
			)
		)
	row = cint(tax.row_id)
	if tax.charge_type == "On Previous Row Amount" and not cint(taxes[row - 1].included_in_print_rate):
		_refuse_exclusive_base(tax, str(row))
	if tax.charge_type == "On Previous Row Total" and not all(
		cint(each.included_in_print_rate) for each in taxes[: row - 1]
	):
		_refuse_exclusive_base(tax, f"1 - {row}")
	if tax.get("category") == "Valuation":
		throw(_("Valuation type charges can not be marked as Inclusive"))


def _refuse_exclusive_base(tax: Any, rows: str) -> None:
	throw(
		_("To include tax in row {0} in Item rate, taxes in rows {1} must also be included").format(
			tax.idx, rows
		)
	)


def validate_account_head(idx: int, account: str, company: str, context: str = "") -> None:
	found = get_cached_value("Account", account, ["company", "is_group"]) or (None, None)
	if found[0] != company:
		throw(
			_("Row {0}: {3} Account {1} does not belong to Company {2}").format(
				idx, bold(account), bold(company), context
			),
			title=_("Invalid Account"),
		)
	if found[1]:
		throw(
			_("Row {0}: Account {1} is a Group Account").format(idx, bold(account)),
			title=_("Invalid Account"),
		)


def validate_cost_center(tax: Any, company: str) -> None:
	if tax.cost_center and get_cached_value("Cost Center", tax.cost_center, "company") != company:
		throw(
			_("Row {0}: Cost Center {1} does not belong to Company {2}").format(
				tax.idx, bold(tax.cost_center), bold(company)
			),
			title=_("Invalid Cost Center"),
		)


@whitelist()
def get_taxes_and_charges(master_doctype: str, master_name: str | None) -> list[dict[str, Any]] | None:
	"""The rows of a template, as a document takes them."""
	if not master_name:
		return None
	left_out = (*default_fields, *child_table_fields)
	template = get_cached_doc(master_doctype, master_name)
	return [
		{key: value for key, value in tax.as_dict().items() if key not in left_out} for tax in template.taxes
	]


# --- the taxes of items ----------------------------------------------------------------------------------------------


def item_tax_map(company: str | None, template: str | None) -> dict[str, float]:
	"""account -> rate, as an item tax template of the company says."""
	if not template:
		return {}
	doc = get_cached_doc("Item Tax Template", template)
	return {
		row.tax_type: row.tax_rate
		for row in doc.taxes
		if get_cached_value("Account", row.tax_type, "company") == company
	}


def get_item_tax_map(company: str | None, item_tax_template: str | None, as_json: bool = True) -> Any:
	found = item_tax_map(company, item_tax_template)
	return json.dumps(found) if as_json else found


def item_tax_rows(item: Any) -> list[Any]:
	"""The taxes of an item, then those of its group and of the groups above that."""
	rows = list(item.taxes or ())
	group = item.item_group
	while group:
		doc = get_cached_doc("Item Group", group)
		rows += doc.taxes or []
		group = doc.parent_item_group
	return rows


def valid_templates(rows: list[Any], args: dict[str, Any]) -> list[str]:
	"""Those of an item's tax rows that hold for a document: by company, day, net rate and tax category; best first."""
	with_validity, without = [], []
	day = getdate(args.get("bill_date") or args.get("posting_date") or args.get("transaction_date"))
	for row in rows:
		company = get_cached_value("Item Tax Template", row.item_tax_template, "company")
		if company != args["company"]:
			continue
		if row.valid_from or row.maximum_net_rate:
			valid = not row.valid_from or getdate(row.valid_from) <= day
			if valid and _rate_in_range(row, args):
				with_validity.append(row)
		else:
			without.append(row)
	candidates = sorted(with_validity, key=lambda row: str(row.valid_from or ""), reverse=True) or without
	category = args.get("tax_category") or ""
	return [row.item_tax_template for row in candidates if (row.tax_category or "") == category]


def _rate_in_range(row: Any, args: dict[str, Any]) -> bool:
	if not flt(row.maximum_net_rate):
		return True
	rate = flt(args.get("base_net_rate"))
	return bool(flt(row.minimum_net_rate) <= rate <= flt(row.maximum_net_rate))
