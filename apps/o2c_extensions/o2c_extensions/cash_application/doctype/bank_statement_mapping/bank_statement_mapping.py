from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

from o2c_extensions.cash_application.domain.formats.mapping import Cells, Mapping, date_pattern

# What is chosen by name.
MARKS = {
	"Semicolon": ";",
	"Comma": ",",
	"Tab": "\t",
	"Bar": "|",
	"Point": ".",
	"Apostrophe": "'",
	"Space": " ",
}
# Our fields that are called what they are in the domain, and there hold a text.
_COLUMNS = {
	"date_column": "date",
	"value_date_column": "value_date",
	"amount_column": "amount",
	"debit_column": "debit",
	"credit_column": "credit",
	"indicator_column": "indicator",
	"currency_column": "currency_column",
	"party_column": "party",
	"iban_column": "iban",
	"reference_column": "reference",
	"end_to_end_column": "end_to_end",
	"balance_column": "balance",
	"account_column": "account_column",
}
_WORDS = ("encoding", "date_format", "sheet", "currency")
_SEPARATORS = {
	"delimiter": "delimiter",
	"decimal_separator": "decimal",
	"thousands_separator": "thousands",
}
_LISTS = {"text_columns": "texts", "debit_words": "debit_words"}
_SWITCHES = {"reversed_sign": "reversed_sign", "skip_undated": "skip_undated"}


class BankStatementMapping(Document):
	"""How a bank's table (CSV, XLSX) is read, once told and used for every file of its shape."""

	def validate(self) -> None:
		self.check()

	def check(self) -> None:
		"""Refuse what no table can be read with."""
		if not self.date_column:
			frappe.throw(_("Say which column is the date."))
		if not (self.amount_column or self.debit_column or self.credit_column):
			frappe.throw(_("Say which column is the amount, or which are the debits and credits."))
		check_cells(self)


def check_cells(doc: Any) -> None:
	"""Refuse what the cells of no table can be read with, whatever its columns are."""
	if date_pattern(doc.date_format or "") is None:
		frappe.throw(_("'{0}' is no way to write a date. Use DD, MM and YYYY.").format(doc.date_format))
	if cint(doc.header_row) < 0:
		frappe.throw(_("Rows are counted from 1; 0 is a table without headings."))
	if doc.decimal_separator and doc.decimal_separator == doc.thousands_separator:
		frappe.throw(_("Decimals and thousands cannot have the same separator."))


def cells_of(row: Any) -> dict[str, Any]:
	"""How the cells are written, as a document or a row of it holds it: the fields of `Cells`, without the currency's column."""
	values: dict[str, Any] = {name: (row.get(name) or "").strip() for name in _WORDS}
	values |= {name: MARKS.get(row.get(field), row.get(field) or "") for field, name in _SEPARATORS.items()}
	return {**values, "header_row": cint(row.get("header_row"))}


def cell_values(written: Cells) -> dict[str, Any]:
	"""The fields of a document that hold that."""
	marks = {mark: word for word, mark in MARKS.items()}
	return {
		**{name: getattr(written, name) for name in _WORDS},
		**{field: marks.get(told := getattr(written, name), told) for field, name in _SEPARATORS.items()},
		"header_row": written.header_row,
	}


def mapping_of(row: Any) -> Mapping:
	"""The mapping that a document or a row of it holds."""
	values: dict[str, Any] = {name: (row.get(field) or "").strip() for field, name in _COLUMNS.items()}
	values |= {name: bool(cint(row.get(field))) for field, name in _SWITCHES.items()}
	values |= {
		name: tuple(line.strip() for line in (row.get(field) or "").split("\n") if line.strip())
		for field, name in _LISTS.items()
	}
	return Mapping(**values, **cells_of(row))


def values_of(mapping: Mapping) -> dict[str, Any]:
	"""The fields of a document that hold a mapping."""
	return {
		**{field: getattr(mapping, name) for field, name in _COLUMNS.items()},
		**{field: int(getattr(mapping, name)) for field, name in _SWITCHES.items()},
		**{field: "\n".join(getattr(mapping, name)) for field, name in _LISTS.items()},
		**cell_values(mapping),
	}
