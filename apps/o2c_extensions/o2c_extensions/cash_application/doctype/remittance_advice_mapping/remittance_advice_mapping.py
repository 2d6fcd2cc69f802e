from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

from o2c_extensions.cash_application.doctype.bank_statement_mapping.bank_statement_mapping import MARKS
from o2c_extensions.cash_application.domain.formats.advice_table import COLUMNS, AdviceMapping
from o2c_extensions.cash_application.domain.formats.mapping import date_pattern

_WORDS = ("encoding", "date_format", "sheet", "currency")
_SEPARATORS = {"delimiter": "delimiter", "decimal_separator": "decimal", "thousands_separator": "thousands"}


class RemittanceAdviceMapping(Document):
	"""How a payer's table (CSV, XLSX) is read, once told and used for every file of its shape."""

	def validate(self) -> None:
		self.check()

	def check(self) -> None:
		"""Refuse what no table can be read with."""
		if not self.reference_column:
			frappe.throw(_("Say which column is the document."))
		if date_pattern(self.date_format or "") is None:
			frappe.throw(_("'{0}' is no way to write a date. Use DD, MM and YYYY.").format(self.date_format))
		if cint(self.header_row) < 0:
			frappe.throw(_("Rows are counted from 1; 0 is a table without headings."))
		if self.decimal_separator and self.decimal_separator == self.thousands_separator:
			frappe.throw(_("Decimals and thousands cannot have the same separator."))


def mapping_of(row: Any) -> AdviceMapping:
	"""The mapping that a document or a row of it holds."""
	values: dict[str, Any] = {field: (row.get(field) or "").strip() for field in _WORDS}
	values |= {name: (row.get(_field(name)) or "").strip() for name in COLUMNS}
	values |= {name: MARKS.get(row.get(field), row.get(field) or "") for field, name in _SEPARATORS.items()}
	return AdviceMapping(**values, header_row=cint(row.get("header_row")))


def values_of(mapping: AdviceMapping) -> dict[str, Any]:
	"""The fields of a document that hold a mapping."""
	marks = {mark: word for word, mark in MARKS.items()}
	return {
		**{field: getattr(mapping, field) for field in _WORDS},
		**{_field(name): getattr(mapping, name) for name in COLUMNS},
		**{field: marks.get(told := getattr(mapping, name), told) for field, name in _SEPARATORS.items()},
		"header_row": mapping.header_row,
	}


def _field(name: str) -> str:
	return name if name.endswith("_column") else f"{name}_column"
