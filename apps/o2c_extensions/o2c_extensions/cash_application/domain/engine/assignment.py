"""Who gets which item when several lines want it: the best sum of scores over all lines, not first come.

Lines that want a common item are solved together; others do not matter to them.

- Where every line takes one item whole: an optimal assignment by augmenting paths (Kuhn, 1955; Munkres, 1957).
- Otherwise, sets and instalments: branch and bound, exact within so many steps; beyond them the best that was found, which is at
  least as good as taking the highest scores first.

Among equally good solutions the earlier line gets the item, and the option that it prefers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MOST_STEPS = 20_000
# Of many lines, what is not found soon is not found at all.
FEW_LINES, MOST_STEPS_OF_MANY = 12, 2_000
MOST_PAIRED = 400


@dataclass(frozen=True, slots=True)
class Option:
	"""One way for a line: what it is worth (above zero), and how much of which items it takes."""

	value: int
	claims: tuple[tuple[int, int], ...]


def assign(options: Sequence[Sequence[Option]], capacity: Mapping[int, int]) -> list[int | None]:
	"""For each line, in order, the option that it gets; None for none. No item is claimed beyond its capacity."""
	chosen: list[int | None] = [0 if ways else None for ways in options]
	for lines in _components(options):
		if len(lines) == 1:
			chosen[lines[0]] = _alone(options[lines[0]], capacity)
		elif not _fits([options[line][0] for line in lines], capacity):
			for line, option in zip(lines, _solve([options[line] for line in lines], capacity), strict=True):
				chosen[line] = option
	return chosen


def _alone(ways: Sequence[Option], capacity: Mapping[int, int]) -> int | None:
	best = None
	for at, way in enumerate(ways):
		if _fits((way,), capacity) and (best is None or way.value > ways[best].value):
			best = at
	return best


def _components(options: Sequence[Sequence[Option]]) -> list[list[int]]:
	"""Lines that have an item in common, directly or by way of others, in order."""
	parent = list(range(len(options)))

	def root(line: int) -> int:
		while parent[line] != line:
			parent[line] = parent[parent[line]]
			line = parent[line]
		return line

	owner: dict[int, int] = {}
	for line, ways in enumerate(options):
		for way in ways:
			for item, _amount in way.claims:
				first = owner.setdefault(item, line)
				if first != line:
					left, right = root(first), root(line)
					if left != right:
						parent[max(left, right)] = min(left, right)
	groups: dict[int, list[int]] = {}
	for line, ways in enumerate(options):
		if ways:
			groups.setdefault(root(line), []).append(line)
	return list(groups.values())


def _fits(ways: Sequence[Option], capacity: Mapping[int, int]) -> bool:
	used: dict[int, int] = {}
	for way in ways:
		for item, amount in way.claims:
			used[item] = used.get(item, 0) + amount
			if used[item] > capacity[item]:
				return False
	return True


def _solve(options: Sequence[Sequence[Option]], capacity: Mapping[int, int]) -> list[int | None]:
	whole = all(
		len(way.claims) <= 1 and all(amount == capacity[item] for item, amount in way.claims)
		for ways in options
		for way in ways
	)
	if whole and len(options) <= MOST_PAIRED:
		return _pair(options)
	return _branch(options, capacity)


def _pair(options: Sequence[Sequence[Option]]) -> list[int | None]:
	"""Add one line after the other, each by the best augmenting path: the sum is the greatest after each."""
	taken: dict[int, tuple[int, int]] = {}
	chosen: list[int | None] = [None] * len(options)
	for line in range(len(options)):
		_augment(line, options, taken, chosen)
	return chosen


def _augment(
	line: int,
	options: Sequence[Sequence[Option]],
	taken: dict[int, tuple[int, int]],
	chosen: list[int | None],
) -> None:
	# gain[l]: the best change so far if line l has to look for another option. None is tried anew without gaining.
	gain = {line: 0}
	came: dict[int, tuple[int, int]] = {}
	waiting = deque([line])
	best, end = 0, (-1, -1)
	while waiting:
		at = waiting.popleft()
		if at != line and gain[at] > best:
			# It stays without any.
			best, end = gain[at], (at, -1)
		for number, way in enumerate(options[at]):
			if chosen[at] == number:
				continue
			value = gain[at] + way.value
			holder = taken.get(way.claims[0][0]) if way.claims else None
			if holder is None:
				if value > best:
					best, end = value, (at, number)
				continue
			other, held = holder
			value -= options[other][held].value
			if other != line and value > gain.get(other, value - 1) and not _is_on_path(at, other, came):
				gain[other] = value
				came[other] = (at, number)
				waiting.append(other)
	if end[0] < 0:
		return
	at, option = end
	moves = [(at, option)]
	while at != line:
		at, option = came[at]
		moves.append((at, option))
	for mover, _option in moves:
		before = chosen[mover]
		if before is not None and options[mover][before].claims:
			taken.pop(options[mover][before].claims[0][0], None)
	for mover, number in moves:
		chosen[mover] = number if number >= 0 else None
		if number >= 0 and options[mover][number].claims:
			taken[options[mover][number].claims[0][0]] = (mover, number)


def _is_on_path(at: int, other: int, came: Mapping[int, tuple[int, int]]) -> bool:
	while True:
		if at == other:
			return True
		if at not in came:
			return False
		at = came[at][0]


def _branch(options: Sequence[Sequence[Option]], capacity: Mapping[int, int]) -> list[int | None]:
	order = sorted(range(len(options)), key=lambda line: (-options[line][0].value, line))
	best = _greedy(options, capacity)
	best_value = _value(options, best)
	highest = [max(way.value for way in options[line]) for line in order]
	rest = [0] * (len(order) + 1)
	for at in range(len(order) - 1, -1, -1):
		rest[at] = rest[at + 1] + highest[at]
	used: dict[int, int] = {}
	current: list[int | None] = [None] * len(options)
	steps = 0
	# By hand, as a component may have more lines than Python has frames: (depth, next option to try, value so far).
	stack: list[tuple[int, int, int]] = [(0, 0, 0)]
	most = MOST_STEPS if len(options) <= FEW_LINES else MOST_STEPS_OF_MANY
	while stack and steps < most:
		steps += 1
		depth, number, value = stack.pop()
		if depth == len(order):
			if value > best_value:
				best_value, best = value, list(current)
			continue
		line = order[depth]
		if number:
			_give_back(options, current, line, used)
		if value + rest[depth] <= best_value or number > len(options[line]):
			continue
		stack.append((depth, number + 1, value))
		if number == len(options[line]):
			current[line] = None
			stack.append((depth + 1, 0, value))
			continue
		way = options[line][number]
		if all(used.get(item, 0) + amount <= capacity[item] for item, amount in way.claims):
			for item, amount in way.claims:
				used[item] = used.get(item, 0) + amount
			current[line] = number
			stack.append((depth + 1, 0, value + way.value))
	return best


def _give_back(
	options: Sequence[Sequence[Option]], current: list[int | None], line: int, used: dict[int, int]
) -> None:
	held = current[line]
	if held is not None:
		for item, amount in options[line][held].claims:
			used[item] -= amount
		current[line] = None


def _greedy(options: Sequence[Sequence[Option]], capacity: Mapping[int, int]) -> list[int | None]:
	"""The highest scores first."""
	chosen: list[int | None] = [None] * len(options)
	used: dict[int, int] = {}
	ways = [
		(-way.value, line, at) for line, all_ways in enumerate(options) for at, way in enumerate(all_ways)
	]
	for _value, line, at in sorted(ways):
		way = options[line][at]
		if chosen[line] is None and all(
			used.get(item, 0) + amount <= capacity[item] for item, amount in way.claims
		):
			chosen[line] = at
			for item, amount in way.claims:
				used[item] = used.get(item, 0) + amount
	return chosen


def _value(options: Sequence[Sequence[Option]], chosen: Sequence[int | None]) -> int:
	return sum(options[line][at].value for line, at in enumerate(chosen) if at is not None)
