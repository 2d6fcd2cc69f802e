"""What stock is worth: the moving average, and the queue of first in, first out. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from minibench.values.numbers import flt

_DUST = 1.0 / 10**7


def near_zero(number: float) -> float:
	"""0 for what is only left by the arithmetic of floats."""
	number = float(flt(number))
	return 0.0 if abs(number) < _DUST else number


@dataclass
class Balance:
	"""What a warehouse has of an item at one moment."""

	qty: float = 0.0
	rate: float | None = 0.0
	value: float = 0.0
	queue: list[list[float]] = field(default_factory=list)
	"""[quantity, rate] of what came in and is still there, the oldest first; only kept for first in, first out."""


def moving_average(
	balance: Balance,
	qty: float,
	incoming_rate: float,
	outgoing_rate: float,
	fallback: Callable[[], float | None],
) -> None:
	"""Book a movement: what comes in changes the average, what goes out does so only at a rate of its own."""
	after = balance.qty + qty
	if after >= 0:
		if qty > 0:
			if balance.qty <= 0:
				balance.rate = incoming_rate
			else:
				balance.rate = (balance.qty * (balance.rate or 0.0) + qty * incoming_rate) / after
		elif outgoing_rate:
			if after:
				balance.rate = (balance.qty * (balance.rate or 0.0) + qty * outgoing_rate) / after
			else:
				balance.rate = outgoing_rate
	else:
		if balance.qty >= 0 and outgoing_rate:
			balance.rate = outgoing_rate
		if not balance.rate and qty > 0:
			balance.rate = incoming_rate
		if not balance.rate:
			balance.rate = fallback()
	balance.qty = after
	balance.value = float(flt(balance.qty)) * float(flt(balance.rate))


def first_in_first_out(
	balance: Balance, qty: float, incoming_rate: float, outgoing_rate: float, fallback: Callable[[], float]
) -> None:
	"""Book a movement in the queue."""
	balance.qty = near_zero(balance.qty + qty)
	before = queue_value(balance.queue)
	if qty > 0:
		put(balance.queue, qty, incoming_rate)
	else:
		take(balance.queue, abs(qty), outgoing_rate, fallback)
	balance.value = near_zero(balance.value + queue_value(balance.queue) - before)
	if not balance.queue:
		balance.queue.append([0, incoming_rate or outgoing_rate or balance.rate or 0.0])
	if balance.qty:
		balance.rate = balance.value / balance.qty


def queue_qty(queue: list[list[float]]) -> float:
	return near_zero(sum(flt(qty) for qty, _rate in queue))


def queue_value(queue: list[list[float]]) -> float:
	return near_zero(sum(flt(qty) * flt(rate) for qty, rate in queue))


def put(queue: list[list[float]], qty: float, rate: float) -> None:
	"""Add stock. A queue whose last entry is negative is filled up first; equal rates share an entry."""
	if not queue:
		queue.append([0, 0])
	last = queue[-1]
	if last[1] == rate:
		last[0] += qty
	elif last[0] > 0:
		queue.append([qty, rate])
	else:
		qty += last[0]
		if qty > 0:
			queue[-1] = [qty, rate]
		else:
			last[0] = qty


def take(
	queue: list[list[float]],
	qty: float,
	outgoing_rate: float = 0.0,
	fallback: Callable[[], float] = lambda: 0.0,
) -> list[list[float]]:
	"""Remove stock, from the entry of that very rate if one is asked for; returns what was taken.

	What the queue does not hold leaves a negative entry, at the rate of what was taken last.
	"""
	taken: list[list[float]] = []
	while qty:
		if not queue:
			queue.append([0, fallback()])
		index = 0
		if outgoing_rate > 0:
			index = next((at for at, (_qty, rate) in enumerate(queue) if rate == outgoing_rate), 0)
		entry = queue[index]
		if qty >= entry[0]:
			qty = near_zero(qty - entry[0])
			taken.append(list(queue.pop(index)))
			if not queue and qty:
				rate = outgoing_rate or entry[1]
				queue.append([-qty, rate])
				taken.append([qty, rate])
				break
		else:
			entry[0] = near_zero(entry[0] - qty)
			taken.append([qty, entry[1]])
			qty = 0
	return taken


def queue_rate(queue: list[list[float]], qty: float) -> float:
	"""The average rate of a queue, or of what would be taken out of it for a negative quantity."""
	entries = [list(entry) for entry in queue]
	if qty < 0:
		entries = take(entries, abs(qty))
	total = queue_qty(entries)
	return queue_value(entries) / total if total else 0.0
