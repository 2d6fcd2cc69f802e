"""What the tests of output make: reports with a module of their own, orders on given days."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import frappe

from tests.contract.model.tools import order, party


@contextmanager
def script_report(execute: Any, name: str = "Contract Report", **values: Any) -> Iterator[Any]:
	"""A standard Script Report whose module has this `execute`."""
	from frappe.core.doctype.report import report as reports

	doc = make_report(name, report_type="Script Report", is_standard="Yes", **values)
	dotted = reports.get_report_module_dotted_path(doc.module, doc.name)
	module = types.ModuleType(dotted)
	module.execute = execute  # type: ignore[attr-defined]
	parts = dotted.split(".")
	made = []
	for end in range(1, len(parts) + 1):
		path = ".".join(parts[:end])
		if path not in sys.modules and end > 1:
			try:
				__import__(path)
			except ImportError:
				sys.modules[path] = module if path == dotted else types.ModuleType(path)
				made.append(path)
	sys.modules[dotted] = module
	try:
		yield doc
	finally:
		for path in {*made, dotted}:
			sys.modules.pop(path, None)


def make_report(name: str = "Contract Report", **values: Any) -> Any:
	return frappe.get_doc(
		{
			"doctype": "Report",
			"report_name": name,
			"ref_doctype": "Contract Order",
			"is_standard": "No",
			**values,
		}
	).insert()


def orders(*rows: tuple[str, float, str]) -> list[Any]:
	"""Orders of (posting date, total, status)."""
	if not frappe.db.exists("Contract Party", "Contract Output"):
		party("Contract Output")
	return [
		order("Contract Output", posting_date=day, total=total, status=status) for day, total, status in rows
	]
