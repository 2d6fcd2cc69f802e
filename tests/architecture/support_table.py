"""The table of what minibench supports, drawn from the facades: `python -m tests.architecture.support_table --write`."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMPAT = ROOT / "minibench" / "compat"
README = ROOT / "minibench" / "README.md"
BEGIN, END = "<!-- supported: begin -->", "<!-- supported: end -->"


def facades() -> dict[str, list[str]]:
	"""Dotted module -> the names that it re-exports, read from the source without importing anything."""
	found: dict[str, list[str]] = {}
	for file in sorted(COMPAT.rglob("*.py")):
		parts = file.relative_to(COMPAT).with_suffix("").parts
		dotted = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
		names = exported_names(ast.parse(file.read_text()))
		if names:
			found[dotted] = names
	return found


def exported_names(tree: ast.Module) -> list[str]:
	"""Keys of `EXPORTS`, the words of `_ERRORS`, and names imported by plain re-export."""
	names: set[str] = set()
	for node in tree.body:
		if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
			if node.targets[0].id == "EXPORTS" and isinstance(node.value, ast.Dict):
				names |= {key.value for key in node.value.keys if isinstance(key, ast.Constant)}
			elif node.targets[0].id == "_ERRORS":
				names |= set(_words(node.value))
		elif (
			isinstance(node, ast.ImportFrom)
			and node.module
			and not node.module.startswith("minibench.facade")
		):
			names |= {alias.asname or alias.name for alias in node.names}
	return sorted(names - {"lazy", "refuse_beside_real_frappe"}, key=lambda name: (name.lower(), name))


def _words(node: ast.expr) -> list[str]:
	return [
		word for part in ast.walk(node) if isinstance(part, ast.Constant) for word in str(part.value).split()
	]


def render() -> str:
	rows = ["| module | names |", "| --- | --- |"]
	for module, names in sorted(facades().items()):
		rows.append(f"| `{module}` | {', '.join(f'`{name}`' for name in names)} |")
	return "\n".join(rows)


def written() -> str:
	text = README.read_text()
	return text[text.index(BEGIN) + len(BEGIN) : text.index(END)].strip()


def write() -> None:
	text = README.read_text()
	before, after = text[: text.index(BEGIN) + len(BEGIN)], text[text.index(END) :]
	README.write_text(f"{before}\n{render()}\n{after}")


if __name__ == "__main__":
	if sys.argv[1:] == ["--write"]:
		write()
	else:
		print(render())
