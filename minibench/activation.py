"""Puts the compat facades and the apps of this folder on `sys.path`, so that `import frappe` means minibench."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMPAT = Path(__file__).resolve().parent / "compat"


def activate(apps_path: Path | None = None) -> None:
	"""Make `frappe` and `erpnext` importable from compat/, and every app below `apps_path` (default: apps/).

	Raises:
		ImportError: a real Frappe is importable here. Two engines in one process would mix up.
	"""
	refuse_beside_real_frappe()
	for path in (*sorted((apps_path or ROOT / "apps").glob("*/pyproject.toml")), COMPAT / "frappe"):
		folder = str(path.parent)
		if folder not in sys.path:
			sys.path.insert(0, folder)


def refuse_beside_real_frappe() -> None:
	"""Raise ImportError unless `frappe` is absent or ours."""
	loaded = sys.modules.get("frappe")
	origin = getattr(loaded, "__file__", None)
	if loaded is None:
		spec = importlib.util.find_spec("frappe")
		origin = spec.origin if spec else None
	if origin and not Path(origin).resolve().is_relative_to(COMPAT):
		raise ImportError(
			f"A real Frappe is installed here ({origin}). minibench only runs without one: use the bench, "
			"or a virtual environment of its own."
		)
