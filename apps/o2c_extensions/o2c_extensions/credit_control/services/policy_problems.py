"""What is wrong with a policy, in words, with row and field."""

from __future__ import annotations

from typing import Any

from frappe import _

from o2c_extensions.common.form_problems import Wording
from o2c_extensions.common.forms import Problem
from o2c_extensions.credit_control.domain import consistency, policy_form
from o2c_extensions.credit_control.domain.policy_form import EXCLUSIONS, RULES


def say(problem: Problem) -> str:
	"""One sentence that begins with where it is about: "Rule 3, Condition: ..."."""
	return _wording().say(problem)


def as_row(problem: Problem) -> dict[str, Any]:
	"""A problem as an editor needs it, to show it where it is."""
	return _wording().as_row(problem)


def _wording() -> Wording:
	sentences = {
		policy_form.NO_CHECKPOINT: _("It is asked at no checkpoint."),
		policy_form.FROM_TO: _("It begins at {0} and ends at {1}: nothing is in between."),
		policy_form.NEEDS_BOUND: _("The test {0} needs more than zero here."),
		policy_form.UNUSED_BOUND: _("The test {0} does not use this."),
		policy_form.DEPOSIT_SHARE: _("A deposit is more than 0 and at most 100 per cent."),
		policy_form.NO_DEPOSIT: _("The outcome {0} asks for no deposit."),
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
	}
	rows = {
		RULES: (_("Rule {0}"), "Credit Policy Rule"),
		EXCLUSIONS: (_("Exclusion {0}"), "Credit Policy Exclusion"),
	}
	return Wording("Credit Policy", rows, sentences)
