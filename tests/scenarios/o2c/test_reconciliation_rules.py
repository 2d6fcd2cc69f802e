"""An administrator's rules match bank lines: which set is in force, what is refused when it is saved, what stays as it was."""

from __future__ import annotations

from typing import Any

import frappe
import pytest
from o2c_extensions.cash_application import api, api_rules
from o2c_extensions.cash_application.domain.engine.rules import BOOK, HAND_OVER, MATCH
from o2c_extensions.cash_application.domain.rule_form import LOOK_FOR
from o2c_extensions.cash_application.queries.rule_sets import RULE_SET, VERSION
from o2c_extensions.cash_application.services import matching, rule_problems, rule_sets
from o2c_extensions.setup import rule_sets as standard

from tests.scenarios.o2c.test_cash import IBAN, TODAY, by_hand_only, line, make_account, make_invoice, state
from tests.support import erp
from tests.support.camt import booking

__all__ = ["by_hand_only"]


def rule(title: str = "Alles", **values: Any) -> dict[str, Any]:
	return {"title": title, "action": "Match", **dict.fromkeys(LOOK_FOR, 1), **values}


def draft(*rules: dict[str, Any], **values: Any) -> Any:
	name = f"Regeln {frappe.generate_hash(length=8)}"
	told = {"doctype": RULE_SET, "set_name": name, "for_company": erp.COMPANY, "rules": list(rules), **values}
	return frappe.get_doc(told)


def active(*rules: dict[str, Any], **values: Any) -> Any:
	made = draft(*rules, **values).insert()
	rule_sets.activate(made.name)
	return made.reload()


def account(kind: str = "Expense", company: str = erp.COMPANY, **filters: Any) -> str:
	found = frappe.get_all(
		"Account",
		filters={
			"company": company,
			"is_group": 0,
			"root_type": kind,
			"account_type": ("not in", ("Payable", "Receivable")),
			**filters,
		},
		pluck="name",
		order_by="name asc",
		limit_page_length=1,
	)
	return str(found[0])


# --- what is in force ----------------------------------------------------------------------------------------------------


def test_the_standard_is_in_force_from_the_beginning(company: str) -> None:
	doc = frappe.get_doc(RULE_SET, "Standard")
	assert (doc.is_active, doc.active_version) == (1, "Standard v1")
	found = rule_sets.rules_in_force(company)
	assert found.version == "Standard v1"
	assert [each.action for each in found.rules] == [MATCH, HAND_OVER, MATCH]
	write_off = frappe.db.get_value("Company", company, "write_off_account")
	last = found.rules[-1]
	assert (last.difference_account, last.charges_account) == (write_off, write_off)
	assert last.allowed(last.tolerance, "EUR", 10_000) == 5
	assert last.discount
	standard.sync()
	assert frappe.db.count(VERSION, {"rule_set": "Standard"}) == 1


def test_the_companys_own_goes_before_the_general_one(company: str) -> None:
	own = active(rule("Eigene", sign="In"), rule("Rest", action="Hand to a Person"))
	found = rule_sets.rules_in_force(company)
	assert found.version == own.active_version == f"{own.name} v1"
	assert [each.name for each in found.rules] == ["Eigene", "Rest"]
	assert rule_sets.rules_in_force("Another Company").version == "Standard v1"


def test_without_any_set_everything_is_looked_for(company: str) -> None:
	frappe.db.set_value(RULE_SET, {"is_active": 1}, "is_active", 0)
	found = rule_sets.rules_in_force(company)
	assert (found.version, found.rules) == ("", ())
	assert found.rule("").action == MATCH


def test_an_edit_decides_nothing_until_it_is_activated(company: str) -> None:
	own = active(rule("Eine"))
	own.rules[0].title = "Andere"
	own.save()
	assert rule_sets.is_changed(own)
	assert [each.name for each in rule_sets.rules_in_force(company).rules] == ["Eine"]
	assert rule_sets.activate(own.name) == f"{own.name} v2"
	assert [each.name for each in rule_sets.rules_in_force(company).rules] == ["Andere"]
	assert not rule_sets.is_changed(own.reload())
	# The same content again is the same version.
	assert rule_sets.activate(own.name) == f"{own.name} v2"


