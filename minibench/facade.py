"""What the modules below compat/ are made of: a table of names, each looked up where it lives when it is first used.

A facade holds no logic. Looking names up late keeps the start quick (nobody pays for PDF who prints none) and lets one
table serve as the list of what is supported.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from typing import Any

from minibench.errors import NotInMinibench


def lazy(module: str, exports: Mapping[str, str]) -> Callable[[str], Any]:
	"""A module's `__getattr__` over `exports`: name -> "package.module" (same name there) or "package.module:other".

	Raises:
		NotInMinibench: for a name that is neither in the table nor a submodule, so that nothing unsupported ever
			reads as None.
	"""

	def __getattr__(name: str) -> Any:
		target = exports.get(name)
		if target is None:
			if name.startswith("__"):
				raise AttributeError(f"module {module!r} has no attribute {name!r}")
			return _submodule(module, name)
		path, _, attribute = target.partition(":")
		value = getattr(importlib.import_module(path), attribute or name)
		setattr(sys.modules[module], name, value)
		return value

	return __getattr__


def _submodule(module: str, name: str) -> Any:
	"""`frappe.utils` may be written after a bare `import frappe`, as in the real one."""
	dotted = f"{module}.{name}"
	try:
		return importlib.import_module(dotted)
	except ModuleNotFoundError as error:
		if error.name and (error.name == dotted or error.name == module):
			# `from frappe.x import y` asks the package for a submodule this way first; the import system wants
			# an AttributeError for private probes only, everybody else gets told what is missing.
			raise NotInMinibench(dotted) from None
		raise
