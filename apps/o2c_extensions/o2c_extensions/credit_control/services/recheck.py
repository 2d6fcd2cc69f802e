"""Money has come in, or a limit has risen: what waits for that customer is looked at again, and goes where it fits now.

Whoever changes something writes a note in the same transaction (see notes.py), and a worker is called when that commits. A task
looks every minute for notes that no worker has dealt with, so that nothing is lost with a worker or a queue. A recheck is
one transaction a customer: killed in its middle it has done nothing, and its notes are still there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import fmt_money

from o2c_extensions.common import casebook, decisions
from o2c_extensions.common.audit import as_system
from o2c_extensions.common.money import as_float, decimal
from o2c_extensions.common.settings import setting
from o2c_extensions.credit_control.doctype.credit_recheck import credit_recheck
from o2c_extensions.credit_control.domain import recheck as rules
from o2c_extensions.credit_control.domain.recheck import Deposit, Waiting
from o2c_extensions.credit_control.queries import deposits as payments
from o2c_extensions.credit_control.queries import holds as queries
from o2c_extensions.credit_control.queries import terms
from o2c_extensions.credit_control.services import checking, notes
from o2c_extensions.credit_control.services.holds import held, valid_until, wait_for
from o2c_extensions.credit_control.services.judging import inputs
from o2c_extensions.credit_control.services.reasons import sentences

RULE = "o2c_extensions.credit_control.domain.recheck.what_goes"
RULE_VERSION = 1
# A note that nobody waits for stays so long: whoever was just being held may not have been seen yet.
_FORGET_AFTER = timedelta(minutes=5)
_SAVEPOINT = "credit_recheck"


def sweep(now: datetime) -> int:
	"""Call a worker for every customer who has a note and something that waits. Returns how many there are."""
	found = queries.notes()
	if not found or not setting("release_holds"):
		return 0
	waiting = queries.waiting_accounts()
	families = _families({company for _customer, company in waiting})
	general = [row for row in found if not (row.customer and row.company)]
	due = {account for account in waiting if any(_is_about(row, account, families) for row in found)}
	credit_recheck.note(
		(account for account in due if any(_is_about(row, account, families) for row in general)), "*"
	)
	for customer, company in sorted(due):
		notes.call_worker(customer, company)
	old = [
		row.name
		for row in found
		if row.creation < now - _FORGET_AFTER and (row.customer, row.company) not in due
	]
	credit_recheck.forget({row.name for row in general} | set(old))
	return len(due)


def _families(companies: Iterable[str]) -> dict[tuple[str, str], str]:
	"""The topmost parent account of each (customer, company) that has one: what one of a family pays may free another."""
	found: dict[tuple[str, str], str] = {}
	for company in companies:
		parents = terms.parents(company)
		for customer in parents:
			top = customer
			while top in parents:
				top = parents[top]
			found[customer, company] = top
	return found


def _is_about(row: Any, account: tuple[str, str], families: Mapping[tuple[str, str], str]) -> bool:
	customer, company = account
	if row.company and row.company != company:
		return False
	if not row.customer:
		return True
	return bool(families.get((row.customer, company), row.customer) == families.get(account, customer))


def recheck(customer: str, company: str, today: date) -> list[str]:
	"""Release what now fits of a customer's holds, by priority and age. Returns the holds that went."""
	dealt_with = queries.notes_on(customer, company)
	rows = {row.name: row for row in queries.waiting(customer, company)}
	wait_for(rows)
	queue = rules.in_order(_waiting(list(rows.values())))
	asked = any(hold.required for hold in queue)
	free = (
		payments.unallocated(customer, company) if asked and setting("deposits_unallocated") else Decimal(0)
	)
	have = rules.deposits(queue, free)
	places = {hold.name: place for place, hold in enumerate(queue, start=1)}
	gone = rules.what_goes(
		queue, lambda hold: _try(rows[hold.name], have[hold.name], places[hold.name], today)
	)
	credit_recheck.forget(dealt_with)
	return [hold.name for hold in gone]


def _waiting(rows: list[Any]) -> list[Waiting]:
	paid = payments.paid_for({row.sales_order for row in rows if row.sales_order and row.required_deposit})
	return [
		Waiting(
			row.name,
			decimal(row.order_amount),
			row.creation,
			int(row.priority or 5),
			decimal(row.required_deposit),
			paid.get(row.sales_order, Decimal(0)),
		)
		for row in rows
	]


def _try(row: Any, deposit: Deposit, place: int, today: date) -> bool:
	"""Release one hold, if its document has credit now. One that cannot be looked at stays held, and keeps nobody waiting."""
	frappe.db.savepoint(_SAVEPOINT)
	try:
		return _release_if_it_fits(row, deposit, place, today)
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		# The database has taken the transaction back: the whole is done again.
		raise
	except Exception:
		frappe.db.rollback(save_point=_SAVEPOINT)
		frappe.log_error(
			title="Credit recheck failed", reference_doctype=queries.HOLD, reference_name=row.name
		)
		return False


def _release_if_it_fits(row: Any, deposit: Deposit, place: int, today: date) -> bool:
	hold = frappe.get_doc(queries.HOLD, row.name, for_update=True)
	if hold.status in queries.DECIDED:
		return False
	document = frappe.get_doc(*held(hold))
	if document.docstatus == 2 or document.status == "Closed":
		return False
	finding = checking.judge(document, today, hold.checkpoint)
	required = finding.verdict.deposit or decimal(hold.required_deposit)
	if not rules.may_go(finding.verdict.outcome, required, deposit.total):
		if decimal(hold.deposit_received) != deposit.total:
			hold.db_set("deposit_received", as_float(deposit.total), update_modified=False)
		return False
	reasons = sentences(finding)
	if required:
		reasons.append(
			_("The deposit of {0} is there: {1} was received.").format(
				fmt_money(as_float(required), currency=hold.currency),
				fmt_money(as_float(deposit.total), currency=hold.currency),
			)
		)
	decisions.record(
		"Credit Recheck",
		document.doctype,
		document.name,
		rule=RULE,
		rule_version=RULE_VERSION,
		inputs={
			"hold": hold.name,
			"place": place,
			"priority": hold.priority,
			"waiting_since": hold.creation,
			"outcome": finding.verdict.outcome,
			"required_deposit": required,
			"deposit": deposit,
			"today": today,
			**inputs(finding),
		},
		outcome="Release",
		reasons=reasons,
		case=hold.o2c_case or document.name,
	)
	with as_system("credit hold"):
		hold.carry(
			status="Released",
			decided_by=None,
			decided_at=casebook.now(),
			valid_until=valid_until(casebook.today()),
			released_automatically=1,
			deposit_received=as_float(deposit.total),
			deposit_unallocated=as_float(deposit.unallocated),
		)
	return True
