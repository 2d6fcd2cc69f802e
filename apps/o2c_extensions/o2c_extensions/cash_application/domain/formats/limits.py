"""How much of a file is read before it is refused: whoever sends one may mean harm."""

from __future__ import annotations

from dataclasses import dataclass

from o2c_extensions.cash_application.domain.statement import StatementError


@dataclass(frozen=True)
class Limits:
	"""Bounds of one file.

	Attributes:
		size: bytes of the file, and of what a packed one (XLSX) unpacks to.
		depth: levels of elements within each other.
		cells: cells of a table.
	"""

	size: int = 50_000_000
	depth: int = 40
	cells: int = 5_000_000


def check_size(content: bytes, limits: Limits) -> None:
	"""
	Raises:
		StatementError: there is nothing to read, or too much.
	"""
	if len(content) > limits.size:
		raise StatementError("too large", str(limits.size))
	if not content.strip(b" \t\r\n\x00"):
		raise StatementError("empty")
