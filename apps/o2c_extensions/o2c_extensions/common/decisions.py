"""Every automatic choice on record: what was decided about what, by which rule, from which inputs, and why.

Decisions form one chain per site (see chain.py). `record()` writes a decision at once, but gives it its place in the chain
just before the transaction commits: so the chain's head is locked last and briefly. Locked at the time of the decision,
it would let all orders of a site be submitted one after the other only, and deadlock with the locks of stock and series.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate

from o2c_extensions.common import casebook, chain, closing
from o2c_extensions.common.audit import as_system
from o2c_extensions.common.chain import Break, Head, Link
from o2c_extensions.common.closing import Phase
from o2c_extensions.common.dates import stamp, years_before
from o2c_extensions.common.paging import pages

DOCTYPE = "O2C Decision"
CHAIN_DOCTYPE = "O2C Decision Chain"
CHAIN = "Decisions"
RETENTION = "Retention"

# What the hash covers, with `name`. Not reference_doctype and reference_name: they follow a renamed document.
CONTENT = (
	"decision_type",
	"subject_doctype",
	"subject_name",
	"o2c_case",
	"rule",
	"rule_version",
	"inputs",
	"outcome",
	"reasons",
	"decided_by",
)
_STORED = ["name", "position", "decided_at", "previous_hash", "hash", *CONTENT]


def record(
	decision_type: str,
	subject_doctype: str,
	subject_name: str,
	*,
	rule: str,
	rule_version: str | int,
	inputs: Mapping[str, Any],
	outcome: str,
	reasons: Sequence[str],
	case: str | None = None,
) -> str:
	"""Put one decision on record, as part of the transaction that carries it out. Returns its name.

	Args:
		inputs: all that the rule looked at. Decimals, days and dataclasses are kept as text.
		reasons: sentences that a person who knows nothing of the rule understands.
	"""
	with as_system("decision") as system:
		decision = system.append(
			{
				"doctype": DOCTYPE,
				"decision_type": decision_type,
				"subject_doctype": subject_doctype,
				"subject_name": subject_name,
				"reference_doctype": subject_doctype,
				"reference_name": subject_name,
				"o2c_case": case,
				"rule": rule,
				"rule_version": str(rule_version),
				"inputs": chain.canonical(dict(inputs)),
				"outcome": outcome,
				"reasons": "\n".join(reasons),
				"decided_by": frappe.session.user,
				"decided_at": casebook.now(),
			}
		)
	_unsealed()[decision.name] = _content(decision)
	closing.at_end(Phase.CHAIN, seal)
	return str(decision.name)


def seal() -> None:
	"""Chain what this transaction has recorded so far. Called before every commit."""
	unsealed = _unsealed()
	if not unsealed:
		return
	# What a savepoint took back is not there any more.
	kept = set(frappe.db.get_values(DOCTYPE, {"name": ("in", list(unsealed))}, "name", pluck=True))
	contents = {name: content for name, content in unsealed.items() if name in kept}
	unsealed.clear()
	if not contents:
		return
	head = _lock_head()
	# One statement a row: an IN list may be answered by a scan, which on MariaDB would lock other transactions' rows.
	for name, content in contents.items():
		link = chain.append(head, name, content)
		frappe.db.set_value(
			DOCTYPE,
			name,
			{"position": link.position, "previous_hash": link.previous_hash, "hash": link.hash},
			update_modified=False,
		)
		head = Head(link.position, link.hash)
	frappe.db.set_value(
		CHAIN_DOCTYPE, CHAIN, {"position": head.position, "hash": head.hash}, update_modified=False
	)


def verify(anchor: str | None = None) -> dict[str, Any]:
	"""Walk the whole chain and report the first record that was changed, deleted, inserted or moved.

	Args:
		anchor: "position:hash" of an earlier report, kept elsewhere. The chain has to lead through it still, which
			shows even a chain that somebody computed anew from some place on.
	"""
	anchored = _parse_anchor(anchor)
	kept = frappe.db.get_value(
		CHAIN_DOCTYPE, CHAIN, ["position", "hash", "pruned_position", "pruned_hash"], as_dict=True
	)
	start = Head(kept.pruned_position, kept.pruned_hash or chain.GENESIS)
	walked, found = _walk(start, anchored)
	if found is None:
		found = chain.at_end(walked, Head(kept.position, kept.hash or chain.GENESIS)) or _check_start(start)
	if found is None:
		found = _find_stray()
	if found and found.kind != "deleted" and not found.name:
		found = replace(found, name=frappe.db.get_value(DOCTYPE, {"position": found.position}) or "")
	return {
		"intact": found is None,
		"checked": walked.position - start.position,
		"head": f"{walked.position}:{walked.hash}",
		"break": found and {"kind": found.kind, "position": found.position, "name": found.name},
		"message": _describe(found, walked),
	}


def prune(before: str | date) -> dict[str, Any]:
	"""Delete the decisions made before a day, for data protection: the one way to delete a decision.

	The chain is checked first; it goes on from the last deleted record, and the deletion itself is put on record. What is
	younger than the years in O2C Settings stays.
	"""
	frappe.only_for(("System Manager", "O2C Administrator"))
	day = getdate(before)
	years = frappe.db.get_single_value("O2C Settings", "decision_years")
	if day > years_before(getdate(), years):
		frappe.throw(_("Decisions have to be kept for {0} years.").format(years))
	report = verify()
	if not report["intact"]:
		frappe.throw(report["message"])
	checked = int(report["head"].partition(":")[0])
	pruned = frappe.db.get_value(CHAIN_DOCTYPE, CHAIN, "pruned_position", for_update=True)
	oldest_to_stay = frappe.get_all(
		DOCTYPE,
		filters={"decided_at": (">=", day), "position": (">", 0)},
		order_by="position asc",
		pluck="position",
		limit=1,
	)
	last = oldest_to_stay[0] - 1 if oldest_to_stay else checked
	if last <= pruned:
		return {"deleted": 0}
	last_hash = frappe.db.get_value(DOCTYPE, {"position": last}, "hash")
	frappe.db.delete(DOCTYPE, {"position": ("between", [1, last])})
	record(
		RETENTION,
		CHAIN_DOCTYPE,
		CHAIN,
		rule="o2c_extensions.common.decisions.prune",
		rule_version=1,
		inputs={"before": day, "after": pruned, "until": last, "hash": last_hash},
		outcome=f"{last}:{last_hash}",
		reasons=[_("Decisions older than {0} were deleted.").format(day)],
	)
	frappe.db.set_value(
		CHAIN_DOCTYPE, CHAIN, {"pruned_position": last, "pruned_hash": last_hash}, update_modified=False
	)
	return {"deleted": last - pruned}


def _walk(start: Head, anchored: Head | None) -> tuple[Head, Break | None]:
	head = start
	for page in pages(DOCTYPE, "position", _STORED):
		for row in page:
			link = Link(row.position, row.name, _content(row), row.previous_hash or "", row.hash or "")
			step = chain.follow(head, link)
			if not isinstance(step, Head):
				return head, step or _explain(start, head, link)
			head = step
			if anchored and anchored.position == head.position and anchored.hash != head.hash:
				return head, Break("changed", head.position, row.name)
	if anchored and anchored.position > head.position:
		return head, Break("deleted", head.position + 1)
	return head, None


def _explain(start: Head, head: Head, link: Link) -> Break:
	predecessor = frappe.db.get_value(DOCTYPE, {"hash": link.previous_hash}, "position")
	follower = frappe.db.exists(DOCTYPE, {"previous_hash": head.hash, "name": ("!=", link.name)})
	return chain.explain(start, head, link, predecessor, bool(follower))


def _check_start(start: Head) -> Break | None:
	"""A pruned beginning is a hole like any other, unless a decision in the chain says that it was pruned."""
	if start == Head():
		return None
	on_record = frappe.db.exists(
		DOCTYPE, {"decision_type": RETENTION, "outcome": f"{start.position}:{start.hash}"}
	)
	return None if on_record else Break("deleted", start.position)


def _find_stray() -> Break | None:
	"""A committed decision always has its place in the chain. This transaction's own may still wait for theirs."""
	filters: dict[str, Any] = {"position": 0}
	if waiting := _unsealed():
		filters["name"] = ("not in", list(waiting))
	stray = frappe.db.get_value(DOCTYPE, filters)
	return Break("inserted", 0, stray) if stray else None


