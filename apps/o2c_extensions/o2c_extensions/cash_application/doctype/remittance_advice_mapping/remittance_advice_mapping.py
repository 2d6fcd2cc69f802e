from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from o2c_extensions.cash_application.doctype.bank_statement_mapping.bank_statement_mapping import (
	cell_values,
	cells_of,
	check_cells,
)
from o2c_extensions.cash_application.domain.formats.advice_table import COLUMNS, AdviceMapping


class RemittanceAdviceMapping(Document):
	"""How a payer's table (CSV, XLSX) is read, once told and used for every file of its shape."""

	def validate(self) -> None:
		self.check()

	def check(self) -> None:
		"""Refuse what no table can be read with."""
		if not self.reference_column:
			frappe.throw(_("Say which column is the document."))
		check_cells(self)


def mapping_of(row: Any) -> AdviceMapping:
	"""The mapping that a document or a row of it holds."""
	columns: dict[str, Any] = {name: (row.get(_field(name)) or "").strip() for name in COLUMNS}
	return AdviceMapping(**columns, **cells_of(row))


def values_of(mapping: AdviceMapping) -> dict[str, Any]:
	"""The fields of a document that hold a mapping."""
	return {**cell_values(mapping), **{_field(name): getattr(mapping, name) for name in COLUMNS}}


def _field(name: str) -> str:
	return name if name.endswith("_column") else f"{name}_column"
