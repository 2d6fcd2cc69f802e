"""Whatever is done to a chain's records, a check finds the first place."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.common import chain
from o2c_extensions.common.chain import GENESIS, Break, Head, Link

TEXT = st.text(st.characters(blacklist_categories=["Cs"]), max_size=12)
CONTENT = st.dictionaries(st.sampled_from(["outcome", "rule", "inputs", "reasons"]), TEXT, max_size=4)
CONTENTS = st.lists(CONTENT, min_size=1, max_size=12)


def build(contents: list[dict[str, str]]) -> list[Link]:
	links: list[Link] = []
	head = Head()
	for number, content in enumerate(contents):
		link = chain.append(head, f"D{number}", {**content, "name": f"D{number}"})
		links.append(link)
		head = Head(link.position, link.hash)
	return links


def check(links: list[Link], kept: Head) -> Break | None:
	"""What a check of stored records does, with a list for the table."""
	ordered = sorted(links, key=lambda link: (link.position, link.name))
	head = Head()
	for link in ordered:
		step = chain.follow(head, link)
		if isinstance(step, Break):
			return step
		if step is None:
			predecessor = next((other.position for other in links if other.hash == link.previous_hash), None)
			followed = any(other.previous_hash == head.hash and other != link for other in links)
			return chain.explain(Head(), head, link, predecessor, followed)
		head = step
	return chain.at_end(head, kept)


def head_of(links: list[Link]) -> Head:
	return Head(links[-1].position, links[-1].hash) if links else Head()


@given(CONTENTS)
def test_an_untouched_chain_holds(contents: list[dict[str, str]]) -> None:
	links = build(contents)
	assert links[0].previous_hash == GENESIS
	assert check(links, head_of(links)) is None


@given(CONTENTS, st.data())
def test_a_changed_record_is_found_where_it_is(contents: list[dict[str, str]], data: st.DataObject) -> None:
	links = build(contents)
	kept = head_of(links)
	index = data.draw(st.integers(0, len(links) - 1))
	link = links[index]
	links[index] = data.draw(
		st.sampled_from(
			[
				replace(link, content={**link.content, "outcome": link.content.get("outcome", "") + "x"}),
				replace(link, content={**link.content, "extra": ""}),
				replace(link, content={**link.content, "name": "D99"}),
				replace(link, hash=chain.digest({}, "x")),
				replace(link, previous_hash=chain.digest({}, "y")),
			]
		)
	)
	assert check(links, kept) == Break("changed", link.position, link.name)


@given(CONTENTS, st.data(), st.booleans())
def test_a_deleted_record_is_found(
	contents: list[dict[str, str]], data: st.DataObject, renumber: bool
) -> None:
	links = build(contents)
	kept = head_of(links)
	gone = links.pop(data.draw(st.integers(0, len(links) - 1)))
	if renumber:
		links = [replace(link, position=number) for number, link in enumerate(links, start=1)]
	assert check(links, kept) == Break("deleted", gone.position)


@given(CONTENTS.filter(lambda contents: len(contents) > 1), st.data())
def test_two_records_that_changed_places_are_found(
	contents: list[dict[str, str]], data: st.DataObject
) -> None:
	links = build(contents)
	kept = head_of(links)
	first, second = sorted(
		data.draw(st.lists(st.integers(0, len(links) - 1), min_size=2, max_size=2, unique=True))
	)
	one, other = links[first], links[second]
	links[first], links[second] = replace(one, position=other.position), replace(other, position=one.position)
	found = check(links, kept)
	assert found == Break("reordered", one.position, other.name)


@given(CONTENTS, CONTENT, st.data())
def test_a_forged_record_is_found(
	contents: list[dict[str, str]], forged: dict[str, str], data: st.DataObject
) -> None:
	links = build(contents)
	kept = head_of(links)
	index = data.draw(st.integers(0, len(links)))
	before = Head(index, links[index - 1].hash) if index else Head()
	link = chain.append(before, "F", {**forged, "name": "F"})
	links = [*links[:index], link, *(replace(later, position=later.position + 1) for later in links[index:])]
	found = check(links, kept)
	assert found is not None
	assert (found.kind, found.position) == ("inserted", index + 1)


@given(CONTENTS, CONTENT)
def test_a_record_with_a_made_up_predecessor_is_found(
	contents: list[dict[str, str]], forged: dict[str, str]
) -> None:
	links = build(contents)
	kept = head_of(links)
	link = chain.append(Head(0, chain.digest({}, "nowhere")), "A", {**forged, "name": "A"})
	assert check([link, *links], kept) == Break("inserted", 1, "A")


@given(CONTENTS, CONTENT)
def test_a_last_record_written_anew_is_found(contents: list[dict[str, str]], other: dict[str, str]) -> None:
	links = build(contents)
	kept = head_of(links)
	last = links.pop()
	forged = chain.append(head_of(links), "Z", {**other, "name": "Z"})
	assert check([*links, forged], kept) == Break("changed", last.position)


@given(CONTENTS)
def test_the_hash_depends_on_all_before_it(contents: list[dict[str, str]]) -> None:
	links = build(contents)
	changed = build([{**contents[0], "outcome": contents[0].get("outcome", "") + "!"}, *contents[1:]])
	assert links[-1].hash != changed[-1].hash


JSON = st.recursive(
	st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
	lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
	max_leaves=12,
)


@given(JSON)
def test_canonical_text_is_json_of_the_same_value(value: object) -> None:
	text = chain.canonical(value)
	assert json.loads(text) == value
	assert chain.canonical(json.loads(text)) == text


@given(st.dictionaries(TEXT, JSON, max_size=6), st.randoms())
def test_the_order_of_keys_does_not_matter(value: dict[str, object], random: object) -> None:
	keys = list(value)
	random.shuffle(keys)  # type: ignore[attr-defined]
	assert chain.canonical({key: value[key] for key in keys}) == chain.canonical(value)


class Risk(Enum):
	HIGH = "high"


@dataclass(frozen=True)
class Item:
	amount: Decimal
	due: date


def test_what_rules_work_with_has_a_text() -> None:
	value = {
		"item": Item(Decimal("12.50"), date(2025, 1, 31)),
		"risk": Risk.HIGH,
		"at": datetime(2025, 1, 31, 12, 0),
		"tiny": Decimal("1E-7"),
		"names": {"b", "a"},
	}
	assert chain.canonical(value) == (
		'{"at":"2025-01-31 12:00:00.000000","item":{"amount":"12.50","due":"2025-01-31"},'
		'"names":["a","b"],"risk":"high","tiny":"0.0000001"}'
	)


@pytest.mark.parametrize("value", [object(), b"bytes", {1: "a"}, Item])
def test_what_has_no_text(value: object) -> None:
	with pytest.raises(TypeError):
		chain.canonical({"x": value} if not isinstance(value, dict) else value)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number(value: float) -> None:
	with pytest.raises(ValueError, match="JSON compliant"):
		chain.canonical(value)


def test_a_hash_that_anybody_can_compute() -> None:
	"""The formula in the module's README, once, so that an auditor's own program agrees with it."""
	text = '{"content":{"a":"1"},"previous_hash":"' + GENESIS + '"}'
	assert chain.digest({"a": "1"}, GENESIS) == hashlib.sha256(text.encode()).hexdigest()
	assert chain.digest({"a": "1"}, GENESIS).startswith("411509afdb8bbd64")
