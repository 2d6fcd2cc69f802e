"""What is wrong with an expression, said to the person who wrote it."""

from __future__ import annotations

from frappe import _

from o2c_extensions.common import expressions
from o2c_extensions.common.expressions import ExpressionError


def say(error: ExpressionError) -> str:
	"""One sentence: where, what, and what may stand there instead."""
	sentence = _sentence(error)
	if error.line:
		sentence = _("Line {0}, column {1}: {2}").format(error.line, error.column, sentence)
	return str(sentence)


def _sentence(error: ExpressionError) -> str:
	allowed = ", ".join(error.allowed)
	text = {
		expressions.EMPTY: _("The condition is empty."),
		expressions.TOO_LONG: _("The condition is longer than {0} characters."),
		expressions.TOO_DEEP: _("The condition is nested too deeply."),
		expressions.SYNTAX: _("'{0}' is not an expression."),
		expressions.NAME: _("'{0}' is not known. These may be used: {1}."),
		expressions.FUNCTION: _("'{0}' is not a function. These are: {1}."),
		expressions.FORBIDDEN: _("'{0}' is not allowed in a condition."),
		expressions.ARGUMENTS: _("'{0}' has too many or too few values."),
		expressions.NUMBER: _("'{0}' is too large or too small a number."),
		expressions.TYPES: _("The values do not fit together: {0}."),
		expressions.ARITHMETIC: _(
			"'{0}' cannot be computed: it divides by zero, or a number grows too large."
		),
		expressions.FAILED: _("The condition could not be evaluated: {0}."),
	}[error.code]
	return str(text.format(error.value, allowed))
