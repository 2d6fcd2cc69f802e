"""Notes that somebody's holds are to be looked at again, written in the transaction of what makes that worth while."""

from __future__ import annotations

from collections.abc import Iterable

import frappe

from o2c_extensions.common.settings import setting
from o2c_extensions.credit_control.doctype.credit_recheck import credit_recheck
from o2c_extensions.credit_control.queries import holds as queries


def note(accounts: Iterable[tuple[str, str]], cause: str) -> None:
	"""Have the holds of these (customer, company) looked at again. An empty name stands for all of its kind.

	A note is written also where nobody is seen to wait: whoever is just being held may not be seen yet.
	"""
	accounts = sorted(set(accounts))
	if not accounts or not setting("release_holds"):
		return
	credit_recheck.note(accounts, cause)
	for customer, company in accounts:
		if not queries.waits(customer, company):
			continue
		if customer and company:
			call_worker(customer, company)
		else:
			_call_sweeper()


def call_worker(customer: str, company: str) -> None:
	"""Have a worker look at a customer's holds when this transaction has committed."""
	frappe.enqueue(
		"o2c_extensions.credit_control.tasks.recheck",
		queue="short",
		job_id=f"o2c-credit-recheck-{customer}-{company}",
		deduplicate=True,
		enqueue_after_commit=True,
		customer=customer,
		company=company,
	)


def _call_sweeper() -> None:
	frappe.enqueue(
		"o2c_extensions.credit_control.tasks.recheck_noted",
		queue="short",
		job_id="o2c-credit-recheck-noted",
		deduplicate=True,
		enqueue_after_commit=True,
	)
