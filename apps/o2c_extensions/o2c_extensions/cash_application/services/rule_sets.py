"""Rule sets: what is wrong with one, the one in force, and how one comes into force."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import frappe
from frappe import _

from o2c_extensions.cash_application.domain import rule_consistency, rule_form
from o2c_extensions.cash_application.domain.engine.choosing import Setup
from o2c_extensions.cash_application.domain.engine.rules import EVERYTHING, MATCH, Rule
from o2c_extensions.cash_application.domain.rule_form import RULES
from o2c_extensions.cash_application.domain.rule_tables import CHARGE, DIFFERENCE, LIMITS, SHARES
from o2c_extensions.cash_application.queries import rule_sets as queries
from o2c_extensions.cash_application.queries.rule_sets import RULE_SET, VERSION
from o2c_extensions.cash_application.services import rule_problems
from o2c_extensions.cash_application.services.calibration import setup_for
from o2c_extensions.common import versions
from o2c_extensions.common.audit import as_system
from o2c_extensions.common.chain import canonical
from o2c_extensions.common.forms import UNKNOWN, Problem, text_of
from o2c_extensions.common.versions import Versions

VERSIONS = Versions(RULE_SET, VERSION, "rule_set", lambda: as_system("rule set"))

ACCOUNT, COST_CENTER = "Account", "Cost Center"
# The fields that name a record: of what, and whether it belongs to a company.
_RULE_LINKS = {
	"for_bank_account": "Bank Account",
	"for_currency": "Currency",
	"difference_account": ACCOUNT,
	"difference_cost_center": COST_CENTER,
	"charges_account": ACCOUNT,
	"charges_cost_center": COST_CENTER,
	"deduction_reason": "Deduction Reason",
	"account": ACCOUNT,
	"cost_center": COST_CENTER,
	"tax_template": "Item Tax Template",
	"hand_to_user": "User",
	"hand_to_role": "Role",
}
_LIMIT_LINKS = {"for_currency": "Currency"}
_SHARE_LINKS = {"account": ACCOUNT, "cost_center": COST_CENTER, "tax_template": "Item Tax Template"}
_LINKS = {RULES: _RULE_LINKS, LIMITS: _LIMIT_LINKS, SHARES: _SHARE_LINKS}
_OF_COMPANIES = (ACCOUNT, COST_CENTER, "Bank Account", "Item Tax Template")
_BOOKED_TO = ("account", "difference_account", "charges_account")
_BY_PARTY = {"Receivable": "Customer", "Payable": "Supplier"}


@dataclass(frozen=True)
class RulesInForce:
	"""What a company's lines are matched by.

	Attributes:
		version: the Reconciliation Rule Set Version; empty if none is in force, and everything is looked for.
		rules: in order, with all accounts filled in.
		setup: the weights and thresholds.
	"""

	version: str
	rules: tuple[Rule, ...]
	setup: Setup = field(default_factory=Setup)

	def rule(self, name: str) -> Rule:
		"""The rule that a Choice names: where differences go, who is asked, what is booked."""
		return next((rule for rule in self.rules if rule.name == name), EVERYTHING)


def rules_in_force(company: str) -> RulesInForce:
	"""The company's own rules, else the general ones, else those that are built in: everything, and nothing written off."""
	row, setup = VERSIONS.in_force(company), setup_for(company)
	if row is None:
		return RulesInForce("", (), setup)
	return RulesInForce(row.name, with_accounts(parsed(row.content), company), setup)


def with_accounts(rules: tuple[Rule, ...], company: str) -> tuple[Rule, ...]:
	"""The rules with what the site knows beside them.

	The company's write-off account stands where they name none; without one, they write nothing off. Deductions for which a person
	is needed are marked.
	"""
	default = queries.write_off_account(company)
	by_person = queries.reasons_for_persons({rule.deduction_reason for rule in rules} - {""})
	return tuple(
		replace(_with_account(rule, default), deduction_by_person=rule.deduction_reason in by_person)
		for rule in rules
	)


def _with_account(rule: Rule, default: str) -> Rule:
	if rule.action != MATCH:
		return rule
	difference, charges = rule.difference_account or default, rule.charges_account or default
	return replace(
		rule,
		difference_account=difference,
		charges_account=charges,
		tolerance=rule.tolerance if difference else {},
		charges=rule.charges if charges else {},
	)


@lru_cache(maxsize=64)
def parsed(content: str) -> tuple[Rule, ...]:
	"""The rules of the canonical text of a set's content, which never changes for a version: it is read once a process.

	Raises:
		ValidationError: what was fine when it was activated cannot be read any more.
	"""
	draft = rule_form.read(json.loads(content))
	if draft.problems:
		frappe.throw([rule_problems.say(problem) for problem in draft.problems], as_list=True)
	return draft.rules


def activate(rule_set: str) -> str:
	"""Put the working copy into force in place of what was, from the end of this transaction on. Returns the version.

	An unchanged copy of the version in force stays that version.
	"""
	VERSIONS.lock()
	doc = frappe.get_doc(RULE_SET, rule_set)
	refuse_problems(doc.as_dict())
	return VERSIONS.activate(doc, content_of(doc.as_dict()))


