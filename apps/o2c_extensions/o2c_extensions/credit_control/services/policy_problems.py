"""What is wrong with a policy, in words, with row and field."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from o2c_extensions.common import expression_errors
from o2c_extensions.credit_control.domain import consistency, policy_form
from o2c_extensions.credit_control.domain.policy_form import EXCLUSIONS, RULES, Problem

_DOCTYPES = {RULES: "Credit Policy Rule", EXCLUSIONS: "Credit Policy Exclusion", "": "Credit Policy"}


def say(problem: Problem) -> str:
	"""One sentence that begins with where it is about: "Rule 3, Condition: ..."."""
	where = _(frappe.get_meta(_DOCTYPES[problem.table]).get_label(problem.field)) if problem.field else ""
	if problem.table:
		row = _("Rule {0}") if problem.table == RULES else _("Exclusion {0}")
		where = f"{row.format(problem.row)}, {where}" if where else row.format(problem.row)
	return f"{where}: {sentence(problem)}" if where else sentence(problem)


def as_row(problem: Problem) -> dict[str, Any]:
	"""A problem as an editor needs it, to show it where it is."""
	error = problem.error
	return {
		"table": problem.table,
		"row": problem.row,
		"field": problem.field,
		"code": problem.code,
		"message": sentence(problem),
		"line": error.line if error else 0,
		"column": error.column if error else 0,
		"allowed": list(error.allowed) if error else [],
	}


def sentence(problem: Problem) -> str:
	"""What is wrong, without where."""
	if problem.error:
		return expression_errors.say(problem.error)
	text = {
		policy_form.MISSING: _("This is missing."),
		policy_form.UNKNOWN: _("There is no {0}."),
		policy_form.NUMBER: _("'{0}' is not a number that can be used here."),
		policy_form.NEGATIVE: _("{0} is less than zero."),
		policy_form.TOO_MUCH: _("{0} is too much."),
		policy_form.DAY: _("'{0}' is not a date."),
		policy_form.NO_CHECKPOINT: _("It is asked at no checkpoint."),
		policy_form.FROM_TO: _("It begins at {0} and ends at {1}: nothing is in between."),
		policy_form.NEEDS_BOUND: _("The test {0} needs more than zero here."),
		policy_form.UNUSED_BOUND: _("The test {0} does not use this."),
		policy_form.DEPOSIT_SHARE: _("A deposit is more than 0 and at most 100 per cent."),
		policy_form.NO_DEPOSIT: _("The outcome {0} asks for no deposit."),
		policy_form.TWICE: _("Another row is called {0} too."),
		policy_form.NO_RULES: _("The policy has no rule that counts."),
		policy_form.OTHER_COMPANY: _("It is for {0}, the policy for {1}."),
		consistency.CONTRADICTS: _(
			"It contradicts rule {0} ({1}), which asks the same and says something else."
		),
		consistency.UNREACHABLE: _("It is never reached: rule {0} ({1}) lets pass all that it is about."),
		consistency.NEVER_MATTERS: _(
			"It never matters: rule {0} ({1}) is at least as strict about the same."
		),
		consistency.UNKNOWN_RULE: _("There is no rule called {0} that counts."),
		consistency.EXCLUDES_A_PASS: _("Rule {0} lets pass: to exclude it would make the policy stricter."),
		consistency.EXCLUDES_ALL: _("It excludes everything from every rule."),
		consistency.EXCLUDES_NOTHING: _(
			"It excludes nothing: no rule that it speaks of counts at its checkpoints."
		),
	}[problem.code]
	return str(text.format(*problem.values))
