"""What is done just before the commit."""

from __future__ import annotations

import frappe
import pytest
from o2c_extensions.common import closing
from o2c_extensions.common.closing import Phase


def test_phases_come_in_their_order_whoever_asked_first(committed: None) -> None:
	done: list[str] = []

	def accounts() -> None:
		done.append("accounts")
		closing.at_end(Phase.CHAIN, lambda: done.append("chain, asked for by accounts"))

	closing.at_end(Phase.CHAIN, lambda: done.append("chain"))
	closing.at_end(Phase.ACCOUNTS, accounts)
	closing.at_end(Phase.ACCOUNTS, accounts)
	frappe.db.commit()
	assert done == ["accounts", "chain, asked for by accounts"]
	frappe.db.commit()
	assert len(done) == 2


def test_what_fails_is_tried_again_by_whoever_commits_in_spite_of_it(committed: None) -> None:
	tries: list[int] = []

	def fail() -> None:
		tries.append(1)
		raise ZeroDivisionError

	closing.at_end(Phase.ACCOUNTS, fail)
	for _attempt in range(2):
		with pytest.raises(ZeroDivisionError):
			frappe.db.commit()
	assert len(tries) == 2
	frappe.db.rollback()
	frappe.db.commit()
	assert len(tries) == 2


def test_what_a_transaction_remembers_ends_with_it(committed: None) -> None:
	for end in (frappe.db.commit, frappe.db.rollback):
		closing.state("test")["known"] = True
		assert closing.state("test") == {"known": True}
		end()
		assert closing.state("test") == {}
