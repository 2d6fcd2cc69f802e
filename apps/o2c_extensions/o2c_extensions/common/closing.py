"""What is done at the end of a transaction, just before the commit, in one order of phases.

Whatever many transactions write into the same few rows is written last and briefly: locked earlier, such a row would let them
go one after the other only. And always in the same order, or two transactions would wait for each other.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any

import frappe


class Phase(IntEnum):
	"""In the order in which the phases come."""

	# What customers have kept back of invoices, as far as these are open by now.
	DEDUCTIONS = 1
	# Customers' accounts: what the transaction has changed of their exposure. It may record decisions.
	ACCOUNTS = 2
	# What is to be judged with all that the transaction has changed: drafts that a policy may hold.
	DRAFTS = 3
	# The head of the chain of decisions, one row for the whole site.
	CHAIN = 4


def at_end(phase: Phase, work: Callable[[], None]) -> None:
	"""Do `work` before the transaction commits, in its phase's turn. Each phase has one work, however often it is asked for."""
	state("closing")[phase] = work
	# Each time anew: a commit that failed has forgotten what it was to call. Called twice, it finds nothing to do.
	frappe.db.before_commit.add(_close)


def state(name: str) -> dict[Any, Any]:
	"""What is remembered under `name` until this connection's transaction ends, however it ends."""
	states: dict[str, dict[Any, Any]]
	connection, states = getattr(frappe.local, "o2c_transaction", (None, {}))
	if connection is not frappe.local.db:
		states = {}
		frappe.local.o2c_transaction = (frappe.local.db, states)
	frappe.db.after_commit.add(states.clear)
	frappe.db.after_rollback.add(states.clear)
	return states.setdefault(name, {})


def _close() -> None:
	pending = state("closing")
	try:
		while pending:
			# Work may ask for more, in its own phase or in another one.
			phase = min(pending)
			pending[phase]()
			pending.pop(phase)
	except BaseException:
		# Whoever commits in spite of it gets the same again, and not half a transaction.
		frappe.db.before_commit.add(_close)
		raise
