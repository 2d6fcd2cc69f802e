"""A document's status: draft, submitted or cancelled; an int that knows its name."""

from __future__ import annotations

from typing import Any


class DocStatus(int):
	def is_draft(self) -> bool:
		return self == 0

	def is_submitted(self) -> bool:
		return self == 1

	def is_cancelled(self) -> bool:
		return self == 2

	@classmethod
	def draft(cls) -> DocStatus:
		return DRAFT

	@classmethod
	def submitted(cls) -> DocStatus:
		return SUBMITTED

	@classmethod
	def cancelled(cls) -> DocStatus:
		return CANCELLED


DRAFT = DocStatus(0)
SUBMITTED = DocStatus(1)
CANCELLED = DocStatus(2)
_BY_VALUE: dict[Any, DocStatus] = {None: DRAFT, 0: DRAFT, 1: SUBMITTED, 2: CANCELLED}


def as_docstatus(value: Any) -> DocStatus:
	"""The DocStatus for what a row, a form or a script put there; what is no number is a draft."""
	try:
		return _BY_VALUE[value]
	except (KeyError, TypeError):
		pass
	try:
		return DocStatus(int(float(value)))
	except (TypeError, ValueError):
		return DRAFT
