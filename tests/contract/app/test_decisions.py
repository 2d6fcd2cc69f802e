"""O2C Decision: recorded, chained, immutable; whatever is done to it past the app is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
import pytest
from frappe.utils import add_to_date, add_years, nowdate
from o2c_extensions.common import chain, decisions

DOCTYPE = decisions.DOCTYPE


def decide(subject: str = "TODO-1", **changes: Any) -> str:
	values: dict[str, Any] = {
		"rule": "Test Rule",
		"rule_version": 3,
		"inputs": {"limit": Decimal("1000.00"), "due": date(2025, 1, 31)},
		"outcome": "Hold",
		"reasons": ["The limit is used up.", "Two invoices are overdue."],
		"case": "CASE-1",
		**changes,
	}
	return decisions.record("Test", "ToDo", subject, **values)


@pytest.fixture
def five() -> list[str]:
	"""Five decisions, chained as before a commit, in a transaction that will be rolled back."""
	names = [decide(f"TODO-{number}") for number in range(5)]
	decisions.seal()
	return names


def stored(name: str) -> Any:
	return frappe.db.get_value(DOCTYPE, name, "*", as_dict=True)


def broken() -> tuple[str, int, str]:
	report = decisions.verify()
	assert not report["intact"]
	found = report["break"]
	return found["kind"], found["position"], found["name"]


def test_what_is_recorded() -> None:
	row = stored(decide())
	assert (row.decision_type, row.subject_doctype, row.subject_name) == ("Test", "ToDo", "TODO-1")
	assert (row.rule, row.rule_version, row.outcome) == ("Test Rule", "3", "Hold")
	assert row.inputs == '{"due":"2025-01-31","limit":"1000.00"}'
	assert row.reasons == "The limit is used up.\nTwo invoices are overdue."
	assert (row.o2c_case, row.decided_by) == ("CASE-1", "Administrator")
	assert row.position == 0
	assert not row.hash


def test_text_is_kept_as_it_was_given() -> None:
	inputs = {"remittance": "<b>Rechnung</b> & ÄÖÜ €", "pattern": r"^\d+$"}
	name = decide(inputs=inputs)
	decisions.seal()
	assert json.loads(stored(name).inputs) == inputs
	assert decisions.verify()["intact"]


def test_what_is_not_a_fact_is_refused() -> None:
	with pytest.raises(TypeError):
		decide(inputs={"customer": object()})


def test_sealing_makes_a_chain(five: list[str]) -> None:
	rows = [stored(name) for name in five]
	first = rows[0].position
	assert [row.position for row in rows] == list(range(first, first + 5))
	assert [row.previous_hash for row in rows[1:]] == [row.hash for row in rows[:-1]]
	head = frappe.db.get_value(decisions.CHAIN_DOCTYPE, decisions.CHAIN, ["position", "hash"])
	assert tuple(head) == (rows[-1].position, rows[-1].hash)
	assert decisions.verify() == {
		"intact": True,
		"checked": rows[-1].position,
		"head": f"{rows[-1].position}:{rows[-1].hash}",
		"break": None,
		"message": f"The chain of decisions is intact up to position {rows[-1].position}.",
	}


def test_the_hash_can_be_computed_from_the_row(five: list[str]) -> None:
	row = stored(five[2])
	content = {field: row[field] or "" for field in decisions.CONTENT}
	content |= {"name": row.name, "decided_at": row.decided_at.strftime("%Y-%m-%d %H:%M:%S.%f")}
	assert chain.digest(content, row.previous_hash) == row.hash


def test_sealing_twice_changes_nothing(five: list[str]) -> None:
	before = [stored(name) for name in five]
	decisions.seal()
	assert [stored(name) for name in five] == before


def test_what_a_savepoint_took_back_is_not_in_the_chain(five: list[str]) -> None:
	frappe.db.savepoint("o2c_here")
	gone = decide("TODO-GONE")
	frappe.db.rollback(save_point="o2c_here")
	kept = decide("TODO-KEPT")
	decisions.seal()
	assert not frappe.db.exists(DOCTYPE, gone)
	assert stored(kept).previous_hash == stored(five[-1]).hash
	assert decisions.verify()["intact"]


def test_a_commit_seals(committed: None) -> None:
	name = decide()
	frappe.db.commit()
	assert stored(name).position > 0
	assert decisions.verify()["intact"]


def test_after_a_rollback_the_next_commit_seals_again(committed: None) -> None:
	decide("TODO-GONE")
	frappe.db.rollback()
	name = decide()
	frappe.db.commit()
	assert stored(name).position > 0
	assert not frappe.db.exists(DOCTYPE, {"subject_name": "TODO-GONE"})


def test_nobody_changes_a_decision() -> None:
	name = decide(frappe.get_doc({"doctype": "ToDo", "description": "o2c"}).insert().name)
	doc = frappe.get_doc(DOCTYPE, name)
	doc.outcome = "Pass"
	with pytest.raises(frappe.PermissionError):
		doc.save()
	with pytest.raises(frappe.PermissionError):
		doc.db_set("outcome", "Pass")
	with pytest.raises(frappe.PermissionError):
		frappe.delete_doc(DOCTYPE, name, force=True)
	with pytest.raises((frappe.PermissionError, frappe.ValidationError)):
		frappe.rename_doc(DOCTYPE, name, "other", force=True)
	assert stored(name).outcome == "Hold"


def test_nobody_makes_a_decision_by_hand() -> None:
	values = {"doctype": DOCTYPE, "decision_type": "Test", "subject_doctype": "ToDo", "subject_name": "x"}
	values |= {
		"outcome": "Pass",
		"rule": "x",
		"rule_version": "1",
		"decided_by": "x",
		"decided_at": nowdate(),
	}
	with pytest.raises(frappe.PermissionError):
		frappe.get_doc(values).insert()
	with pytest.raises(frappe.PermissionError):
		frappe.get_doc(values).insert(ignore_permissions=True)


def test_a_user_without_any_role_causes_decisions(user: Callable[..., str]) -> None:
	frappe.set_user(user("o2c-nobody@example.com"))
	name = decide()
	assert stored(name).decided_by == "o2c-nobody@example.com"
	with pytest.raises(frappe.PermissionError):
		frappe.get_list(DOCTYPE)


@pytest.mark.parametrize("field", [*decisions.CONTENT, "decided_at", "previous_hash", "hash"])
def test_a_changed_field_is_found(five: list[str], field: str) -> None:
	value = "2001-01-01 00:00:00" if field == "decided_at" else "tampered"
	frappe.db.set_value(DOCTYPE, five[2], field, value, update_modified=False)
	position = stored(five[2]).position
	assert broken() == ("changed", position, five[2])
	assert five[2] in decisions.verify()["message"]


@pytest.mark.parametrize("index", [0, 2, 4])
def test_a_deleted_decision_is_found(five: list[str], index: int) -> None:
	position = stored(five[index]).position
	frappe.db.delete(DOCTYPE, {"name": five[index]})
	assert broken() == ("deleted", position, "")


def test_decisions_that_changed_places_are_found(five: list[str]) -> None:
	one, other = stored(five[1]).position, stored(five[3]).position
	frappe.db.set_value(DOCTYPE, five[1], "position", other)
	frappe.db.set_value(DOCTYPE, five[3], "position", one)
	assert broken() == ("reordered", one, five[3])


def test_an_inserted_decision_is_found(five: list[str]) -> None:
	forged = decide("TODO-FORGED")
	decisions._unsealed().clear()
	assert broken() == ("inserted", 0, forged)
	position = stored(five[-1]).position + 1
	frappe.db.set_value(DOCTYPE, forged, {"position": position, "previous_hash": "x", "hash": "y"})
	assert broken() == ("changed", position, forged)


def test_a_correctly_computed_insertion_is_found(five: list[str]) -> None:
	forged = decide("TODO-FORGED")
	decisions._unsealed().clear()
	row, last = stored(forged), stored(five[-1])
	link = chain.append(chain.Head(last.position, last.hash), forged, decisions._content(row))
	values = {"position": link.position, "previous_hash": link.previous_hash, "hash": link.hash}
	frappe.db.set_value(DOCTYPE, forged, values)
	assert broken() == ("inserted", link.position, forged)


def test_a_fork_is_impossible(five: list[str]) -> None:
	"""Two records behind the same one: the database itself refuses."""
	fork = decide("TODO-FORK")
	decisions._unsealed().clear()
	frappe.db.savepoint("o2c_here")
	with pytest.raises(Exception, match=r"(?i)duplicate|unique"):
		frappe.db.set_value(DOCTYPE, fork, "previous_hash", stored(five[2]).previous_hash)
	frappe.db.rollback(save_point="o2c_here")


def test_a_changed_head_is_found(five: list[str]) -> None:
	position = stored(five[-1]).position
	frappe.db.set_value(decisions.CHAIN_DOCTYPE, decisions.CHAIN, "position", position - 1)
	assert broken() == ("inserted", position, five[-1])


def test_an_anchor_shows_a_chain_that_was_computed_anew(five: list[str]) -> None:
	anchor = decisions.verify()["head"]
	assert decisions.verify(anchor)["intact"]
	position, _colon, value = anchor.partition(":")
	other = f"{position}:{value[::-1]}"
	report = decisions.verify(other)
	assert (report["intact"], report["break"]["kind"]) == (False, "changed")
	report = decisions.verify(f"{int(position) + 7}:{value}")
	assert (report["intact"], report["break"]["kind"]) == (False, "deleted")
	with pytest.raises(frappe.ValidationError):
		decisions.verify("yesterday")


def test_long_chains_are_read_in_pages(five: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
	from o2c_extensions.common import paging

	monkeypatch.setattr(paging, "PAGE", 2)
	assert decisions.verify()["intact"]
	frappe.db.set_value(DOCTYPE, five[4], "outcome", "Pass")
	assert broken()[2] == five[4]


def test_a_renamed_subject_is_followed_and_breaks_nothing() -> None:
	frappe.get_doc({"doctype": "Contract Party", "party_name": "O2C Before"}).insert()
	values: dict[str, Any] = {"rule": "r", "rule_version": 1, "inputs": {}, "outcome": "Pass", "reasons": []}
	name = decisions.record("Test", "Contract Party", "O2C Before", **values)
	decisions.seal()
	frappe.rename_doc("Contract Party", "O2C Before", "O2C After", force=True)
	row = stored(name)
	assert (row.subject_name, row.reference_name) == ("O2C Before", "O2C After")
	assert decisions.verify()["intact"]


def test_a_decision_does_not_keep_its_subject_from_being_deleted() -> None:
	todo = frappe.get_doc({"doctype": "ToDo", "description": "o2c"}).insert()
	decide(todo.name)
	frappe.delete_doc("ToDo", todo.name)
	assert not frappe.db.exists("ToDo", todo.name)


def make_old(names: list[str], years: int) -> None:
	"""Decisions of the past, correctly chained: a test cannot wait ten years."""
	rows = frappe.get_all(
		DOCTYPE,
		filters={"position": (">", 0)},
		fields=decisions._STORED,
		order_by="position asc",
		limit_page_length=0,
	)
	frappe.db.set_value(
		DOCTYPE, {"name": ("in", [row.name for row in rows])}, {"hash": None, "previous_hash": None}
	)
	head = chain.Head()
	for row in rows:
		if row.name in names:
			row.decided_at = add_to_date(row.decided_at, years=-years)
		link = chain.append(head, row.name, decisions._content(row))
		frappe.db.set_value(
			DOCTYPE,
			row.name,
			{
				"position": link.position,
				"previous_hash": link.previous_hash,
				"hash": link.hash,
				"decided_at": row.decided_at,
			},
		)
		head = chain.Head(link.position, link.hash)
	frappe.db.set_value(
		decisions.CHAIN_DOCTYPE, decisions.CHAIN, {"position": head.position, "hash": head.hash}
	)


def test_retention_deletes_the_old_and_says_so(five: list[str]) -> None:
	earlier = frappe.get_all(DOCTYPE, filters={"name": ("not in", five)}, pluck="name", limit_page_length=0)
	make_old([*earlier, *five[:3]], 20)
	before = stored(five[3])
	result = decisions.prune(add_years(nowdate(), -15))
	assert result == {"deleted": before.position - 1}
	assert not frappe.db.exists(DOCTYPE, five[2])
	report = decisions.verify()
	assert report["intact"], report
	decisions.seal()
	report = decisions.verify()
	assert report["intact"], report
	said = frappe.get_last_doc(DOCTYPE, {"decision_type": decisions.RETENTION})
	assert json.loads(said.inputs)["until"] == before.position - 1
	assert decisions.prune(add_years(nowdate(), -15)) == {"deleted": 0}


def test_a_beginning_that_was_cut_off_is_found_even_if_the_head_says_that_it_was_pruned(
	five: list[str],
) -> None:
	row = stored(five[1])
	frappe.db.delete(DOCTYPE, {"position": ("<=", row.position)})
	values = {"pruned_position": row.position, "pruned_hash": row.hash}
	frappe.db.set_value(decisions.CHAIN_DOCTYPE, decisions.CHAIN, values)
	assert broken() == ("deleted", row.position, "")


def test_retention_keeps_what_is_young(five: list[str]) -> None:
	with pytest.raises(frappe.ValidationError, match="10 years"):
		decisions.prune(nowdate())


def test_retention_refuses_a_broken_chain(five: list[str]) -> None:
	frappe.db.set_value(DOCTYPE, five[1], "outcome", "Pass")
	with pytest.raises(frappe.ValidationError, match="was changed"):
		decisions.prune(add_years(nowdate(), -15))


def test_retention_is_for_administrators(user: Callable[..., str]) -> None:
	frappe.set_user(user("o2c-controller@example.com", "Credit Controller"))
	# In tests, v15 lets everybody pass only_for().
	frappe.flags.in_test = False
	with pytest.raises(frappe.PermissionError):
		decisions.prune(add_years(nowdate(), -15))


@pytest.mark.timeout(300)
def test_two_processes_of_many_threads_make_one_chain(
	committed: None, in_process: Callable[..., Any]
) -> None:
	"""Every fifth transaction of a thread is rolled back; the others record one to three decisions."""
	before = decisions.verify()
	assert before["intact"], before
	threads, number = 6, 15
	processes = [in_process("deciding_process.py", "TODO-RACE", str(threads), str(number)) for _ in range(2)]
	outputs = [process.communicate(timeout=240)[0] for process in processes]
	assert [process.returncode for process in processes] == [0, 0], "\n".join(outputs)
	frappe.db.rollback()
	expected = 2 * threads * sum(1 + index % 3 for index in range(number) if index % 5 != 4)
	assert frappe.db.count(DOCTYPE, {"subject_name": "TODO-RACE"}) == expected
	after = decisions.verify()
	assert after["intact"], after
	assert after["checked"] == before["checked"] + expected


def test_a_decision_without_an_outcome_is_refused() -> None:
	with pytest.raises(frappe.MandatoryError):
		decide(outcome="")


def test_active_html_is_cleaned_and_the_chain_holds() -> None:
	name = decide(reasons=["<script>alert(1)</script>Payer <b>x</b>", "5 < 7 & 8 > 2"])
	decisions.seal()
	assert "<script" not in stored(name).reasons
	assert decisions.verify()["intact"]
