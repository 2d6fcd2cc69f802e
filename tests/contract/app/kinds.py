"""Kinds of work for the tests. Doing an item leaves a to-do, so that it can be counted how often it was done."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import frappe
from o2c_extensions.common import batch, work

MARK = "o2c-test"


class Todos(work.Work):
	"""Parameters: label; items; fail: items that fail; pause: seconds an item takes."""

	def __init__(self, parameters: dict[str, Any]) -> None:
		super().__init__(parameters)
		if "label" not in parameters:
			frappe.throw("label is missing")

	def items(self) -> Iterable[str]:
		if self.parameters.get("no_plan"):
			raise ValueError("cannot be planned")
		return self.parameters["items"]

	def do(self, item: str) -> str | None:
		values = {"doctype": "ToDo", "description": f"{MARK} {self.parameters['label']} {item}"}
		frappe.get_doc(values).insert()
		time.sleep(self.parameters.get("pause", 0))
		if item in self.parameters.get("fail", ()):
			frappe.throw(f"{item} fails")
		return f"did {item}"


class ManagersTodos(Todos):
	roles = ("Order Manager",)


class StoppingTodos(Todos):
	"""A person asks for a stop while the second item is being done."""

	def do(self, item: str) -> str | None:
		if item == "2":
			batch.stop(self.parameters["run"] or frappe.get_last_doc("O2C Run").name)
		return super().do(item)


class DeadlockedTodos(Todos):
	"""The database chooses the first try of every item as a deadlock's victim."""

	tried: set[str] = set()

	def do(self, item: str) -> str | None:
		result = super().do(item)
		if item not in self.tried:
			self.tried.add(item)
			raise frappe.QueryDeadlockError("deadlock")
		return result


class ExpectingTodos(Todos):
	"""Is told what comes, and fails at it if it comes to "3"."""

	told: list[list[str]] = []

	def expect(self, items: Sequence[str]) -> None:
		self.told.append(list(items))
		if "3" in items:
			raise RuntimeError("too much to know")


KINDS = {
	"Test Expecting": ExpectingTodos,
	"Test Todos": Todos,
	"Test Managers": ManagersTodos,
	"Test Stop": StoppingTodos,
	"Test Deadlock": DeadlockedTodos,
}


def register(replace: Callable[[Any, str, Any], None]) -> None:
	"""Make KINDS known in this process, as an app's hook would on a site where that app is installed."""
	original = work.class_of
	replace(work, "class_of", lambda kind: KINDS.get(kind) or original(kind))


def done(label: str) -> list[str]:
	"""The items of `label` that were done, one entry each time."""
	descriptions = frappe.get_all(
		"ToDo",
		filters={"description": ("like", f"{MARK} {label} %")},
		pluck="description",
		limit_page_length=0,
	)
	return sorted((text.rpartition(" ")[2] for text in descriptions), key=lambda item: (len(item), item))
