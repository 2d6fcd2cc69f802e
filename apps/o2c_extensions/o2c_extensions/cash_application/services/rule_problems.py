"""What is wrong with a rule set, in words, with row and field."""

from __future__ import annotations

from typing import Any

from frappe import _

from o2c_extensions.cash_application.domain import rule_consistency, rule_form, rule_tables
from o2c_extensions.common.form_problems import Wording
from o2c_extensions.common.forms import Problem

# What only the site can tell: whose an account is, and whether it can be booked to.
OTHER_COMPANY, NEEDS_COMPANY, NOT_BOOKABLE = "other company", "needs company", "not bookable"
NO_ACCOUNT, NEEDS_PARTY, NO_PARTY_HERE = "no account", "needs party", "no party here"


def say(problem: Problem) -> str:
	"""One sentence that begins with where it is about: "Rule 3, Pattern: ..."."""
	return _wording().say(problem)


def as_row(problem: Problem) -> dict[str, Any]:
	"""A problem as an editor needs it, to show it where it is."""
	return _wording().as_row(problem)


def _wording() -> Wording:
	rows = {
		rule_form.RULES: (_("Rule {0}"), "Reconciliation Rule"),
		rule_tables.LIMITS: (_("Limit {0}"), "Reconciliation Limit"),
		rule_tables.SHARES: (_("Share {0}"), "Reconciliation Share"),
	}
	sentences = {**_of_rules(), **_of_tables(), **_of_records()}
	return Wording("Reconciliation Rule Set", rows, sentences)


def _of_rules() -> dict[str, str]:
	return {
		rule_form.PATTERN: _("The pattern cannot be read at character {1}: {0}."),
		rule_form.NO_IBAN: _("'{0}' is not the beginning of an IBAN."),
		rule_form.FROM_TO: _("It begins at {0} and ends at {1}: nothing is in between."),
		rule_form.FINER: _("{0} is finer than {1} can be."),
		rule_form.POST_BELOW_PROPOSE: _("It posts from {0} on, but proposes from {1} on only."),
		rule_form.LOOKS_FOR_NOTHING: _("It matches, but looks for nothing."),
		rule_form.UNUSED: _("The action {0} does not use this."),
		rule_form.NO_RULES: _("The rule set has no rule that counts."),
		rule_form.PERSON_OR_ROLE: _("Name a user or a role, not both."),
		rule_consistency.CONTRADICTS: _(
			"It contradicts rule {0} ({1}), which is about the same lines and does something else with them."
		),
		rule_consistency.UNREACHABLE: _(
			"It is never reached: rule {0} ({1}) governs all lines that it is about."
		),
	}


def _of_tables() -> dict[str, str]:
	return {
		rule_tables.UNKNOWN_RULE: _("There is no rule called {0}."),
		rule_tables.NOT_A_MATCH: _("Rule {0} does not match: it has no differences to book."),
		rule_tables.NOT_A_SPLIT: _("Rule {0} does not split."),
		rule_tables.NEEDS_LIMIT: _("A limit is an amount, a percentage, or both."),
		rule_tables.ONE_OF_TWO: _("A share is either an amount or a percentage."),
		rule_tables.NO_CURRENCY: _("Rule {0} is about no currency: it can only split by percentages."),
		rule_tables.NO_REST: _("The shares may leave a rest: say to which account it goes."),
		rule_tables.NO_SHARES: _("It splits, but has no shares."),
	}


def _of_records() -> dict[str, str]:
	return {
		OTHER_COMPANY: _("{0} belongs to {1}, the rule set to {2}."),
		NEEDS_COMPANY: _(
			"{0} belongs to {1}: a rule set for all companies cannot name it. Make one for {1}."
		),
		NOT_BOOKABLE: _("Nothing can be booked to {0}: it is a group, or disabled."),
		NO_ACCOUNT: _("{0} has no write-off account: name an account."),
		NEEDS_PARTY: _("{0} is kept by party: say whose it is."),
		NO_PARTY_HERE: _("{0} is not kept by party."),
	}
