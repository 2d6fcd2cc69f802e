"""What is wrong with what an administrator has written, in words, with row and field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import frappe
from frappe import _

from o2c_extensions.common import expression_errors, forms
from o2c_extensions.common.forms import Problem


@dataclass(frozen=True)
class Wording:
	"""How the problems of one kind of document are said.

	Attributes:
		doctype: the document's.
		rows: by table: how a row of it is called ("Rule {0}"), and its DocType.
		sentences: by code; those of any form (common/forms.py) need not be among them.
	"""

	doctype: str
	rows: Mapping[str, tuple[str, str]]
	sentences: Mapping[str, str]

	def say(self, problem: Problem) -> str:
		"""One sentence that begins with where it is about: "Rule 3, Condition: ..."."""
		row, doctype = self.rows[problem.table] if problem.table else ("", self.doctype)
		where = [row.format(problem.row)] if row else []
		if problem.field:
			where.append(_(frappe.get_meta(doctype).get_label(problem.field)))
		return f"{', '.join(where)}: {self.sentence(problem)}" if where else self.sentence(problem)

	def as_row(self, problem: Problem) -> dict[str, Any]:
		"""A problem as an editor needs it, to show it where it is."""
		error = problem.error
		return {
			"table": problem.table,
			"row": problem.row,
			"field": problem.field,
			"code": problem.code,
			"message": self.sentence(problem),
			"line": error.line if error else 0,
			"column": error.column if error else 0,
			"allowed": list(error.allowed) if error else [],
		}

	def sentence(self, problem: Problem) -> str:
		"""What is wrong, without where."""
		if problem.error:
			return expression_errors.say(problem.error)
		text = {**_of_any_form(), **self.sentences}[problem.code]
		return str(text.format(*problem.values))


def _of_any_form() -> dict[str, str]:
	return {
		forms.MISSING: _("This is missing."),
		forms.UNKNOWN: _("There is no {0}."),
		forms.NUMBER: _("'{0}' is not a number that can be used here."),
		forms.NEGATIVE: _("{0} is less than zero."),
		forms.TOO_MUCH: _("{0} is too much."),
		forms.DAY: _("'{0}' is not a date."),
		forms.TWICE: _("Another row is called {0} too."),
	}