def test_a_version_stays_as_it_was(company: str) -> None:
	own = active(rule())
	version = frappe.get_doc(VERSION, own.active_version)
	version.content = "{}"
	with pytest.raises(frappe.PermissionError):
		version.save()
	with pytest.raises(frappe.PermissionError):
		frappe.get_doc({"doctype": VERSION, "rule_set": own.name, "version": 9, "content": "{}"}).insert()
	with pytest.raises(frappe.LinkExistsError):
		own.delete()


def test_one_set_a_company_is_in_force(company: str) -> None:
	first, second = active(rule()), active(rule())
	assert frappe.db.get_value(RULE_SET, first.name, "is_active") == 0
	assert rule_sets.rules_in_force(company).version == second.active_version
	second.for_company = None
	with pytest.raises(frappe.ValidationError):
		second.save()


def test_a_company_without_a_write_off_account_writes_nothing_off(company: str) -> None:
	frappe.db.set_value("Company", company, "write_off_account", None)
	last = rule_sets.rules_in_force(company).rules[-1]
	assert (last.tolerance, last.difference_account) == ({}, "")


# --- what is refused -----------------------------------------------------------------------------------------------------


def refused(*rules: dict[str, Any], **values: Any) -> list[str]:
	made = draft(*rules, **values)
	told = [rule_problems.say(problem) for problem in rule_sets.problems_of(made.as_dict())]
	with pytest.raises(frappe.ValidationError):
		made.insert()
	return told


def test_problems_name_row_field_and_reason(company: str) -> None:
	assert refused(rule("Gut", sign="In"), rule("Schlecht", pattern="(a")) == [
		"Rule 2, Pattern: The pattern cannot be read at character 1: unclosed."
	]
	assert refused(rule(condition="betrag > 5"))[0].startswith(
		"Rule 1, Condition: Line 1, column 1: 'betrag' is not known. These may be used: amount, "
	)
	assert refused(rule(), limits=[{"kind": "Small Difference", "amount": 1, "rule": "Nirgends"}]) == [
		"Limit 1, Rule: There is no rule called Nirgends."
	]


def test_a_rule_behind_one_that_catches_everything(company: str) -> None:
	assert refused(rule("Alles"), rule("Danach", sign="In", action="Hand to a Person")) == [
		"Rule 2, Title: It is never reached: rule 1 (Alles) governs all lines that it is about."
	]


def test_what_is_not_there(company: str) -> None:
	told = refused(
		rule("Konto", sign="In", action="Book to Account", account="Nirgends"),
		rule("Person", action="Hand to a Person", hand_to_role="Niemand"),
	)
	assert told == ["Rule 1, Account: There is no Nirgends.", "Rule 2, Role: There is no Niemand."]


def test_accounts_of_another_company_and_those_of_none(company: str) -> None:
	other = frappe.get_doc(
		{
			"doctype": "Company",
			"company_name": f"Andere {frappe.generate_hash(length=5)}",
			"abbr": frappe.generate_hash(length=5),
			"default_currency": "EUR",
			"country": "Germany",
		}
	).insert()
	foreign = account(company=other.name)
	booking = rule("Buchen", action="Book to Account", account=foreign)
	assert refused(booking) == [
		f"Rule 1, Account: {foreign} belongs to {other.name}, the rule set to {erp.COMPANY}."
	]
	assert refused(booking, for_company=None) == [
		f"Rule 1, Account: {foreign} belongs to {other.name}: a rule set for all companies cannot name it. "
		f"Make one for {other.name}."
	]


def test_accounts_that_cannot_be_booked_to(company: str) -> None:
	group = frappe.get_all(
		"Account",
		filters={"company": company, "is_group": 1, "root_type": "Expense"},
		pluck="name",
		limit_page_length=1,
	)[0]
	assert refused(rule(action="Book to Account", account=group)) == [
		f"Rule 1, Account: Nothing can be booked to {group}: it is a group, or disabled."
	]
	receivable = account("Asset", account_type="Receivable")
	assert refused(rule(action="Book to Account", account=receivable)) == [
		f"Rule 1, Account: {receivable} is kept by party: say whose it is."
	]
	customer = erp.make_customer()
	expense = account()
	assert refused(
		rule(action="Book to Account", account=expense, party_type="Customer", party=customer)
	) == [f"Rule 1, Account: {expense} is not kept by party."]
	own = active(rule(action="Book to Account", account=receivable, party_type="Customer", party=customer))
	found = rule_sets.rules_in_force(company).rules[0]
	assert (found.action, found.account, found.party) == (BOOK, receivable, customer)
	assert own.is_active


