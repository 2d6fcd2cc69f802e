"""Rules tried on past statements, and what confirmed history says about scores: nothing of it books anything."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import frappe
import pytest
from o2c_extensions import erp as native
from o2c_extensions.cash_application import api_rules as api
from o2c_extensions.cash_application.domain.engine.calibration import Costs, thresholds
from o2c_extensions.cash_application.queries import past
from o2c_extensions.cash_application.queries.calibrations import CALIBRATION, SAMPLE
from o2c_extensions.cash_application.queries.match_simulations import SIMULATION
from o2c_extensions.cash_application.services import calibration, match_simulation, rule_sets
from o2c_extensions.cash_application.tasks import MatchCalibration, MatchSimulation

from tests.scenarios.o2c.test_cash import IBAN, bring, by_hand_only, lines, make_account, make_invoice
from tests.scenarios.o2c.test_reconciliation_rules import account as ledger_account
from tests.scenarios.o2c.test_reconciliation_rules import draft, rule
from tests.support import erp
from tests.support.camt import booking

__all__ = ["by_hand_only"]

DAY = "2026-03-10"


@pytest.fixture
def bank(company: str) -> str:
	return str(frappe.db.get_value("Bank Account", make_account(IBAN), "account"))


@pytest.fixture(autouse=True)
def today_is_known() -> Any:
	frappe.flags.current_date = date(2026, 3, 20)
	yield
	frappe.flags.current_date = None


def paid(line: str, bank: str, customer: str, amount: float, *invoices: Any) -> Any:
	"""What a clerk does: a payment of these invoices, reconciled with the line."""
	payment = erp.insert(
		"Payment Entry",
		payment_type="Receive",
		company=erp.COMPANY,
		posting_date=DAY,
		party_type="Customer",
		party=customer,
		paid_from="Debtors - NH",
		paid_to=bank,
		paid_amount=amount,
		received_amount=amount,
		reference_no="x",
		reference_date=DAY,
		references=[
			{
				"reference_doctype": "Sales Invoice",
				"reference_name": one.name,
				"allocated_amount": one.outstanding_amount,
			}
			for one in invoices
		],
	)
	payment.submit()
	native.reconcile(line, [("Payment Entry", payment.name)])
	return payment


def booked(line: str, bank: str, account: str, amount: float) -> Any:
	journal = erp.insert(
		"Journal Entry",
		company=erp.COMPANY,
		posting_date=DAY,
		voucher_type="Bank Entry",
		cheque_no="x",
		cheque_date=DAY,
		accounts=[
			{"account": bank, "credit_in_account_currency": amount},
			{
				"account": account,
				"debit_in_account_currency": amount,
				"cost_center": frappe.db.get_value("Company", erp.COMPANY, "cost_center"),
			},
		],
	)
	journal.submit()
	native.reconcile(line, [("Journal Entry", journal.name)])
	return journal


@pytest.fixture
def history(bank: str, customer: str, service: str) -> dict[str, Any]:
	"""Three lines of a day: an invoice paid, a fee booked, and one that nobody has touched."""
	invoice, other = make_invoice(customer, service, 100), make_invoice(customer, service, 200)
	statement = bring(
		booking("100.00", DAY, f"Rechnung {invoice.name}", name="Kunde"),
		booking("-9.90", DAY, "Entgelt Kontofuehrung"),
		booking("33.33", DAY, "ohne Bezug"),
	)
	by_amount = {
		float(line.deposit or 0) - float(line.withdrawal or 0): line.name for line in lines(statement)
	}
	receipt = next(name for amount, name in by_amount.items() if amount == 100)
	invoice.reload()
	paid(receipt, bank, customer, float(invoice.outstanding_amount), invoice)
	fees = ledger_account()
	booked(by_amount[-9.9], bank, fees, 9.9)
	return {
		"receipt": receipt,
		"fee": by_amount[-9.9],
		"open": by_amount[33.33],
		"fees": fees,
		"invoice": invoice,
		"other": other,
		"customer": customer,
	}


def run(simulation: str) -> dict[str, Any]:
	"""As its runner does it, without ending the test's transaction."""
	work = MatchSimulation({"simulation": simulation})
	for item in work.items():
		work.do(item)
	return api.simulation(simulation, show="all")


