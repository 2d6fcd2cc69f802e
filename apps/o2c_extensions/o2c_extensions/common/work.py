"""What an O2C Run can be about: the kinds that the hook `o2c_run_kinds` names."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, ClassVar

import frappe
from frappe import _
from frappe.utils import getdate

from o2c_extensions.common import casebook


class Work(ABC):
	"""One kind of batch work: which items there are, and how one of them is done.

	A module adds a kind by naming its class in hooks.py: `o2c_run_kinds = {"Dunning": "o2c_extensions....DunningWork"}`.
	"""

	# Who of those who may make runs may start, stop and retry this kind, besides System Manager and O2C Administrator;
	# no role here: all of them.
	roles: ClassVar[tuple[str, ...]] = ()

	def __init__(self, parameters: dict[str, Any]) -> None:
		"""Check the parameters: an error raised here refuses the run before it exists."""
		self.parameters = parameters

	def business_day(self) -> date:
		"""The parameter `date`, or today."""
		told = self.parameters.get("date")
		return getdate(told) if told else casebook.today()

	@abstractmethod
	def items(self) -> Iterable[str]:
		"""What there is to do, one key an item. Asked once a run; a key that comes twice is one item."""

	def expect(self, items: Sequence[str]) -> None:  # noqa: B027
		"""The items that come next, before the first of them is done: look up once what several of them need.

		Called in a transaction of its own. An item may be done without having been announced, later, or by somebody else.
		"""

	@abstractmethod
	def do(self, item: str) -> str | None:
		"""Do one item in the transaction that also marks it as done; commit nothing. May say in short what came out."""


def kinds() -> list[str]:
	"""The kinds of run that installed apps offer, in the order of their hooks."""
	return list(_registered())


def class_of(kind: str) -> type[Work] | None:
	"""The class that does runs of `kind`, if an installed app has it."""
	path = _registered().get(kind)
	return frappe.get_attr(path) if path else None


def work_of(kind: str, parameters: dict[str, Any]) -> Work:
	"""The work that a run of `kind` does with these parameters."""
	found = class_of(kind)
	if not found:
		frappe.throw(_("There is no kind of run called {0}.").format(frappe.bold(kind)))
	work: Work = found(parameters)  # type: ignore[misc]
	return work


def only_for(kind: str) -> None:
	"""Refuse a user who may not start, stop or retry runs of `kind`."""
	found = class_of(kind)
	if found and found.roles:
		frappe.only_for(("System Manager", "O2C Administrator", *found.roles))


def _registered() -> dict[str, str]:
	hook = frappe.get_hooks("o2c_run_kinds") or {}
	# An app installed later may replace the kind of an earlier one.
	return {kind: paths[-1] for kind, paths in hook.items()}
