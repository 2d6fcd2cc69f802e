"""The records that every site with ERPNext has before anybody enters one: groups, units, price lists, settings."""

from __future__ import annotations

from typing import Any

from minibench.context import db
from minibench.model.document import get_doc

CURRENCIES = (
	# name, fraction, smallest fraction, symbol, number format
	("EUR", "Cent", 0.01, "€", "#,###.##"),
	("USD", "Cent", 0.01, "$", "#,###.##"),
	("GBP", "Penny", 0.0, "£", "#,###.##"),
	("CHF", "Rappen[K]", 0.05, "Fr", "#'###.##"),
	("DKK", "Øre", 0.5, "kr", "#.###,##"),
	("SEK", "Öre", 1.0, "kr", "#.###,##"),
	("PLN", "Grosz", 0.01, "zł", "# ###,##"),
)

UNITS = (
	# name, whole numbers only
	("Nos", 1),
	("Unit", 1),
	("Box", 1),
	("Pair", 1),
	("Set", 1),
	("Kg", 0),
	("Gram", 0),
	("Tonne", 0),
	("Litre", 0),
	("Millilitre", 0),
	("Meter", 0),
	("Centimeter", 0),
	("Square Meter", 0),
	("Cubic Meter", 0),
	("Hour", 0),
	("Minute", 0),
	("Day", 0),
	("Percent", 0),
)

TREES = (
	# DocType, field of the name, field of the parent, root, leaves
	(
		"Customer Group",
		"customer_group_name",
		"parent_customer_group",
		"All Customer Groups",
		("Individual", "Commercial", "Non Profit", "Government"),
	),
	("Territory", "territory_name", "parent_territory", "All Territories", ("Germany", "Rest Of The World")),
	(
		"Supplier Group",
		"supplier_group_name",
		"parent_supplier_group",
		"All Supplier Groups",
		("Services", "Local", "Raw Material", "Electrical", "Hardware", "Pharmaceutical", "Distributor"),
	),
	(
		"Item Group",
		"item_group_name",
		"parent_item_group",
		"All Item Groups",
		("Products", "Raw Material", "Services", "Sub Assemblies", "Consumable"),
	),
)

STOCK_ENTRY_TYPES = ("Material Issue", "Material Receipt", "Material Transfer")
MODES_OF_PAYMENT = (
	("Cheque", "Bank"),
	("Cash", "Cash"),
	("Credit Card", "Bank"),
	("Wire Transfer", "Bank"),
	("Bank Draft", "Bank"),
)
PARTY_TYPES = (("Customer", "Receivable"), ("Supplier", "Payable"))

# What v15's setup wizard chooses besides the defaults of the fields themselves.
SETTINGS: dict[str, dict[str, Any]] = {
	"Accounts Settings": {},
	"Selling Settings": {
		"cust_master_name": "Customer Name",
		"so_required": "No",
		"dn_required": "No",
		"allow_multiple_items": 1,
		"sales_update_frequency": "Each Transaction",
		"selling_price_list": "Standard Selling",
	},
	"Buying Settings": {
		"supp_master_name": "Supplier Name",
		"po_required": "No",
		"maintain_same_rate": 1,
		"allow_multiple_items": 1,
		"buying_price_list": "Standard Buying",
	},
	"Stock Settings": {
		"item_naming_by": "Item Code",
		"valuation_method": "FIFO",
		"stock_uom": "Nos",
		"auto_insert_price_list_rate_if_missing": 1,
	},
}


def install() -> None:
	"""Make what is missing; leave alone what is there."""
	currencies()
	_make("Country", "Germany", {"country_name": "Germany", "code": "de"})
	for name, whole in UNITS:
		_make("UOM", name, {"uom_name": name, "must_be_whole_number": whole, "enabled": 1})
	for doctype, name_field, parent_field, root, leaves in TREES:
		_make(doctype, root, {name_field: root, "is_group": 1})
		for leaf in leaves:
			_make(doctype, leaf, {name_field: leaf, "is_group": 0, parent_field: root})
	_make("Warehouse Type", "Transit", {"name": "Transit"})
	for purpose in STOCK_ENTRY_TYPES:
		_make("Stock Entry Type", purpose, {"name": purpose, "purpose": purpose})
	for name, kind in MODES_OF_PAYMENT:
		_make("Mode of Payment", name, {"mode_of_payment": name, "type": kind, "enabled": 1})
	for name, account_type in PARTY_TYPES:
		_make("Party Type", name, {"party_type": name, "account_type": account_type})
	price_lists()
	for doctype, values in SETTINGS.items():
		settings = get_doc(doctype)
		settings.update(values)
		settings.flags.ignore_mandatory = True
		settings.save(ignore_permissions=True)


def currencies() -> None:
	for name, fraction, smallest, symbol, number_format in CURRENCIES:
		_make(
			"Currency",
			name,
			{
				"currency_name": name,
				"fraction": fraction,
				"fraction_units": 100,
				"smallest_currency_fraction_value": smallest,
				"symbol": symbol,
				"number_format": number_format,
				"enabled": 1,
			},
		)


def price_lists() -> None:
	"""The two standard price lists, in the currency of the site."""
	currency = db.get_default("currency") or "EUR"
	for kind in ("buying", "selling"):
		name = f"Standard {kind.title()}"
		_make("Price List", name, {"price_list_name": name, "enabled": 1, kind: 1, "currency": currency})


def _make(doctype: str, name: str, values: dict[str, Any]) -> None:
	if db.exists(doctype, name):
		return
	doc = get_doc({"doctype": doctype, **values})
	doc.flags.ignore_mandatory = True
	doc.insert(ignore_permissions=True, set_name=values.get("name"))