def test_what_became_of_lines(history: dict[str, Any]) -> None:
	found = past.day_of(erp.COMPANY, date.fromisoformat(DAY))
	assert {line.name for line in found.lines} >= {history["receipt"], history["fee"], history["open"]}
	done = found.done[history["receipt"]]
	assert (done.customer, done.items) == (history["customer"], {history["invoice"].name})
	assert found.done[history["fee"]].accounts == {history["fees"]}
	assert history["open"] not in found.done
	# As it was before the line was booked, the invoice is open in whole.
	item = next(item for item in found.book.items if item.name == history["invoice"].name)
	assert item.open > 0


def test_the_working_copy_beside_the_version_in_force(history: dict[str, Any]) -> None:
	working = draft(
		rule("Gebühren", action="Book to Account", sign="Out", contains="Entgelt", account=history["fees"]),
		rule("Rest"),
	).insert()
	entries = frappe.db.count("GL Entry")
	simulation = match_simulation.prepare(working.name, date.fromisoformat(DAY), date.fromisoformat(DAY))
	found = run(simulation)
	assert (found["current_version"], found["lines"], found["currency"]) == ("Standard v1", 3, "EUR")
	rows = {row["bank_transaction"]: row for row in found["rows"]}
	receipt, fee, untouched = (rows[history[name]] for name in ("receipt", "fee", "open"))
	for side in ("new", "current"):
		assert (receipt[f"{side}_outcome"], receipt[f"{side}_verdict"]) == ("Post", "Right")
		assert history["invoice"].name in receipt[f"{side}_what"]
		assert (untouched[f"{side}_outcome"], untouched[f"{side}_verdict"]) == ("Leave", "Unknown")
	assert (fee["current_outcome"], fee["current_rule"]) == ("Leave", "Fees of the Bank")
	assert (fee["new_outcome"], fee["new_verdict"], fee["new_what"]) == ("Post", "Right", history["fees"])
	assert fee["was_done"] == history["fees"]
	assert [row["bank_transaction"] for row in api.simulation(simulation)["rows"]] == [history["fee"]]
	assert (found["new"]["right"], found["current"]["right"], found["new"]["left"]) == (2, 1, 1)
	assert found["new"]["right_amount"] - found["current"]["right_amount"] == pytest.approx(9.9)
	assert found["differ"] == 1
	# Nothing is booked, and nothing is changed.
	assert frappe.db.count("GL Entry") == entries


def test_what_would_have_been_posted_wrong(history: dict[str, Any]) -> None:
	wrong = ledger_account("Income")
	working = draft(
		rule("Falsch", action="Book to Account", contains="Entgelt", account=wrong), rule("Rest")
	).insert()
	found = run(match_simulation.prepare(working.name, date.fromisoformat(DAY)))
	assert found["new"]["wrong"] == 1
	rows = api.simulation(found["name"], show="wrong")["rows"]
	assert [(row["bank_transaction"], row["new_verdict"]) for row in rows] == [(history["fee"], "Wrong")]


def test_a_rule_that_fails_leaves_the_line_and_says_so(history: dict[str, Any]) -> None:
	working = draft(
		rule("Bruch", condition="1 / (amount + 9.90) > 0 and amount > 1000"), rule("Rest")
	).insert()
	found = run(match_simulation.prepare(working.name, date.fromisoformat(DAY)))
	rows = {row["bank_transaction"]: row for row in found["rows"]}
	assert (rows[history["fee"]]["new_outcome"], rows[history["fee"]]["new_rule"]) == ("Leave", "Bruch")
	assert rows[history["receipt"]]["new_rule"] == "Rest"


def test_an_unsaved_copy_is_tried_and_nothing_else_is_taken(history: dict[str, Any]) -> None:
	working = draft(rule("Rest")).insert()
	written = {"rules": [rule("Alles", action="Hand to a Person")], "for_company": erp.COMPANY}
	found = run(
		match_simulation.prepare(working.name, date.fromisoformat(DAY), company=erp.COMPANY, written=written)
	)
	assert found["new"]["left"] == found["lines"] == 3
	simulation = frappe.get_doc(SIMULATION, found["name"])
	with pytest.raises(frappe.PermissionError):
		simulation.save()
	written["rules"][0]["pattern"] = "(a"
	with pytest.raises(frappe.ValidationError):
		match_simulation.prepare(working.name, date.fromisoformat(DAY), written=written)


