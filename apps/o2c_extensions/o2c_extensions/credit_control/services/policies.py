"""Policies: what is wrong with one, the one in force, and how one comes into force."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import frappe
from frappe import _

from o2c_extensions import erp
from o2c_extensions.common import versions
from o2c_extensions.common.audit import as_system
from o2c_extensions.common.chain import canonical
from o2c_extensions.common.forms import UNKNOWN, Problem
from o2c_extensions.common.money import decimal
from o2c_extensions.common.versions import Versions
from o2c_extensions.credit_control.domain import consistency, policy_form
from o2c_extensions.credit_control.domain.policy import Policy
from o2c_extensions.credit_control.domain.policy_form import EXCLUSIONS, RULES
from o2c_extensions.credit_control.queries import policies as queries
from o2c_extensions.credit_control.queries.policies import POLICY, VERSION
from o2c_extensions.credit_control.services import notes, policy_problems
from o2c_extensions.credit_control.services.terms import MissingRateError

# The fields of a scope that name a record, and of what.
_LINKS = {
	"for_company": "Company",
	"for_customer_group": "Customer Group",
	"for_territory": "Territory",
	"for_risk_class": "Credit Risk Class",
	"for_customer": "Customer",
}


VERSIONS = Versions(POLICY, VERSION, "policy", lambda: as_system("credit policy"), copied=("currency",))


class NoPolicyError(frappe.ValidationError):
	"""No policy is in force for a company."""


def problems_of(written: Mapping[str, Any]) -> list[Problem]:
	"""What is wrong with a policy as it is written, whether it is saved or not."""
	draft = policy_form.read(written)
	unknown = versions.unknown(_named(written))
	found = [*draft.problems, *unknown]
	# Contradictions are looked for once every row can be read.
	return found or consistency.problems_of(draft)


def refuse_problems(written: Mapping[str, Any]) -> None:
	"""Raise ValidationError with each problem's row and reason, if there is one."""
	problems = problems_of(written)
	if problems:
		frappe.throw(
			[policy_problems.say(problem) for problem in problems],
			title=_("The policy cannot be used"),
			as_list=True,
		)


def in_force(company: str, currency: str, today: date) -> Policy:
	"""The policy that decides for a company, with its amounts in the company's currency. One query, and one for a rate.

	Raises:
		NoPolicyError: there is none.
		MissingRateError: its amounts are in a currency that has no rate.
	"""
	row = queries.in_force(company)
	if row is None:
		frappe.throw(_("No credit policy is in force for {0}.").format(company), NoPolicyError)
	return in_currency(parsed(row.policy, row.version, row.content), currency, today)


def in_currency(policy: Policy, currency: str, today: date) -> Policy:
	if not policy.has_amounts or policy.currency == currency:
		return policy
	rate = decimal(erp.exchange_rate(policy.currency, currency, today))
	if rate <= 0:
		frappe.throw(
			_(
				"There is no exchange rate from {0} to {1} on {2}: the policy's amounts cannot be compared."
			).format(policy.currency, currency, frappe.format(today, "Date")),
			MissingRateError,
		)
	return policy.in_currency(currency, rate)


def activate(policy: str) -> str:
	"""Put the working copy into force in place of what was, from the end of this transaction on. Returns the version.

	An unchanged copy of the version in force stays that version.
	"""
	VERSIONS.lock()
	doc = frappe.get_doc(POLICY, policy)
	refuse_problems(doc.as_dict())
	version = VERSIONS.activate(doc, _content(doc))
	notes.note([("", doc.for_company or "")], f"{POLICY} {version}")
	return version


def version_of(name: str) -> Policy:
	"""A version as it was, however the working copy has changed since."""
	row = frappe.db.get_value(VERSION, name, ["policy", "content"], as_dict=True)
	return parsed(row.policy, name, row.content)


def is_changed(doc: Any) -> bool:
	"""Whether the working copy differs from the version in force."""
	return VERSIONS.is_changed(doc, _content(doc))


def _content(doc: Any) -> str:
	return canonical(policy_form.content_of(doc.as_dict()))


@lru_cache(maxsize=64)
def parsed(policy: str, version: str, content: str) -> Policy:
	"""A policy of the canonical text of its content, which never changes for a version: it is read once a process.

	Raises:
		ValidationError: what was fine when it was activated cannot be read any more.
	"""
	draft = policy_form.read(json.loads(content), policy, version)
	if draft.problems:
		frappe.throw([policy_problems.say(problem) for problem in draft.problems], as_list=True)
	return draft.policy


def _named(written: Mapping[str, Any]) -> Iterator[tuple[str, str, Problem]]:
	for field, doctype in (("for_company", "Company"), ("currency", "Currency")):
		if name := str(written.get(field) or ""):
			yield doctype, name, Problem(UNKNOWN, field=field, values=(name,))
	for table in (RULES, EXCLUSIONS):
		for number, row in enumerate(written.get(table) or (), 1):
			for field, doctype in _LINKS.items():
				if name := str(row.get(field) or ""):
					yield doctype, name, Problem(UNKNOWN, table, number, field, (name,))
