"""Holds of before say what they hold, at which checkpoint, and what whoever releases them answers for."""

from __future__ import annotations

from o2c_extensions.credit_control.queries.holds import fill_in


def execute() -> None:
	fill_in()