def test_ten_lines_ask_as_much_as_one(
	bank: str, customer: str, service: str, count_queries: Callable[[Callable[[], Any]], int]
) -> None:
	def load() -> Any:
		return past.day_of(erp.COMPANY, date.fromisoformat(DAY))

	def receipt(number: int) -> None:
		invoice = make_invoice(customer, service, 100 + number)
		line = lines(bring(booking(str(100 + number), DAY, f"{invoice.name} {number}")))[0]
		invoice.reload()
		paid(line.name, bank, customer, float(invoice.outstanding_amount), invoice)

	receipt(0)
	load()
	few = count_queries(load)
	for number in range(1, 10):
		receipt(number)
	assert count_queries(load) <= few


# --- calibration ---------------------------------------------------------------------------------------------------------


def compute(name: str) -> Any:
	work = MatchCalibration({"calibration": name})
	for item in work.items():
		work.do(item)
	return frappe.get_doc(CALIBRATION, name)


def test_costs_make_the_thresholds(company: str) -> None:
	assert rule_sets.rules_in_force(company).setup.thresholds == thresholds(Costs())
	own = frappe.get_doc(
		{
			"doctype": CALIBRATION,
			"calibration_name": "Eigene",
			"for_company": company,
			"cost_wrong": 100,
			"cost_look": 2,
			"cost_misled": 2,
		}
	).insert()
	found = rule_sets.rules_in_force(company).setup.thresholds
	assert (found.post, found.propose) == (Decimal("0.98"), Decimal("0.5"))
	assert (own.post_from, own.propose_from, own.status) == (98, 50, "Built In")
	assert rule_sets.rules_in_force("Another").setup.thresholds == thresholds(Costs())
	own.cost_look = 0
	with pytest.raises(frappe.ValidationError):
		own.save()
	with pytest.raises(frappe.DuplicateEntryError):
		frappe.get_doc(
			{"doctype": CALIBRATION, "calibration_name": "Noch eine", "for_company": company}
		).insert()


def test_too_little_history_keeps_what_is_built_in(history: dict[str, Any]) -> None:
	before = rule_sets.rules_in_force(erp.COMPANY).setup
	found = compute("General")
	assert (found.status, found.sample_size) == ("Too Little History", 1)
	assert found.computed_on
	assert not found.steps
	assert rule_sets.rules_in_force(erp.COMPANY).setup == before


def test_enough_history_is_measured_and_used(bank: str, customer: str, service: str) -> None:
	for number in range(6):
		invoice = make_invoice(customer, service, 100 + 7 * number)
		invoice.reload()
		amount = float(invoice.outstanding_amount)
		line = lines(bring(booking(f"{amount:.2f}", DAY, f"Rechnung {invoice.name}", name="Kunde")))[0]
		paid(line.name, bank, customer, amount, invoice)
	own = frappe.get_doc(
		{"doctype": CALIBRATION, "calibration_name": "Eigene", "for_company": erp.COMPANY, "least_sample": 5}
	).insert()
	found = compute(own.name)
	assert (found.status, found.sample_size, found.right_share) == ("Measured", 6, 100)
	assert frappe.db.count(SAMPLE, {"calibration": own.name}) == 6
	setup = rule_sets.rules_in_force(erp.COMPANY).setup
	assert setup.calibration.steps
	assert [chance for _score, chance in setup.calibration.steps] == sorted(
		chance for _score, chance in setup.calibration.steps
	)
	# A version of the app that knows other evidence still reads it.
	told = json.loads(found.weights)
	told.pop("amount.exact")
	frappe.db.set_value(CALIBRATION, own.name, "weights", json.dumps({**told, "gone": 5, "name.same": 111}))
	assert (
		rule_sets.rules_in_force(erp.COMPANY).setup.weights["amount.exact"]
		== calibration.Weights()["amount.exact"]
	)
	assert rule_sets.rules_in_force(erp.COMPANY).setup.weights["name.same"] == 111
	# Computed once more, the samples are those of the new run.
	assert compute(own.name).sample_size == 6
	assert frappe.db.count(SAMPLE, {"calibration": own.name}) == 6


