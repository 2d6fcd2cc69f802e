"""The app's files, parsed, as the rules see them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

APP = Path(__file__).resolve().parents[2] / "apps" / "o2c_extensions" / "o2c_extensions"


def scrub(name: str) -> str:
	return name.lower().replace(" ", "_").replace("-", "_")


@lru_cache
def modules() -> tuple[str, ...]:
	"""The module folders in the order of modules.txt, which is the order of the money."""
	return tuple(scrub(name) for name in (APP / "modules.txt").read_text().split("\n") if name.strip())


@dataclass(frozen=True)
class Source:
	"""One Python file; `path` is relative to the app's package."""

	path: str
	text: str

	@cached_property
	def tree(self) -> ast.Module:
		return ast.parse(self.text, self.path)

	@property
	def module(self) -> str:
		"""The folder right below the package: a module, `common`, `setup`; "" for the files beside them."""
		return self.path.split("/")[0] if "/" in self.path else ""

	@property
	def is_domain(self) -> bool:
		return "/domain/" in f"/{self.path}"

	def imports(self) -> Iterator[tuple[int, str]]:
		"""Line and full dotted name of everything that is imported anywhere in the file."""
		for node in ast.walk(self.tree):
			if isinstance(node, ast.Import):
				yield from ((node.lineno, alias.name) for alias in node.names)
			elif isinstance(node, ast.ImportFrom):
				base = node.module or ""
				if node.level:
					parts = ["o2c_extensions", *self.path.split("/")[:-1]]
					base = ".".join([*parts[: len(parts) - node.level + 1], *filter(None, [base])])
				yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)

	def calls(self) -> Iterator[tuple[ast.Call, str]]:
		for node in ast.walk(self.tree):
			if isinstance(node, ast.Call):
				yield node, dotted(node.func)

	def at(self, node: ast.AST, message: str) -> str:
		return f"{self.path}:{getattr(node, 'lineno', 0)}: {message}"


def dotted(node: ast.AST) -> str:
	"""`frappe.db.get_value` for such an expression; what is before a call or an index reads as `?`."""
	if isinstance(node, ast.Name):
		return node.id
	if isinstance(node, ast.Attribute):
		return f"{dotted(node.value)}.{node.attr}"
	return "?"


def python_files() -> list[Source]:
	return [
		Source(str(path.relative_to(APP)), path.read_text())
		for path in sorted(APP.rglob("*.py"))
		if "node_modules" not in path.parts
	]