def _describe(found: Break | None, walked: Head) -> str:
	if found is None:
		return str(_("The chain of decisions is intact up to position {0}.").format(walked.position))
	text = {
		"changed": _("The decision at position {0} was changed: {1}"),
		"deleted": _("The decision at position {0} was deleted."),
		"inserted": _("A decision that does not belong to the chain stands at position {0}: {1}"),
		"reordered": _("The decision at position {0} was moved there: {1}"),
	}[found.kind]
	return str(text.format(found.position, found.name))


def _parse_anchor(anchor: str | None) -> Head | None:
	if not anchor:
		return None
	position, _separator, value = anchor.partition(":")
	if not position.isdigit() or len(value) != len(chain.GENESIS):
		frappe.throw(_("An anchor looks like position:hash, as an earlier report has it."))
	return Head(int(position), value)


def _content(row: Any) -> dict[str, str]:
	content = {field: row.get(field) or "" for field in CONTENT}
	return {**content, "name": row.name, "decided_at": stamp(row.decided_at)}


def _lock_head() -> Head:
	head = frappe.db.get_value(CHAIN_DOCTYPE, CHAIN, ["position", "hash"], as_dict=True, for_update=True)
	if not head:
		frappe.throw(_("The chain of decisions has no head: run migrate."))
	return Head(head.position, head.hash or chain.GENESIS)


def _unsealed() -> dict[str, dict[str, str]]:
	"""What this connection's transaction has recorded and not yet chained: name -> content, in order."""
	return closing.state("decisions")
