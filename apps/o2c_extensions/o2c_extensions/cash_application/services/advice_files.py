"""What a payer's file holds: read in whatever format it is, or looked at before it is kept."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import frappe
from frappe import _

from o2c_extensions.cash_application.doctype.remittance_advice_mapping.remittance_advice_mapping import (
	mapping_of,
	values_of,
)
from o2c_extensions.cash_application.domain.formats import advice_table, advices, table
from o2c_extensions.cash_application.domain.formats.advice_table import AdviceMapping
from o2c_extensions.cash_application.domain.remittance import Advice, AdviceFile, Advised
from o2c_extensions.cash_application.queries import remittances as queries
from o2c_extensions.cash_application.queries.doctypes import ADVICE_MAPPING
from o2c_extensions.cash_application.services import files
from o2c_extensions.common import chain
from o2c_extensions.common.money import as_float


def read(content: bytes, filename: str, mapping: str | dict[str, Any] | None = None) -> AdviceFile:
	"""The advices in a file; a mistake in it is put into words."""
	with files.refused(filename):
		if mapping:
			doc = files.mapping_document(ADVICE_MAPPING, mapping)
			return _named(advices.read(content, filename, mapping_of(doc)), doc)
		if advices.kind(content, filename) == advices.TABLE:
			found = table.table(content)
			saved = _fitting(found)
			if len(saved) > 1:
				frappe.throw(
					_(
						"{0} Remittance Advice Mappings are for a table with these columns. Choose one, or make one."
					).format(len(saved))
				)
			if saved:
				return _named(advices.read(content, filename, mapping_of(saved[0])), saved[0])
		return advices.read(content, filename)


def _named(found: AdviceFile, mapping: Any) -> AdviceFile:
	"""The advices with the customer whose tables a mapping is for, where they do not say who pays."""
	if not mapping.customer:
		return found
	title = frappe.get_cached_value("Customer", mapping.customer, "customer_name")
	named = [advice if advice.payer else replace(advice, payer=title) for advice in found.advices]
	return AdviceFile(found.version, tuple(named))


def _fitting(found: table.Table) -> list[Any]:
	"""The saved mappings whose columns a table has."""
	return [row for row in queries.mappings() if table.fits(found, mapping_of(row))]


def preview(content: bytes, filename: str, mapping: str | dict[str, Any] | None = None) -> dict[str, Any]:
	"""What a file would bring, and nothing is kept: its advices, or the first rows of a table with their mistakes."""
	with files.refused(filename):
		if not mapping and advices.kind(content, filename) != advices.TABLE:
			found = advices.read(content, filename)
			return {
				"format": found.version,
				"is_table": False,
				"advices": [_shown(advice) for advice in found.advices],
			}
		told = table.table(content)
		saved = _fitting(told)
		used: AdviceMapping = (
			mapping_of(files.mapping_document(ADVICE_MAPPING, mapping))
			if mapping
			else mapping_of(saved[0])
			if saved
			else advice_table.propose(told)
		)
		if used.delimiter or used.encoding or used.sheet:
			told = table.table(content, used)
		return {
			"format": told.kind,
			"is_table": True,
			"saved": [row.name for row in saved],
			"values": values_of(used),
			"headings": list(table.headings(told, used)),
			"rows_in_file": len(told.rows),
			**files.first_rows(advice_table.readings(told, used), lambda reading: plain(reading.advised)),
		}


def _shown(advice: Advice) -> dict[str, Any]:
	return {
		**{field: getattr(advice, field) for field in ("number", "currency", "payer", "payer_iban")},
		"payment_reference": advice.payment_reference,
		"payment_date": advice.payment_day,
		"total": None if advice.amount is None else as_float(advice.amount),
		"difference": as_float(advice.difference),
		"documents": [plain(each) for each in advice.advised],
	}


def plain(advised: Advised) -> dict[str, Any]:
	"""The fields of a document that an advice tells of."""
	return {
		"reference": advised.reference,
		"kind": advised.kind,
		"amount": None if advised.amount is None else as_float(advised.amount),
		"gross": None if advised.gross is None else as_float(advised.gross),
		"discount": as_float(advised.discount),
		"deduction": as_float(advised.deduction),
		"reason": advised.reason,
		"document_date": advised.day,
	}


def fingerprint(advice: Advice) -> str:
	"""What makes an advice the same one in whatever file: its payment and its documents."""
	return hashlib.sha256(
		chain.canonical(
			{
				"payment": [advice.payment_reference or advice.number, advice.currency, advice.payment_day],
				"payer": [advice.payer, advice.payer_iban],
				"total": advice.amount and format(advice.amount.normalize(), "f"),
				"documents": [
					[each.reference, each.amount and format(each.amount.normalize(), "f")]
					for each in advice.advised
				],
			}
		).encode()
	).hexdigest()
