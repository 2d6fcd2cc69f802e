"""Overdue invoices become Dunnings, and Dunnings reach their customers."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import Any

import frappe
from frappe import _

from o2c_extensions import erp
from o2c_extensions.billing.queries import cases_of_invoices, mail_addresses
from o2c_extensions.collections_management import queries
from o2c_extensions.collections_management.domain.dunning import is_resolved, level_due
from o2c_extensions.collections_management.queries import Debt, LevelType
from o2c_extensions.common import casebook, decisions, locks, mail
from o2c_extensions.common.money import as_float, rounded
from o2c_extensions.common.settings import setting

# What ERPNext calls an invoice of which nothing is outstanding.
SETTLED = ("Paid", "Credit Note Issued")

RULE = "o2c_extensions.collections_management.domain.dunning.next_level"


@dataclass(frozen=True)
class Target:
	"""What one Dunning is about, written down as a run's item: everything of a customer that is due for a level."""

	account: str
	customer: str
	currency: str
	level: int

	@property
	def key(self) -> str:
		return json.dumps(astuple(self), ensure_ascii=False, separators=(",", ":"))

	@classmethod
	def read(cls, key: str) -> Target:
		account, customer, currency, level = json.loads(key)
		return cls(account, customer, currency, int(level))


def due_dunnings(company: str, today: date | None = None) -> list[str]:
	"""The Dunnings that are to be sent today, as keys for `dun`: what has been overdue the longest comes first."""
	day = today or casebook.today()
	types = queries.level_types(company)
	if not types:
		return []
	due = _due(queries.overdue_debts(company, day), types, day)
	return [target.key for target in due]


def dun(key: str, today: date | None = None) -> str | None:
	"""Send one Dunning for all that is due for the key's level. Returns its name; None if nothing is due any more.

	However often this is called, the same instalment is dunned once for a level.
	"""
	day, target = today or casebook.today(), Target.read(key)
	locks.hold_fresh(f"Dunning {target.customer}")
	company = frappe.get_cached_value("Account", target.account, "company")
	types = queries.level_types(company)
	debts = _due(queries.overdue_debts(company, day, target.customer), types, day).get(target)
	if not debts:
		return None
	kind = next(each for each in types if each.level.number == target.level)
	dunning = _write(company, target, kind, debts, day)
	_record(dunning, kind, types, debts, day)
	return str(dunning.name)


def dun_customer(customer: str, company: str, today: date | None = None) -> list[str]:
	"""Send all that is due of one customer, lowest level first. Returns the names of the Dunnings."""
	day = today or casebook.today()
	due = _due(queries.overdue_debts(company, day, customer), queries.level_types(company), day)
	targets = sorted(due, key=lambda target: (target.currency, target.account, target.level))
	return [name for target in targets if (name := dun(target.key, day))]


def take_level(dunning: Any) -> None:
	"""A Dunning has the level of its type, whoever makes it: so what people send counts for the next level."""
	kind = dunning.dunning_type
	dunning.o2c_dunning_level = (
		frappe.get_cached_value("Dunning Type", kind, "o2c_dunning_level") if kind else 0
	)


def dunning_submitted(dunning: Any) -> None:
	"""Tell the cases of the dunned invoices of it, and mail it if that is wanted."""
	details = {
		"level": dunning.o2c_dunning_level,
		"outstanding": rounded(dunning.total_outstanding, dunning.currency),
		"fee_and_interest": rounded(dunning.dunning_amount, dunning.currency),
		"currency": dunning.currency,
	}
	_tell(dunning, "Dunned", details, at=casebook.moment_of(dunning))
	if setting("mail_dunnings"):
		mail_dunning(dunning)


def dunning_cancelled(dunning: Any) -> None:
	_tell(dunning, "Cancelled")


def payment_changed(payment: Any) -> None:
	"""A payment of invoices was submitted or cancelled: their Dunnings are resolved, or no longer are."""
	resolve({row.reference_name for row in payment.references if row.reference_doctype == "Sales Invoice"})


def invoice_changed(invoice: Any) -> None:
	"""An invoice has just been settled, by whatever it was, or is open again."""
	before = invoice.get_doc_before_save()
	if invoice.docstatus != 1 or not before or before.status == invoice.status:
		return
	if invoice.status in SETTLED or before.status in SETTLED:
		resolve({invoice.name})


def resolve(invoices: Collection[str]) -> None:
	"""A Dunning is resolved when nothing is open of all that it asked for.

	ERPNext asks after payments only, not after credit notes or journals, and lets the last row of a Dunning decide.
	"""
	changed: dict[str, list[str]] = {"Resolved": [], "Unresolved": []}
	for name, (status, rows) in queries.dunnings_about(invoices).items():
		right = "Resolved" if is_resolved(rows) else "Unresolved"
		if status != right:
			changed[right].append(name)
	_set_status("Resolved", changed["Resolved"])
	_set_status("Unresolved", changed["Unresolved"])


