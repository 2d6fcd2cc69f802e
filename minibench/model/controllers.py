"""The class of a DocType's documents.

An app's own are in `<app>.<module>.doctype.<doctype>.<doctype>`, the framework's in `minibench.doctypes`, those of the
ERPNext subset in `minibench.erp.doctypes`. A DocType that was made on the site has no code of its own.
"""

from __future__ import annotations

import importlib
import importlib.util
from types import ModuleType
from typing import Any

from minibench.context import db
from minibench.epoch import remember
from minibench.hooks import get_hooks, get_module, get_module_app, package_of, scrub
from minibench.model.fieldtypes import doctypes_for_doctype

_HOMES = {"frappe": "minibench.doctypes", "erpnext": "minibench.erp.doctypes"}


def get_controller(doctype: str) -> type[Any]:
	"""The class of documents of a DocType, as hooks may have replaced it.

	Raises:
		ImportError: a standard DocType's code is missing or holds no such class.
	"""
	return remember(("controller", doctype), lambda: _import_controller(doctype))


def _import_controller(doctype: str) -> type[Any]:
	from minibench.model.base_document import BaseDocument
	from minibench.model.document import Document

	module_name = "Core"
	if doctype not in doctypes_for_doctype:
		rows = db.execute("select custom, is_tree, module from `tabDocType` where name = ?", (doctype,))
		if not rows:
			raise ImportError(_missing_code(doctype, f"there is no DocType {doctype}"))
		custom, is_tree, module_name = rows[0]
		if custom:
			from minibench.model.tree import NestedSet

			return NestedSet if is_tree else Document
	classname = doctype.replace(" ", "").replace("-", "")
	override = get_hooks("override_doctype_class", {}).get(doctype)
	if override:
		module_path, classname = override[-1].rsplit(".", 1)
		module = get_module(module_path)
	elif _has_no_code(doctype, module_name):
		return Document
	else:
		module = load_doctype_module(doctype, module_name)
	found = getattr(module, classname, None)
	if found is None:
		raise ImportError(f"{doctype}: {classname} does not exist in module {module.__name__}")
	if not issubclass(found, BaseDocument):
		raise ImportError(f"{doctype}: {classname} is not a subclass of BaseDocument")
	return found  # type: ignore[no-any-return]


def _has_no_code(doctype: str, module: str) -> bool:
	"""The embedded apps' DocTypes have a Python file only where they have code."""
	if get_module_app(module) not in _HOMES:
		return False
	name = get_module_name(doctype, module)
	try:
		return importlib.util.find_spec(name) is None
	except ModuleNotFoundError:
		return True


def get_module_name(
	doctype: str, module: str, prefix: str = "", suffix: str = "", app: str | None = None
) -> str:
	"""The dotted name of the Python module with a DocType's code."""
	app = app or get_module_app(module)
	name = scrub(doctype)
	home = _HOMES.get(app) or f"{package_of(app)}.{scrub(module)}.doctype"
	return f"{home}.{name}.{prefix}{name}{suffix}"


def get_doctype_module(doctype: str) -> str:
	"""The module to which a DocType belongs."""
	from minibench.model.meta import get_meta

	return str(get_meta(doctype).module)


def load_doctype_module(
	doctype: str, module: str | None = None, prefix: str = "", suffix: str = ""
) -> ModuleType:
	"""The Python module with a DocType's code, whatever hooks put in its class's place.

	Raises:
		ImportError: there is none, or it fails to import.
	"""
	name = get_module_name(doctype, module or get_doctype_module(doctype), prefix, suffix)
	try:
		return importlib.import_module(name)
	except ImportError as error:
		raise ImportError(_missing_code(doctype, str(error))) from error


def _missing_code(doctype: str, reason: str) -> str:
	return (
		f"Module import failed for {doctype}, the DocType you're trying to open might be deleted.\n"
		f"Error: {reason}"
	)


def clear_controller_cache(doctype: str | None = None) -> None:
	"""Look the classes up anew."""
	from minibench.epoch import knowledge

	facts = knowledge().facts
	for key in [key for key in facts if isinstance(key, tuple) and key[0] == "controller"]:
		if doctype is None or key[1] == doctype:
			del facts[key]