def is_changed(doc: Any) -> bool:
	"""Whether the working copy differs from the version in force."""
	return VERSIONS.is_changed(doc, content_of(doc.as_dict()))


def content_of(written: Mapping[str, Any]) -> str:
	return canonical(rule_form.content_of(written))


# --- what is wrong -------------------------------------------------------------------------------------------------------


def refuse_problems(written: Mapping[str, Any]) -> None:
	"""Raise ValidationError with each problem's row and reason, if there is one."""
	if problems := problems_of(written):
		frappe.throw(
			[rule_problems.say(problem) for problem in problems],
			title=_("The rule set cannot be used"),
			as_list=True,
		)


def problems_of(written: Mapping[str, Any]) -> list[Problem]:
	"""What is wrong with a rule set as it is written, whether it is saved or not."""
	draft = rule_form.read(written)
	found = [*draft.problems, *versions.unknown(_named(written))]
	found = found or list(_misplaced(written))
	# Contradictions are looked for once every row can be read.
	return found or rule_consistency.problems_of(draft)


def _named(written: Mapping[str, Any]) -> Iterator[tuple[str, str, Problem]]:
	if company := text_of(written.get("for_company")):
		yield "Company", company, Problem(UNKNOWN, field="for_company", values=(company,))
	for table, number, row in _rows(written):
		for fieldname, doctype in _LINKS[table].items():
			if name := text_of(row.get(fieldname)):
				yield doctype, name, Problem(UNKNOWN, table, number, fieldname, (name,))
		party_type, party = text_of(row.get("party_type")), text_of(row.get("party"))
		if table == RULES and party and party_type in _BY_PARTY.values():
			yield party_type, party, Problem(UNKNOWN, table, number, "party", (party,))


def _misplaced(written: Mapping[str, Any]) -> Iterator[Problem]:
	"""Records of another company, accounts that cannot be booked to, and limits that lead nowhere."""
	company = text_of(written.get("for_company"))
	named: dict[str, set[str]] = {}
	for table, _number, row in _rows(written):
		for fieldname, doctype in _LINKS[table].items():
			if doctype in _OF_COMPANIES and (name := text_of(row.get(fieldname))):
				named.setdefault(doctype, set()).add(name)
	known = {doctype: queries.owners(doctype, names) for doctype, names in named.items()}
	for table, number, row in _rows(written):
		for fieldname, doctype in _LINKS[table].items():
			name = text_of(row.get(fieldname))
			if name and doctype in _OF_COMPANIES:
				told = _whose(known[doctype][name], company, Problem("", table, number, fieldname))
				yield from filter(None, [told])
		if table in (RULES, SHARES):
			yield from _booked(row, known.get(ACCOUNT, {}), table, number)
	yield from _without_account(written, company)


def _whose(row: Any, company: str, where: Problem) -> Problem | None:
	if company and row.company != company:
		return replace(where, code=rule_problems.OTHER_COMPANY, values=(row.name, row.company or "", company))
	# Whose bank account a general rule is about is no contradiction: it then is about that company alone.
	if not company and where.field != "for_bank_account":
		return replace(where, code=rule_problems.NEEDS_COMPANY, values=(row.name, row.company or ""))
	if row.get("is_group") or (row.get("disabled") and where.field != "for_bank_account"):
		return replace(where, code=rule_problems.NOT_BOOKABLE, values=(row.name,))
	return None


def _booked(
	row: Mapping[str, Any], accounts: Mapping[str, Any], table: str, number: int
) -> Iterator[Problem]:
	for fieldname in _BOOKED_TO:
		name = text_of(row.get(fieldname))
		if not name or (table == SHARES and fieldname != "account"):
			continue
		wanted = _BY_PARTY.get(accounts[name].account_type or "")
		party_type = text_of(row.get("party_type")) if fieldname == "account" else ""
		if wanted and party_type != wanted:
			yield Problem(rule_problems.NEEDS_PARTY, table, number, fieldname, (name,))
		elif not wanted and party_type:
			yield Problem(rule_problems.NO_PARTY_HERE, table, number, fieldname, (name,))


def _without_account(written: Mapping[str, Any], company: str) -> Iterator[Problem]:
	"""Limits of a company that has nowhere to book what they allow."""
	if not company or not written.get(LIMITS) or queries.write_off_account(company):
		return
	limits = {(text_of(row.get("kind")), text_of(row.get("rule"))) for row in written.get(LIMITS) or ()}
	for number, row in enumerate(written.get(RULES) or (), 1):
		for kind, fieldname in (
			(DIFFERENCE, "difference_account"),
			(CHARGE, "charges_account"),
		):
			limited = limits & {(kind, ""), (kind, text_of(row.get("title")))}
			if limited and text_of(row.get("action")) == "Match" and not text_of(row.get(fieldname)):
				yield Problem(rule_problems.NO_ACCOUNT, RULES, number, fieldname, (company,))


def _rows(written: Mapping[str, Any]) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
	for table in (RULES, LIMITS, SHARES):
		for number, row in enumerate(written.get(table) or (), 1):
			yield table, number, row
