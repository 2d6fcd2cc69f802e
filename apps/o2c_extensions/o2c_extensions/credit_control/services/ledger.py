"""Keeping the exposure: documents say that they have changed, and just before the commit their entries are computed anew.

Computing anew, instead of adding and taking away event by event, forgets nothing: whatever a document went through, its entry is
what its rows say. Only what came out differently is written, and only then is the customer's account locked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import frappe
from frappe.utils import now_datetime

from o2c_extensions.common import closing
from o2c_extensions.common.closing import Phase
from o2c_extensions.common.money import as_float
from o2c_extensions.credit_control.domain import exposure as rules
from o2c_extensions.credit_control.domain.credit import Exposure
from o2c_extensions.credit_control.domain.exposure import Key
from o2c_extensions.credit_control.queries import exposure as queries
from o2c_extensions.credit_control.queries import vouchers
from o2c_extensions.credit_control.queries.exposure import ENTRY
from o2c_extensions.credit_control.queries.vouchers import Scope
from o2c_extensions.credit_control.services import accounts, notes
from o2c_extensions.credit_control.services.accounts import Pair
from o2c_extensions.credit_control.services.terms import currency_of

Entries = Mapping[Key, Exposure]


def touch(documents: Iterable[tuple[str, str]]) -> None:
	"""Note that these documents, as (DocType, name), may put more or less at stake than before."""
	marked = _marked("fresh")
	for document in documents:
		marked[document] = None
	if marked:
		closing.at_end(Phase.ACCOUNTS, _close)


def settle() -> None:
	"""Bring the exposure up to date within the transaction, before it is looked at.

	What was settled so is settled once more at the end: a savepoint may have taken it back, and not what it came from.
	"""
	fresh = _marked("fresh")
	if not fresh:
		return
	_marked("settled").update(fresh)
	_keep(list(fresh))
	fresh.clear()


def is_settled(doctype: str, name: str) -> bool:
	"""Whether this transaction has settled a document already, and so has entries that no other one knows of."""
	return (doctype, name) in _marked("settled")


def _close() -> None:
	documents = list(_marked("settled") | _marked("fresh"))
	_keep(documents)
	_marked("fresh").clear()
	_marked("settled").clear()


def _marked(which: str) -> dict[tuple[str, str], None]:
	"""Documents that this transaction has changed, in order: "fresh", or "settled" once already."""
	return closing.state(f"exposure {which}")


def _keep(documents: Collection[tuple[str, str]]) -> None:
	"""Write what these documents' entries should be, where they are not."""
	named: dict[str, list[str]] = {}
	for doctype, name in documents:
		named.setdefault(doctype, []).append(name)
	if not named:
		return
	scope = Scope(named)
	kept = queries.entries_of(named)
	write(scope, kept, vouchers.due(scope))


def write(scope: Scope, kept: Entries, due: Entries) -> dict[Key, Exposure]:
	"""Change the entries of `scope`, and their accounts, from what is kept to what is due. Returns by how much.

	Others may have changed the same accounts since this transaction took its first look; then all is read once more, as it is by
	now. The accounts are locked, so nobody else changes their entries until this transaction ends.
	"""
	changes = rules.changes(kept, due)
	if not changes:
		return {}
	locked = accounts.lock(_pairs(changes))
	if any(account.moved for account in locked.values()):
		due = vouchers.due(replace(scope, latest=True))
		concerned = {*kept, *due}
		locked |= accounts.lock(_pairs(concerned) - set(locked))
		_ensure([key for key in concerned if key not in kept])
		kept = {key: queries.entry_now(key) for key in sorted(concerned, key=queries.entry_name)}
		changes = rules.changes(kept, due)
	_write(kept, due, changes)
	moved = rules.by_account(changes)
	accounts.change(locked, moved)
	# Who has more credit than before may have orders that wait for it.
	less = [pair for pair, change in moved.items() if change.total < 0]
	notes.note(less, ", ".join(sorted({f"{key.voucher_type} {key.voucher_no}" for key in changes})))
	return changes


def _write(kept: Entries, due: Entries, changes: Entries) -> None:
	_ensure([key for key in changes if key not in kept], due)
	for key in changes:
		if key in kept:
			values = _values(due.get(key, Exposure()))
			frappe.db.set_value(ENTRY, queries.entry_name(key), values)


def _ensure(keys: Collection[Key], due: Entries | None = None) -> None:
	"""Write entries that are not there; others may have written them since this transaction took its first look."""
	if not keys:
		return
	now, user = now_datetime(), frappe.session.user
	standard = ["name", "creation", "modified", "owner", "modified_by", "docstatus"]
	about = ["voucher_type", "voucher_no", "customer", "company", "falls_on", "currency"]
	rows = (
		(
			queries.entry_name(key),
			*(now, now, user, user, 0),
			*(key.voucher_type, key.voucher_no, key.customer, key.company, key.falls_on or None),
			currency_of(key.company),
			*_values((due or {}).get(key, Exposure())).values(),
		)
		for key in sorted(keys, key=queries.entry_name)
	)
	frappe.db.bulk_insert(ENTRY, [*standard, *about, *queries.PARTS], rows, ignore_duplicates=due is None)


def _values(exposure: Exposure) -> dict[str, float]:
	return {part: as_float(getattr(exposure, part)) for part in queries.PARTS}


def _pairs(keys: Iterable[Key]) -> set[Pair]:
	return {(key.customer, key.company) for key in keys}
