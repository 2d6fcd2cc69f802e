"""An edited rule set tried on past statements, beside the one in force, before it is activated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import flt, getdate

from o2c_extensions import erp
from o2c_extensions.cash_application.domain import replay, rule_form
from o2c_extensions.cash_application.domain.engine.engine import match
from o2c_extensions.cash_application.domain.engine.model import Allocation, Choice, Line
from o2c_extensions.cash_application.domain.engine.rules import Rule
from o2c_extensions.cash_application.domain.replay import Done, Tally, same_choice, tally, verdict
from o2c_extensions.cash_application.queries import match_simulations as queries
from o2c_extensions.cash_application.queries import past
from o2c_extensions.cash_application.queries.match_simulations import SIDES, SIMULATION
from o2c_extensions.cash_application.queries.rule_sets import RULE_SET, VERSION
from o2c_extensions.cash_application.services import calibration, rule_sets
from o2c_extensions.common import batch, casebook
from o2c_extensions.common.audit import as_system
from o2c_extensions.common.chain import canonical
from o2c_extensions.common.money import as_float, from_cents, rounded

KIND = "Match Simulation"
MOST_DAYS = 400
SUMS = tuple(asdict(Tally()))


def start(
	rule_set: str,
	from_date: date,
	to_date: date | None = None,
	company: str | None = None,
	written: Mapping[str, Any] | None = None,
) -> dict[str, str]:
	"""Make a simulation and the run that carries it out. Returns the names of both."""
	simulation = prepare(rule_set, from_date, to_date, company, written)
	run = batch.start(KIND, {"simulation": simulation})
	frappe.db.set_value(SIMULATION, simulation, "run", run, update_modified=False)
	return {"simulation": simulation, "run": run}


def prepare(
	rule_set: str,
	from_date: date,
	to_date: date | None = None,
	company: str | None = None,
	written: Mapping[str, Any] | None = None,
) -> str:
	"""Make a simulation of the lines of some days. Returns its name.

	Args:
		company: where the rule set is for all companies; the user's own, if none is named.
		written: the working copy as an editor has it; as it is saved, if there is none.
	"""
	content = rule_form.content_of(written or frappe.get_doc(RULE_SET, rule_set).as_dict())
	rule_sets.refuse_problems(content)
	where = content["for_company"] or company or frappe.defaults.get_user_default("Company")
	if not where or not frappe.db.exists("Company", where):
		frappe.throw(_("Say of which company the statements are to be looked at."))
	since, until = getdate(from_date), getdate(to_date) if to_date else casebook.today()
	if not 0 <= (until - since).days <= MOST_DAYS:
		frappe.throw(_("A simulation is about 1 to {0} days.").format(MOST_DAYS + 1))
	currency = str(frappe.get_cached_value("Company", where, "default_currency"))
	rates(where, currency, since, until)
	with as_system("match simulation") as system:
		simulation = system.insert(
			{
				"doctype": SIMULATION,
				"rule_set": rule_set,
				"current_version": rule_sets.rules_in_force(where).version or None,
				"company": where,
				"currency": currency,
				"from_date": since,
				"to_date": until,
				"content": canonical(content),
			}
		)
	return str(simulation.name)


def rates(company: str, currency: str, since: date, until: date) -> dict[str, Decimal]:
	"""What one unit of each currency that the lines are in is worth in the company's.

	Raises:
		ValidationError: nobody knows: the sums would be wrong.
	"""
	found = {}
	for other in queries.currencies(company, since, until):
		rate = Decimal(1) if other == currency else Decimal(repr(erp.exchange_rate(other, currency, until)))
		if rate <= 0:
			frappe.throw(
				_("There is no exchange rate from {0} to {1} on {2}: the lines cannot be added up.").format(
					other, currency, frappe.format(until, "Date")
				)
			)
		found[other] = rate
	return found


def days_of(simulation: str) -> list[str]:
	"""The days that a simulation is about, as far as they have lines."""
	row = queries.one(simulation)
	return [str(day) for day in past.days(row.company, getdate(row.from_date), getdate(row.to_date))]


class Replay:
	"""Replays the days of one simulation: what does not change from day to day is read once."""

	def __init__(self, simulation: str) -> None:
		row = self.row = queries.one(simulation)
		self.rates = rates(row.company, row.currency, getdate(row.from_date), getdate(row.to_date))
		self.setup = calibration.setup_for(row.company)
		content = frappe.db.get_value(VERSION, row.current_version, "content") if row.current_version else ""
		self.rules: dict[str, tuple[Rule, ...]] = {
			"new": rule_sets.with_accounts(rule_sets.parsed(row.content), row.company),
			"current": rule_sets.with_accounts(rule_sets.parsed(content), row.company) if content else (),
		}

	def day(self, day: date) -> str:
		"""Add one day's lines to the simulation. Says how many there are."""
		told = past.day_of(self.row.company, day)
		kinds = {item.name: item.kind for item in told.book.items}
		words = Words(
			{name: one.titles[0] for name, one in told.book.customers.items() if one.titles},
			{item.name: item.currency for item in told.book.items},
		)
		chosen = {side: match(told.lines, told.book, self.rules[side], self.setup) for side in SIDES}
		sums = dict.fromkeys(SIDES, Tally())
		rows = []
		total, differ = replay.NOTHING, 0
		for number, line in enumerate(told.lines):
			done = told.done.get(line.name)
			pair = {side: chosen[side][number] for side in SIDES}
			amount = rounded(
				abs(from_cents(line.amount, line.currency)) * self.rates[line.currency], self.row.currency
			)
			verdicts = {side: verdict(choice, done, kinds) for side, choice in pair.items()}
			for side in SIDES:
				sums[side] += tally(pair[side].outcome, verdicts[side], amount)
			differs = not same_choice(pair["new"], pair["current"])
			total, differ = total + amount, differ + differs
			rows.append(_row(line, done, pair, verdicts, differs, words))
		queries.keep_lines(self.row.name, rows)
		queries.add(self.row.name, _sums(sums, len(rows), total, differ))
		return str(len(rows))