def mail_dunning(dunning: Any) -> str | None:
	"""Queue the Dunning's mail to its customer. Returns the Email Queue's name, None if it could not be mailed."""
	recipients = mail.customer_address(dunning, mail_addresses([dunning.customer]))
	posted = mail.send_document(dunning, setting("dunning_template"), recipients)
	at = casebook.moment_of(dunning)
	if posted.queue:
		_tell(dunning, "Mailed", {"to": recipients}, at=at)
		return posted.queue
	_tell(dunning, "Not Mailed", {"reason": posted.reason}, at=at)
	return None


def _set_status(status: str, dunnings: list[str]) -> None:
	if dunnings:
		frappe.db.set_value("Dunning", {"name": ("in", dunnings)}, "status", status)


def _due(debts: Iterable[Debt], types: tuple[LevelType, ...], day: date) -> dict[Target, list[Debt]]:
	levels, gap = [each.level for each in types], setting("dunning_gap")
	due: dict[Target, list[Debt]] = {}
	for debt in debts:
		level = level_due(debt.instalment, levels, gap, day)
		if level is not None:
			due.setdefault(Target(debt.account, debt.customer, debt.currency, level), []).append(debt)
	return due


def _write(company: str, target: Target, kind: LevelType, debts: list[Debt], day: date) -> Any:
	"""One Dunning, with what ERPNext's own mapping of an invoice would put into it, for all the instalments."""
	latest = frappe.get_cached_doc("Sales Invoice", debts[-1].instalment.invoice)
	dunning_type = frappe.get_cached_doc("Dunning Type", kind.name)
	dunning = frappe.get_doc(
		{
			"doctype": "Dunning",
			"company": company,
			"customer": target.customer,
			"customer_name": latest.customer_name,
			"posting_date": day,
			"posting_time": casebook.moment_of(frappe._dict(posting_date=day)).time(),
			"currency": target.currency,
			"conversion_rate": latest.conversion_rate,
			"customer_address": latest.customer_address,
			"company_address": latest.company_address,
			"contact_email": latest.contact_email,
			"letter_head": latest.letter_head,
			"language": latest.language or frappe.local.lang,
			"dunning_type": dunning_type.name,
			"o2c_dunning_level": kind.level.number,
			"dunning_fee": dunning_type.dunning_fee,
			"rate_of_interest": dunning_type.rate_of_interest,
			"income_account": dunning_type.income_account,
			"cost_center": dunning_type.cost_center or latest.cost_center,
			"overdue_payments": _overdue_payments(debts),
		}
	)
	dunning.run_method("validate")
	dunning.update(erp.dunning_letter(dunning_type.name, dunning.as_dict(), dunning.language))
	dunning.insert()
	dunning.submit()
	return dunning


def _overdue_payments(debts: list[Debt]) -> list[dict[str, Any]]:
	schedules = queries.schedule_rows([debt.instalment.name for debt in debts if debt.instalment.name])
	rows = []
	for debt in debts:
		one = debt.instalment
		values = dict(schedules.get(one.name, {}))
		values.pop("name", None)
		rows.append(
			{
				**values,
				"sales_invoice": one.invoice,
				"payment_schedule": one.name or None,
				"due_date": one.due_date,
				"outstanding": as_float(one.outstanding),
			}
		)
	return rows


def _record(
	dunning: Any, kind: LevelType, types: tuple[LevelType, ...], debts: list[Debt], day: date
) -> None:
	cases = cases_of_invoices([debts[0].instalment.invoice])[debts[0].instalment.invoice]
	decisions.record(
		"Dunning",
		"Dunning",
		dunning.name,
		rule=RULE,
		rule_version=1,
		inputs={
			"date": day,
			"gap": setting("dunning_gap"),
			"levels": [each.level for each in types],
			"instalments": [debt.instalment for debt in debts],
		},
		outcome=f"Level {kind.level.number}",
		reasons=[_reason(debt, kind, day) for debt in debts],
		case=next(iter(cases), None),
	)


def _reason(debt: Debt, kind: LevelType, day: date) -> str:
	last = debt.instalment.last_level
	text = (
		_("Invoice {0} is overdue for {1} days: level {2}, from day {3} on, comes after level {4}.")
		if last
		else _("Invoice {0} is overdue for {1} days: level {2} begins on day {3}.")
	)
	days = (day - debt.instalment.due_date).days
	return str(text.format(debt.instalment.invoice, days, kind.level.number, kind.level.days_overdue, last))


def _tell(
	dunning: Any, event: str, details: dict[str, Any] | None = None, at: datetime | None = None
) -> None:
	by_invoice = cases_of_invoices(row.sales_invoice for row in dunning.overdue_payments)
	for case in dict.fromkeys(case for cases in by_invoice.values() for case in cases):
		casebook.record_event(case, "Collection", event, "Dunning", dunning.name, details, at=at)