def test_a_limit_needs_somewhere_to_go(company: str) -> None:
	frappe.db.set_value("Company", company, "write_off_account", None)
	limits = [{"kind": "Bank Charge", "amount": 20}]
	assert refused(rule(), limits=limits) == [
		f"Rule 1, Account for Bank Charges: {company} has no write-off account: name an account."
	]
	expense = account()
	draft(rule(charges_account=expense), limits=limits).insert()


# --- in force ------------------------------------------------------------------------------------------------------------


def fired(rule_set: Any) -> dict[str, Any]:
	return dict(api_rules.rule_set(rule_set.name)["counts"])


def test_a_rule_books_lines_and_its_corrections_are_counted(company: str) -> None:
	make_account(IBAN)
	expense = account()
	own = active(
		rule("Entgelte", sign="Out", contains="Entgelt", action="Book to Account", account=expense),
		rule("Rest"),
	)
	fee = line(booking("-9.90", "2026-03-10", "Entgelt Kontofuehrung"))
	journal = matching.apply(fee, TODAY)
	rows = frappe.get_all(
		"Journal Entry Account", filters={"parent": journal, "account": expense}, fields=["debit"]
	)
	assert [row.debit for row in rows] == [9.9]
	assert state(fee)[0] == "Reconciled"
	kept = frappe.get_last_doc("Match Proposal", filters={"bank_transaction": fee})
	assert (kept.rule, kept.rule_set_version, kept.status) == ("Entgelte", own.active_version, "Posted")
	counted = fired(own)["Entgelte"]
	assert (counted["fired"], counted["posted"], counted["corrected"]) == (1, 1, 0)
	api.undo(fee)
	counted = fired(own)["Entgelte"]
	assert (counted["fired"], counted["posted"], counted["corrected"]) == (1, 0, 1)
	# A new version goes on counting.
	own.rules[1].grace_days = 2
	own.save()
	rule_sets.activate(own.name)
	assert fired(own)["Entgelte"]["fired"] == 1


def test_a_rule_that_fails_in_a_run_hands_the_line_over_and_says_so(
	company: str, customer: str, service: str
) -> None:
	make_account(IBAN)
	invoice = make_invoice(customer, service, 100)
	active(
		rule("Bruch", action="Hand to a Person", condition="1 / (amount - 100) > 0"),
		rule("Rest"),
	)
	receipt = line(booking("100.00", "2026-03-10", f"Rechnung {invoice.name}"))
	assert matching.apply(receipt, TODAY) is None
	kept = frappe.get_last_doc("Match Proposal", filters={"bank_transaction": receipt})
	assert (kept.status, kept.rule) == ("Left", "Bruch")
	assert "Bruch" in kept.reasons and "arithmetic" in kept.reasons


def test_what_a_person_makes_of_a_line_that_was_left_is_no_correction(
	company: str, customer: str, service: str
) -> None:
	make_account(IBAN)
	invoice, other = make_invoice(customer, service, 100), make_invoice(customer, service, 100)
	own = active(rule("Hand", contains="Hand", action="Hand to a Person"), rule("Rest", post_from=100))
	left = line(booking("100.00", "2026-03-10", f"Hand {invoice.name}"))
	proposed = line(booking("100.00", "2026-03-11", f"Rechnung {invoice.name}"))
	for each in (left, proposed):
		matching.apply(each, TODAY)
	assert frappe.get_last_doc("Match Proposal", filters={"bank_transaction": proposed}).status == "Proposed"
	api.match_by_hand(left, [invoice.name])
	api.match_by_hand(proposed, [other.name])
	found = fired(own)
	assert (found["Hand"]["left"], found["Hand"]["corrected"]) == (1, 0)
	assert (found["Rest"]["fired"], found["Rest"]["corrected"]) == (1, 1)