def _sums(sums: Mapping[str, Tally], lines: int, total: Decimal, differ: int) -> dict[str, float]:
	values: dict[str, float] = {"line_count": lines, "lines_amount": as_float(total), "differ": differ}
	for side, found in sums.items():
		values |= {f"{side}_{name}": float(value) for name, value in asdict(found).items()}
	return values


def _row(
	line: Line,
	done: Done | None,
	pair: Mapping[str, Choice],
	verdicts: Mapping[str, str],
	differs: bool,
	words: Words,
) -> dict[str, Any]:
	values: dict[str, Any] = {
		"bank_transaction": line.name,
		"date": line.day,
		"amount": as_float(from_cents(line.amount, line.currency)),
		"currency": line.currency,
		"differs": int(differs),
		"party_name": line.party_name[:140],
		"line_text": " ".join(line.texts)[:500],
		"was_done": words.of_done(done),
	}
	for side, choice in pair.items():
		values |= {
			f"{side}_outcome": choice.outcome,
			f"{side}_verdict": verdicts[side],
			f"{side}_rule": choice.rule[:140],
			f"{side}_what": words.of_choice(choice, line.currency),
		}
	return values


@dataclass(frozen=True)
class Words:
	"""What was done with a line, or would be, in a line of text.

	Attributes:
		names: customer -> its name.
		currencies: item -> the currency that it is open in.
	"""

	names: Mapping[str, str]
	currencies: Mapping[str, str]

	def of_done(self, done: Done | None) -> str:
		if done is None:
			return ""
		if done.reopens:
			return str(_("{0} came back").format(done.reopens))
		if not done.customer:
			return ", ".join(sorted(done.accounts))
		return self._of_customer(done.customer, sorted(done.items))

	def of_choice(self, choice: Choice, currency: str) -> str:
		if choice.reopens:
			return str(_("{0} came back").format(choice.reopens))
		if not choice.customer:
			return ", ".join(account for account, *_rest in choice.booked)
		parts = [self._part(one) for one in choice.allocations]
		if parts and choice.kept:
			parts.append(_("{0} on account").format(from_cents(choice.kept, currency)))
		return self._of_customer(choice.customer, parts)

	def _of_customer(self, customer: str, parts: Sequence[str]) -> str:
		return f"{self.names.get(customer, customer)}: {', '.join(parts) or _('on account')}"

	def _part(self, one: Allocation) -> str:
		"""An item, with what is taken off it."""
		taken = (
			(_("discount {0}"), one.discount),
			(_("written off {0}"), one.written_off),
			(_("charges {0}"), one.charges),
			(_("kept back {0}"), one.deduction),
		)
		currency = self.currencies.get(one.item, "")
		told = [text.format(from_cents(amount, currency)) for text, amount in taken if amount]
		return f"{one.item} ({', '.join(told)})" if told else one.item


def result(simulation: str, show: str, start: int, limit: int) -> dict[str, Any]:
	"""A simulation's sums, side by side, and its lines.

	Args:
		show: "differ", "wrong" (either side would have posted or proposed something else than was done), or "all".
	"""
	row = queries.one(simulation)
	status = (
		frappe.db.get_value("O2C Run", row.run, ["status", "progress", "error"], as_dict=True)
		if row.run
		else None
	)
	rows, total = queries.lines(simulation, show, start, limit)
	return {
		**{
			field: row[field]
			for field in ("name", "rule_set", "current_version", "company", "currency", "run")
		},
		"from_date": str(row.from_date),
		"to_date": str(row.to_date),
		"status": status.status if status else "Completed",
		"progress": status.progress if status else 100.0,
		"error": status.error if status else None,
		"lines": row.line_count,
		"lines_amount": flt(row.lines_amount, 2),
		"differ": row.differ,
		**{side: {name: row[f"{side}_{name}"] for name in SUMS} for side in SIDES},
		"rows": rows,
		"total_rows": total,
	}