def test_history_before_the_span_does_not_count(history: dict[str, Any]) -> None:
	frappe.flags.current_date = date.fromisoformat(DAY) + timedelta(days=62)
	frappe.db.set_value(CALIBRATION, "General", "months", 1)
	assert compute("General").sample_size == 0


def test_what_a_run_writes_is_not_taken_from_a_form(company: str) -> None:
	doc = frappe.get_doc(CALIBRATION, "General")
	doc.update({"status": "Measured", "steps": "[]", "weights": "{}", "sample_size": 9000})
	doc.save()
	assert (doc.status, doc.steps, doc.sample_size) == ("Built In", None, 0)


# --- the API -------------------------------------------------------------------------------------------------------------


def test_a_program_makes_saves_and_activates(company: str) -> None:
	made = api.save_rule_set({"set_name": "Programm", "for_company": company, "rules": [rule("Eine")]})
	assert (made["name"], made["is_active"], made["is_changed"]) == ("Programm", 0, True)
	assert api.validate_rule_set({"rules": [rule("Eine", pattern="(")]})[0]["field"] == "pattern"
	assert api.activate_rule_set("Programm") == {"rule_set": "Programm", "version": "Programm v1"}
	assert api.rules_in_force(company)["version"] == "Programm v1"
	now = api.rule_set("Programm")
	changed = api.save_rule_set(
		{"rules": [rule("Eine", sign="In"), rule("Zwei")], "is_active": 0}, "Programm", str(now["modified"])
	)
	assert (changed["is_active"], changed["is_changed"]) == (1, True)
	with pytest.raises(frappe.TimestampMismatchError):
		api.save_rule_set({"rules": [rule("Drei")]}, "Programm", str(now["modified"]))
	told = api.compare_versions("Programm v1")
	assert [len(told[side]["rules"]) for side in ("before", "after")] == [1, 2]
	assert [one["name"] for one in api.versions("Programm")] == ["Programm v1"]
	assert {one["name"] for one in api.list_rule_sets()} >= {"Programm", "Standard"}
	assert "amount" in api.vocabulary()["names"]


def test_how_often_a_rule_fired_and_was_corrected(history: dict[str, Any]) -> None:
	for status, line in (("Posted", "receipt"), ("Undone", "fee"), ("Left", "open"), ("Superseded", "open")):
		frappe.db.bulk_insert(
			"Match Proposal",
			["name", "creation", "bank_transaction", "company", "status", "rule", "rule_set_version"],
			[
				(
					frappe.generate_hash(length=10),
					"2026-03-10 10:00:00",
					history[line],
					erp.COMPANY,
					status,
					"All Other Lines",
					"Standard v1",
				)
			],
		)
	found = api.rule_set("Standard")["counts"]["All Other Lines"]
	assert (found["fired"], found["posted"], found["corrected"], found["left"]) == (3, 1, 1, 1)
	assert found["last_fired"].startswith("2026-03-10")


def test_clerks_read_and_managers_edit(company: str, history: dict[str, Any]) -> None:
	def user(role: str) -> str:
		email = f"{frappe.generate_hash(length=8)}@example.com"
		frappe.get_doc(
			{
				"doctype": "User",
				"email": email,
				"first_name": role,
				"send_welcome_email": 0,
				"roles": [{"role": role}],
			}
		).insert()
		return email

	clerk, manager = user("Cash Application Clerk"), user("Cash Application Manager")
	frappe.set_user(clerk)
	try:
		assert api.rule_set("Standard")["may_write"] is False
		assert api.list_calibrations()
		for refused in (
			lambda: api.save_rule_set({"set_name": "X", "rules": [rule()]}),
			lambda: api.activate_rule_set("Standard"),
			lambda: api.simulate_rule_set("Standard", date.fromisoformat(DAY)),
			lambda: api.calibrate("General"),
		):
			with pytest.raises(frappe.PermissionError):
				refused()
		frappe.set_user(manager)
		assert api.save_rule_set({"set_name": "Leitung", "rules": [rule()]})["may_write"]
		started = api.simulate_rule_set("Standard", date.fromisoformat(DAY), company=company)
		assert api.simulation(started["simulation"])["status"] == "Queued"
		run = api.calibrate("General")["run"]
		assert frappe.db.get_value("O2C Run", run, "kind") == "Match Calibration"
		with pytest.raises(frappe.ValidationError):
			api.calibrate("General")
	finally:
		frappe.set_user("Administrator")
