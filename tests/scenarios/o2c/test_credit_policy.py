"""An administrator's policy decides: what it may ask, what is refused when it is saved, and what stays as it was decided."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import frappe
import pytest
from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note, make_sales_invoice
from o2c_extensions.common import casebook
from o2c_extensions.credit_control import api
from o2c_extensions.credit_control.domain import criteria
from o2c_extensions.credit_control.domain.policy import CHECKPOINTS
from o2c_extensions.credit_control.queries import policies as queries
from o2c_extensions.credit_control.services import checking, judging, ledger, policies
from o2c_extensions.setup import credit_policies

from tests.support import erp

DAY = "2026-03-05"
EVERYWHERE = {f"at_{checkpoint.lower()}": 1 for checkpoint in CHECKPOINTS}


def rule(test: str, outcome: str = "Hold", **values: Any) -> dict[str, Any]:
	return {"title": test, "test": test, "outcome": outcome, **EVERYWHERE, **values}


def draft(*rules: dict[str, Any], **values: Any) -> Any:
	name = f"Richtlinie {frappe.generate_hash(length=8)}"
	return frappe.get_doc(
		{
			"doctype": "Credit Policy",
			"policy_name": name,
			"for_company": erp.COMPANY,
			"currency": "EUR",
			"rules": list(rules),
			**values,
		}
	)


def active(*rules: dict[str, Any], **values: Any) -> Any:
	policy = draft(*rules, **values).insert()
	policies.activate(policy.name)
	return policy.reload()


def submitted(customer: str, item: str, net: float, **values: Any) -> Any:
	order = erp.order(
		customer, [{"item_code": item, "qty": 1, "rate": net}], **{"taxes": [], "day": DAY, **values}
	)
	order.insert()
	order.submit()
	return order


def status(order: Any) -> str:
	return str(frappe.db.get_value("Sales Order", order.name, "o2c_credit_status") or "")


def hold_of(order: Any) -> Any:
	return frappe.get_last_doc("Credit Hold", filters={"sales_order": order.name})


def decision_on(document: Any) -> Any:
	return frappe.get_last_doc(
		"O2C Decision", filters={"subject_name": document.name, "decision_type": "Credit Check"}
	)


def profile(customer: str, **values: Any) -> Any:
	return erp.insert("Credit Profile", customer=customer, company=erp.COMPANY, **values)


def billed(customer: str, item: str, net: float, day: str, due: str, **values: Any) -> Any:
	invoice = erp.invoice(
		customer, [{"item_code": item, "qty": 1, "rate": net}], day=day, **{"taxes": [], **values}
	)
	invoice.due_date = due
	invoice.insert()
	invoice.submit()
	return invoice


def ago(days: int) -> str:
	return str(casebook.today() - timedelta(days=days))


@pytest.fixture(autouse=True)
def today_is_known(company: str) -> Iterator[None]:
	"""Facts that count days do so from here, whenever the test runs."""
	frappe.flags.current_date = date.fromisoformat(DAY)
	yield
	frappe.flags.current_date = None


# --- what is in force ----------------------------------------------------------------------------------------------------


def test_the_standard_is_in_force_from_the_beginning(company: str) -> None:
	standard = frappe.get_doc("Credit Policy", "Standard")
	assert (standard.is_active, standard.active_version) == (1, "Standard v1")
	assert queries.in_force(company).version == "Standard v1"
	credit_policies.sync()
	assert frappe.db.count("Credit Policy Version", {"policy": "Standard"}) == 1


def test_an_edit_changes_nothing_that_was_decided(company: str, service: str) -> None:
	customer = erp.make_customer()
	policy = active(rule(criteria.ORDER_VALUE, amount=100))
	first = submitted(customer, service, 101)
	content = frappe.db.get_value("Credit Policy Version", policy.active_version, "content")
	policy.rules[0].amount = 1000
	policy.save()
	# The working copy decides nothing.
	second = submitted(customer, service, 101)
	assert (status(first), status(second)) == ("Held", "Held")
	version = policies.activate(policy.name)
	third = submitted(customer, service, 101)
	assert status(third) == "Passed"
	cited = [decision_on(order).rule_version for order in (first, second, third)]
	assert cited == [f"{policy.name} v1", f"{policy.name} v1", f"{policy.name} v2"]
	assert version == f"{policy.name} v2"
	assert frappe.db.get_value("Credit Policy Version", f"{policy.name} v1", "content") == content
	assert hold_of(first).policy_version == f"{policy.name} v1"
	assert policies.version_of(f"{policy.name} v1").rules[0].bounds.amount == 100


def test_a_version_is_a_record(company: str) -> None:
	policy = active(rule(criteria.BLOCKED))
	version = frappe.get_doc("Credit Policy Version", policy.active_version)
	version.content = "{}"
	with pytest.raises(frappe.PermissionError):
		version.save()
	with pytest.raises(frappe.PermissionError):
		frappe.delete_doc("Credit Policy Version", version.name, force=True)
	with pytest.raises(frappe.PermissionError):
		erp.insert("Credit Policy Version", policy=policy.name, version=9, content="{}")
	with pytest.raises(frappe.LinkExistsError):
		frappe.delete_doc("Credit Policy", policy.name)


def test_nobody_puts_a_policy_into_force_by_a_field(company: str) -> None:
	policy = draft(rule(criteria.BLOCKED), is_active=1, active_version="Standard v1").insert()
	assert (policy.is_active, policy.active_version) == (0, None)
	policy.update({"is_active": 1, "active_version": "Standard v1"})
	policy.save()
	assert (policy.reload().is_active, policy.active_version or None) == (0, None)


def test_the_company_s_own_policy_comes_before_the_general_one(company: str, service: str) -> None:
	general = active(rule(criteria.ALWAYS), for_company=None)
	assert frappe.db.get_value("Credit Policy", "Standard", "is_active") == 0
	assert status(submitted(erp.make_customer(), service, 1)) == "Held"
	own = active(rule(criteria.BLOCKED))
	assert status(submitted(erp.make_customer(), service, 1)) == "Passed"
	assert frappe.db.get_value("Credit Policy", general.name, "is_active") == 1
	another = active(rule(criteria.ALWAYS, "Warn"))
	assert frappe.db.get_value("Credit Policy", own.name, "is_active") == 0
	assert frappe.db.get_value("Credit Policy", another.name, "is_active") == 1


def test_an_unchanged_copy_stays_its_version(company: str) -> None:
	policy = active(rule(criteria.BLOCKED))
	policy.description = "Nur ein Wort dazu"
	policy.save()
	assert not policies.is_changed(policy)
	assert policies.activate(policy.name) == f"{policy.name} v1"
	policy.reload()
	policy.rules[0].message = "Bitte die Buchhaltung anrufen"
	policy.save()
	assert policies.is_changed(policy)


def test_without_a_policy_nothing_passes(company: str, service: str) -> None:
	frappe.db.set_value("Credit Policy", {"is_active": 1}, "is_active", 0)
	order = submitted(erp.make_customer(), service, 1)
	assert status(order) == "Held"
	hold = hold_of(order)
	assert (hold.excess, hold.causes) == (1, "Check Failed")


def test_a_policy_that_fails_at_run_time_holds_and_says_so(company: str, service: str) -> None:
	active(rule(criteria.ALWAYS, "Pass", condition="amount / overdue_days > 0"))
	order = submitted(erp.make_customer(), service, 10)
	assert status(order) == "Held"
	assert "Error Log" in hold_of(order).reasons
	assert frappe.db.exists("Error Log", {"reference_doctype": "Sales Order", "reference_name": order.name})
	assert json.loads(decision_on(order).inputs)["rules"] == [criteria.ALWAYS]


def test_a_version_that_cannot_be_read_holds(company: str, service: str) -> None:
	policy = active(rule(criteria.BLOCKED))
	frappe.db.set_value(
		"Credit Policy Version", policy.active_version, "content", '{"rules": [{"test": "?"}]}'
	)
	assert status(submitted(erp.make_customer(), service, 1)) == "Held"


# --- what is refused when it is saved --------------------------------------------------------------------------------------

WRONG: dict[str, tuple[dict[str, Any] | None, dict[str, Any], str, str]] = {
	# name: (rule or None, other values, where, what)
	"an expression that does not compile": (
		rule(criteria.ALWAYS, condition="amount >"),
		{},
		"Rule 1",
		"column 8",
	),
	"an unknown name": (rule(criteria.ALWAYS, condition="amuont > 5"), {}, "Rule 1", "'amuont'"),
	"a call": (rule(criteria.ALWAYS, condition="__import__('os')"), {}, "Rule 1", "'__import__'"),
	"an attribute": (
		rule(criteria.ALWAYS, condition="customer.upper() == ''"),
		{},
		"Rule 1",
		"customer.upper",
	),
	"no condition": (rule(criteria.ALWAYS, condition="amount + 1"), {}, "Rule 1", "amount + 1"),
	"a text compared with a number": (
		rule(criteria.ALWAYS, condition="customer > 5"),
		{},
		"Rule 1",
		"compared",
	),
	"one that is wrong later on": (
		rule(criteria.ALWAYS, condition="amount > 5000 and customer > 5"),
		{},
		"Rule 1",
		"compared",
	),
	"an amount from above its end": (
		rule(criteria.BLOCKED, amount_from=500, amount_to=100),
		{},
		"Rule 1",
		"500",
	),
	"no checkpoint": ({**rule(criteria.BLOCKED), **dict.fromkeys(EVERYWHERE, 0)}, {}, "Rule 1", "checkpoint"),
	"a bound that is missing": (rule(criteria.ORDER_VALUE), {}, "Rule 1", "Order Value"),
	"a bound that says nothing": (rule(criteria.ORDER_VALUE, amount=5, days=3), {}, "Rule 1", "Days"),
	"a deposit without a share": (rule(criteria.BLOCKED, "Deposit"), {}, "Rule 1", "100 per cent"),
	"a hold with a deposit": (rule(criteria.BLOCKED, deposit_percent=30), {}, "Rule 1", "no deposit"),
	"no rule": (None, {"rules": []}, "", "no rule"),
	"hold and pass for the same": (
		None,
		{"rules": [rule(criteria.BLOCKED), rule(criteria.BLOCKED, "Pass", title="Doch")]},
		"Rule 2",
		"contradicts rule 1",
	),
	"prepay and pass for the same": (
		None,
		{"rules": [rule(criteria.BLOCKED, "Pass"), rule(criteria.BLOCKED, "Prepayment", title="Doch")]},
		"Rule 2",
		"contradicts rule 1",
	),
	"warn and hold for the same": (
		None,
		{"rules": [rule(criteria.BLOCKED, "Warn"), rule(criteria.BLOCKED, title="Doch")]},
		"Rule 1",
		"contradicts rule 2",
	),
	"what is never reached": (
		None,
		{"rules": [rule(criteria.ALWAYS, "Pass", amount_to=900), rule(criteria.BLOCKED, amount_to=100)]},
		"Rule 2",
		"never reached",
	),
	"a milder rule behind a stricter one": (
		None,
		{
			"rules": [
				rule(criteria.DAYS_OVERDUE, days=10),
				rule(criteria.DAYS_OVERDUE, "Warn", title="Doch", days=30),
			]
		},
		"Rule 2",
		"never matters",
	),
	"a title twice": (
		None,
		{"rules": [rule(criteria.BLOCKED), rule(criteria.ALWAYS, title=criteria.BLOCKED)]},
		"Rule 2",
		"called",
	),
	"an exclusion from everything": (
		rule(criteria.BLOCKED),
		{"exclusions": [{"title": "alles", **EVERYWHERE}]},
		"Exclusion 1",
		"everything",
	),
	"an exclusion from a rule that is not there": (
		rule(criteria.BLOCKED),
		{"exclusions": [{"title": "x", "rules": "Gibt es nicht", **EVERYWHERE}]},
		"Exclusion 1",
		"Gibt es nicht",
	),
	"an exclusion that concerns nothing": (
		rule(criteria.BLOCKED),
		{"exclusions": [{"title": "x", "test": criteria.DAYS_OVERDUE, **EVERYWHERE}]},
		"Exclusion 1",
		"excludes nothing",
	),
	"an exclusion from what passes": (
		None,
		{
			"rules": [rule(criteria.BLOCKED), rule(criteria.ALWAYS, "Pass", amount_to=5)],
			"exclusions": [{"title": "x", "rules": criteria.ALWAYS, **EVERYWHERE}],
		},
		"Exclusion 1",
		"stricter",
	),
}


@pytest.mark.parametrize("case", WRONG)
def test_refused_when_saved_with_row_and_reason(company: str, case: str) -> None:
	wrong, values, where, what = WRONG[case]
	policy = draft(*([wrong] if wrong else []), **values)
	with erp.refused(frappe.ValidationError) as raised:
		policy.insert()
	said = str(raised.value) + str(frappe.local.message_log)
	assert where in said and what in said, said
	# The same in an editor, before it is saved.
	problems = api.validate_policy(json.loads(frappe.as_json(policy.as_dict())))
	assert problems
	assert any(
		what in f"{problem['message']} {problem['field']}".replace("days", "Days") for problem in problems
	)
	if where.startswith(("Rule", "Exclusion")):
		kind, row = where.split()
		assert {"Rule": "rules", "Exclusion": "exclusions"}[kind] in {each["table"] for each in problems}
		assert int(row) in {each["row"] for each in problems}


@pytest.mark.parametrize(
	("values", "field"),
	[
		({"currency": "Taler"}, "currency"),
		({"rules": [rule(criteria.BLOCKED, for_customer="Niemand")]}, "for_customer"),
		({"rules": [rule(criteria.BLOCKED, for_territory="Atlantis")]}, "for_territory"),
		({"rules": [rule(criteria.BLOCKED, for_risk_class="Z")]}, "for_risk_class"),
	],
)
def test_what_is_not_there(company: str, values: dict[str, Any], field: str) -> None:
	policy = {"currency": "EUR", "rules": [rule(criteria.BLOCKED)], **values}
	with erp.refused(frappe.ValidationError):
		draft(**policy).insert()
	(problem,) = api.validate_policy(policy)
	assert (problem["field"], problem["code"]) == (field, "unknown")


def test_a_rule_for_another_company(company: str) -> None:
	wrong = rule(criteria.BLOCKED, for_company="Anderswo GmbH")
	problems = api.validate_policy({"for_company": company, "rules": [wrong]})
	assert {(each["code"], each["row"]) for each in problems} == {("other company", 1), ("unknown", 1)}


def test_amounts_need_a_currency(company: str) -> None:
	(problem,) = api.validate_policy({"rules": [rule(criteria.ORDER_VALUE, amount=5)]})
	assert (problem["field"], problem["code"], problem["row"]) == ("currency", "missing", 0)


def test_an_expression_is_shown_where_it_is_wrong(company: str) -> None:
	wrong = rule(criteria.ALWAYS, condition='amount > 5\nand custmer == "x"')
	(problem,) = api.validate_policy({"currency": "EUR", "rules": [wrong]})
	assert (problem["table"], problem["row"], problem["field"]) == ("rules", 1, "condition")
	assert (problem["line"], problem["column"]) == (2, 5)
	assert "customer" in problem["allowed"]


def test_what_is_switched_off_does_not_count(company: str, service: str) -> None:
	active(rule(criteria.BLOCKED), rule(criteria.ALWAYS, disabled=1))
	assert status(submitted(erp.make_customer(), service, 1)) == "Passed"


# --- what it may ask -----------------------------------------------------------------------------------------------------------


def test_overdue_invoices(company: str, service: str) -> None:
	customer = erp.make_customer()
	billed(customer, service, 100, ago(90), ago(40))
	billed(customer, service, 300, ago(20), ago(-10))
	for test, values, expected in (
		(criteria.DAYS_OVERDUE, {"days": 39}, "Held"),
		(criteria.DAYS_OVERDUE, {"days": 40}, "Passed"),
		(criteria.OVERDUE_AMOUNT, {"amount": 99.99}, "Held"),
		(criteria.OVERDUE_AMOUNT, {"amount": 100}, "Passed"),
		(criteria.OVERDUE_SHARE, {"percent": 24.9}, "Held"),
		(criteria.OVERDUE_SHARE, {"percent": 25}, "Passed"),
		(criteria.OLDEST_ITEM, {"days": 89}, "Held"),
		(criteria.OLDEST_ITEM, {"days": 90}, "Passed"),
	):
		active(rule(test, **values))
		order = submitted(customer, service, 1)
		assert status(order) == expected, (test, values)
		order.cancel()


def test_what_was_paid_has_paid_the_earliest_instalment(company: str, service: str) -> None:
	customer = erp.make_customer()
	schedule = [
		{"due_date": ago(30), "invoice_portion": 50},
		{"due_date": ago(10), "invoice_portion": 30},
		{"due_date": ago(-20), "invoice_portion": 20},
	]
	invoice = billed(customer, service, 1000, ago(60), ago(-20), payment_schedule=schedule)
	active(rule(criteria.OVERDUE_AMOUNT, "Warn", amount=0))

	def overdue() -> tuple[int, str]:
		order = erp.order(customer, [{"item_code": service, "qty": 1, "rate": 1}], day=DAY).insert()
		facts = checking.judge(order, date.fromisoformat(DAY)).facts
		return facts.overdue_days, str(facts.overdue_amount)

	assert overdue() == (30, "800.00")
	for paid, expected in ((400, (30, "400.00")), (200, (10, "200.00")), (200, (0, "0.00"))):
		_pay(invoice, paid)
		assert overdue() == expected


def _pay(invoice: Any, amount: float) -> None:
	payment = erp.insert(
		"Payment Entry",
		payment_type="Receive",
		party_type="Customer",
		party=invoice.customer,
		company=erp.COMPANY,
		posting_date=DAY,
		paid_from="Debtors - NH",
		paid_to=erp.BANK,
		paid_amount=amount,
		received_amount=amount,
		reference_no="1",
		reference_date=DAY,
		references=[
			{
				"reference_doctype": "Sales Invoice",
				"reference_name": invoice.name,
				"allocated_amount": amount,
			}
		],
	)
	payment.submit()


def test_a_new_customer(company: str, service: str) -> None:
	customer = erp.make_customer()
	active(rule(criteria.NEW_CUSTOMER, days=30))
	first = submitted(customer, service, 1, day=ago(40))
	assert status(first) == "Held"
	assert "first order" in hold_of(first).reasons
	assert status(submitted(customer, service, 1)) == "Passed"
	younger = erp.make_customer()
	submitted(younger, service, 1, day=ago(29))
	assert status(submitted(younger, service, 1)) == "Held"


def test_dunning_level(company: str, service: str) -> None:
	customer = erp.make_customer()
	invoice = billed(customer, service, 100, ago(60), ago(30))
	active(rule(criteria.DUNNING_LEVEL, level=2))
	assert status(submitted(customer, service, 1)) == "Passed"
	frappe.get_doc(
		{
			"doctype": "Dunning",
			"name": f"DUNN-{frappe.generate_hash(length=8)}",
			"customer": customer,
			"company": company,
			"posting_date": DAY,
			"status": "Unresolved",
			"docstatus": 1,
			"o2c_dunning_level": 2,
			"overdue_payments": [{"sales_invoice": invoice.name}],
		}
	).db_insert()
	order = submitted(customer, service, 1)
	assert status(order) == "Held"
	assert "level 2" in hold_of(order).reasons


def test_a_bounced_debit_and_a_broken_promise(company: str, service: str) -> None:
	customer = erp.make_customer()
	active(rule(criteria.BOUNCED_DEBIT, days=30), rule(criteria.BROKEN_PROMISE, "Warn"))
	assert decision_on(submitted(customer, service, 1)).outcome == "Pass"
	casebook.record_event("no case", "Collection", "Promise Broken", "Customer", customer)
	assert decision_on(submitted(customer, service, 1)).outcome == "Warn"
	for day, expected in ((ago(31), "Passed"), (ago(30), "Held")):
		frappe.get_doc(
			{
				"doctype": "Bank Transaction",
				"name": f"BT-{frappe.generate_hash(length=8)}",
				"company": company,
				"party_type": "Customer",
				"party": customer,
				"transaction_type": "Return",
				"date": day,
				"docstatus": 1,
			}
		).db_insert()
		assert status(submitted(customer, service, 1)) == expected


def test_groups_and_territories_mean_all_below_them(company: str, service: str) -> None:
	group, other = (f"Gruppe {frappe.generate_hash(length=8)}" for _number in range(2))
	erp.insert(
		"Customer Group", customer_group_name=group, parent_customer_group="All Customer Groups", is_group=1
	)
	below = erp.insert("Customer Group", customer_group_name=f"{group} Süd", parent_customer_group=group).name
	erp.insert("Customer Group", customer_group_name=other, parent_customer_group="All Customer Groups")
	active(
		rule(criteria.ALWAYS, for_customer_group=group),
		rule(criteria.BLOCKED, for_customer_group=other),
		exclusions=[{"title": "Kleines", "amount_to": 5, "for_territory": "All Territories", **EVERYWHERE}],
	)
	assert status(submitted(erp.make_customer(customer_group=below), service, 6)) == "Held"
	assert status(submitted(erp.make_customer(customer_group=below), service, 5)) == "Passed"
	assert status(submitted(erp.make_customer(customer_group=other), service, 6)) == "Passed"


def test_what_the_profile_says(company: str, service: str) -> None:
	active(
		rule(criteria.LIMIT_EXPIRED),
		rule(criteria.REVIEW_MISSING, "Warn", days=10),
		rule(criteria.BLOCKED, title="Gesperrt"),
	)
	expired, missing, fine, blocked = (erp.make_customer() for _number in range(4))
	limit = {"limit_kind": "Limit", "credit_limit": 1000, "currency": "EUR"}
	profile(expired, valid_until=ago(1), next_review=DAY, **limit)
	profile(missing, next_review=ago(11), **limit)
	profile(fine, valid_until=DAY, next_review=ago(10), **limit)
	profile(blocked, is_blocked=1, block_reason="Insolvenz", limit_kind="Inherit")
	outcomes = [
		decision_on(submitted(each, service, 1)).outcome for each in (expired, missing, fine, blocked)
	]
	assert outcomes == ["Hold", "Warn", "Pass", "Hold"]


def test_other_payment_terms_than_agreed(company: str, service: str) -> None:
	terms = []
	for days in (14, 60):
		name = f"{days} Tage {frappe.generate_hash(length=6)}"
		row = {"due_date_based_on": "Day(s) after invoice date", "invoice_portion": 100, "credit_days": days}
		terms.append(erp.insert("Payment Terms Template", template_name=name, terms=[row]).name)
	customer = erp.make_customer(payment_terms=terms[0])
	active(rule(criteria.TERMS_CHANGED))
	assert status(submitted(customer, service, 1, payment_terms_template=terms[0])) == "Passed"
	changed = submitted(customer, service, 1, payment_terms_template=terms[1])
	assert status(changed) == "Held"
	assert terms[1] in hold_of(changed).reasons


def test_a_condition_over_everything(company: str, service: str) -> None:
	"""Every name that a condition may use has a value at run time."""
	names = api.policy_vocabulary()["names"]
	quarters = [names[start::4] for start in range(4)]
	conditions = [" and ".join(f"{name} == {name}" for name in quarter) for quarter in quarters]
	active(*(rule(criteria.ALWAYS, "Warn", title=each[:50], condition=each) for each in conditions))
	assert decision_on(submitted(erp.make_customer(), service, 1)).outcome == "Warn"


def test_amounts_in_another_currency(company: str, service: str, monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr("o2c_extensions.erp.exchange_rate", lambda *_args: 0.5)
	active(rule(criteria.ORDER_VALUE, amount=100), for_company=None, currency="USD")
	assert status(submitted(erp.make_customer(), service, 50)) == "Passed"
	assert status(submitted(erp.make_customer(), service, 50.01)) == "Held"
	monkeypatch.setattr("o2c_extensions.erp.exchange_rate", lambda *_args: 0.0)
	assert status(submitted(erp.make_customer(), service, 1)) == "Held"


# --- what becomes of a document -----------------------------------------------------------------------------------------------


def test_a_warning_passes_and_is_said(company: str, service: str) -> None:
	active(rule(criteria.ALWAYS, "Warn", message="Bitte anrufen"))
	order = submitted(erp.make_customer(), service, 1)
	assert status(order) == "Passed"
	assert "Bitte anrufen" in str(frappe.local.message_log)
	assert (decision_on(order).outcome, decision_on(order).reasons) == ("Warn", "Bitte anrufen")


@pytest.mark.parametrize(("outcome", "share", "deposit"), [("Deposit", 30, 30), ("Prepayment", 0, 100)])
def test_a_deposit_is_asked_for(
	company: str, service: str, outcome: str, share: float, deposit: float
) -> None:
	active(rule(criteria.ALWAYS, outcome, deposit_percent=share))
	order = submitted(erp.make_customer(), service, 100)
	hold = hold_of(order)
	assert (status(order), hold.status, hold.required_deposit) == ("Held", "Open", deposit)
	assert decision_on(order).outcome == outcome
	order.reload()
	order.advance_paid = deposit
	assert checking.judge(order, date.fromisoformat(DAY)).verdict.passes


def test_a_rejection_closes_the_order(company: str, service: str) -> None:
	active(rule(criteria.ALWAYS, "Reject"))
	order = submitted(erp.make_customer(), service, 100)
	assert (hold_of(order).status, status(order)) == ("Rejected", "Rejected")
	assert frappe.db.get_value("Sales Order", order.name, "status") == "Closed"


def test_a_natural_person_is_held_for_a_person_to_decide(company: str, service: str) -> None:
	active(rule(criteria.ALWAYS, "Reject"))
	customer = erp.make_customer(customer_type="Individual")
	order = submitted(customer, service, 100)
	assert (hold_of(order).status, status(order)) == ("Open", "Held")
	assert "GDPR Art. 22" in hold_of(order).reasons


def test_an_exclusion_lets_go_until_its_day(company: str, service: str) -> None:
	customer = erp.make_customer()
	for until, expected in ((DAY, "Passed"), (ago(1), "Held")):
		exclusion = {"title": "Messe", "for_customer": customer, "until": until, **EVERYWHERE}
		active(rule(criteria.ALWAYS), exclusions=[exclusion])
		assert status(submitted(customer, service, 1)) == expected


# --- the matrix: rule by exclusion by checkpoint by document ---------------------------------------------------------------------

CHECKS = {
	"Order": ("order", lambda documents, today: checking.judge(documents["order"], today)),
	"Release": ("order", lambda documents, today: checking.check_release(documents["order"], today)),
	"Pick": ("order", lambda documents, today: checking.check_pick(documents["order"], today)),
	"Delivery": ("note", lambda documents, today: checking.check_delivery(documents["note"], today)),
	"Invoice": ("invoice", lambda documents, today: checking.check_invoice(documents["invoice"], today)),
}
# What makes each test hit the story's customer; each is a bound that hits.
MATRIX: dict[str, dict[str, Any]] = {
	criteria.OVER_LIMIT: {},
	criteria.DAYS_OVERDUE: {"days": 10},
	criteria.OVERDUE_AMOUNT: {"amount": 10},
	criteria.OVERDUE_SHARE: {"percent": 1},
	criteria.OLDEST_ITEM: {"days": 10},
	criteria.LIMIT_EXPIRED: {},
	criteria.REVIEW_MISSING: {},
	criteria.NEW_CUSTOMER: {"days": 9999},
	criteria.BROKEN_PROMISE: {},
	criteria.ORDER_VALUE: {"amount": 1},
	criteria.BLOCKED: {},
	criteria.ALWAYS: {},
}


@pytest.fixture
def documents(company: str, item: str, service: str) -> dict[str, Any]:
	"""A customer against whom everything speaks, with a document for each checkpoint."""
	customer = erp.make_customer()
	profile(
		customer,
		limit_kind="Limit",
		credit_limit=1,
		currency="EUR",
		valid_until=ago(5),
		next_review=ago(5),
		is_blocked=1,
		block_reason="Alles",
	)
	active(rule(criteria.ALWAYS, "Warn"))
	billed(customer, service, 500, ago(60), ago(30))
	casebook.record_event("no case", "Collection", "Promise Broken", "Customer", customer)
	erp.receive(item, 10, 5, day=ago(20))
	order = submitted(customer, item, 100)
	return {
		"order": order,
		"note": erp.on(make_delivery_note(order.name), DAY).insert(),
		"invoice": erp.on(make_sales_invoice(order.name), DAY).insert(),
	}


@pytest.mark.parametrize("test", MATRIX)
def test_rule_by_exclusion_by_checkpoint_by_document(documents: dict[str, Any], test: str) -> None:
	today = date.fromisoformat(DAY)
	customer = documents["order"].customer
	for at in CHECKPOINTS:
		only = dict.fromkeys(EVERYWHERE, 0) | {f"at_{at.lower()}": 1}
		asked = {**rule(test, **MATRIX[test]), **only}
		for excluded in (None, "customer", "another"):
			who = customer if excluded == "customer" else erp.make_customer()
			exclusions = [{"title": "x", "for_customer": who, **EVERYWHERE}] if excluded else []
			active(asked, exclusions=exclusions)
			for checkpoint, (_document, check) in CHECKS.items():
				finding = check(documents, today)
				expected = "Hold" if checkpoint == at and excluded != "customer" else "Pass"
				assert finding.verdict.outcome == expected, (test, at, excluded, checkpoint)
				if expected == "Hold" and checkpoint != "Order":
					subject = documents[CHECKS[checkpoint][0]]
					assert decision_on(subject).outcome == "Hold"


def test_a_delivery_of_an_order_adds_nothing(documents: dict[str, Any], item: str) -> None:
	today = date.fromisoformat(DAY)
	assert checking.judge(documents["note"], today).facts.adds == 0
	assert checking.judge(documents["invoice"], today).facts.adds == 0
	row = {"item_code": item, "qty": 1, "rate": 10, "warehouse": erp.STORES}
	alone = frappe.get_doc(
		{
			"doctype": "Delivery Note",
			"customer": documents["order"].customer,
			"company": erp.COMPANY,
			"items": [row],
		}
	)
	alone.insert()
	assert checking.judge(alone, today).facts.adds == 10


# --- cost ---------------------------------------------------------------------------------------------------------------------


def test_what_a_decision_costs_that_asks_everything(company: str, service: str, count_queries: Any) -> None:
	"""At most eight queries, whatever the policy asks about whoever it is: here of all facts, of trees, of a parent account."""
	parent, customer = erp.make_customer(), erp.make_customer()
	limit = {"limit_kind": "Limit", "credit_limit": 10_000, "currency": "EUR"}
	profile(parent, **limit)
	profile(customer, parent_account=parent, **limit)
	billed(customer, service, 500, ago(60), ago(30))
	asked = [rule(test, "Warn", **MATRIX.get(test, {})) for test in criteria.TESTS]
	asked[list(criteria.TESTS).index(criteria.DUNNING_LEVEL)]["level"] = 1
	asked[list(criteria.TESTS).index(criteria.ALWAYS)]["condition"] = "amount > 5"
	asked += [
		rule(
			criteria.ALWAYS, "Hold", title="Gruppe", for_customer_group="All Customer Groups", amount_from=500
		),
		rule(criteria.ALWAYS, "Hold", title="Gebiet", for_territory="All Territories", amount_from=600),
		rule(criteria.BLOCKED, "Prepayment", title="Vorkasse", for_customer=customer),
	]
	active(*asked)
	submitted(customer, service, 10)
	order = erp.order(customer, [{"item_code": service, "qty": 1, "rate": 10}], day=DAY).insert()
	ledger.settle()
	today = date.fromisoformat(DAY)
	first = judging.look(order, "Order", today)
	assert not any(reason.test == "Rule Failed" for reason in first.verdict.reasons), first.verdict.reasons
	assert first.parent is not None and first.facts.loaded >= {
		"overdue",
		"trees",
		"parent",
		"dunning",
		"bounced",
	}
	assert count_queries(lambda: judging.look(order, "Order", today)) <= 8


# --- who may -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("role", "reads", "writes"),
	[
		("Credit Manager", True, True),
		("Credit Controller", True, False),
		("O2C Analyst", True, False),
		("Order Manager", False, False),
	],
)
def test_who_may_read_and_activate(company: str, role: str, reads: bool, writes: bool) -> None:
	policy = draft(rule(criteria.BLOCKED)).insert()
	email = f"policy-{frappe.generate_hash(length=8)}@example.com"
	erp.insert("User", email=email, first_name="T", send_welcome_email=0, roles=[{"role": role}])
	frappe.set_user(email)
	if reads:
		assert policy.name in {row["name"] for row in api.policies()}
		assert api.policy(policy.name)["may_write"] == writes
	else:
		with pytest.raises(frappe.PermissionError):
			api.policies()
		with pytest.raises(frappe.PermissionError):
			api.policy(policy.name)
	if writes:
		assert api.activate_policy(policy.name)["version"] == f"{policy.name} v1"
	else:
		with pytest.raises(frappe.PermissionError):
			api.activate_policy(policy.name)


def test_what_an_editor_gets(company: str) -> None:
	policy = active(
		rule(criteria.ORDER_VALUE, amount=100), exclusions=[{"title": "x", "amount_to": 5, **EVERYWHERE}]
	)
	seen = api.policy(policy.name)
	assert (seen["is_active"], seen["is_changed"]) == (1, False)
	assert [row["title"] for row in seen["rules"]] == [criteria.ORDER_VALUE]
	assert seen["exclusions"][0]["amount_to"] == 5
	assert [row["name"] for row in seen["versions"]] == [f"{policy.name} v1"]
	tests = {row["test"]: row for row in api.policy_vocabulary()["tests"]}
	assert tests[criteria.ORDER_VALUE]["required"] == ["amount"]
