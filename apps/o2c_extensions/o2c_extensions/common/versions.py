"""Working copies that decide nothing until they are activated, which makes an immutable version of them.

A working copy is a document with `for_company` (empty: for every company without one of its own), `is_active`, `active_version`,
`activated_by` and `activated_at`; a version has `version`, `for_company`, `content` and `content_hash`.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import frappe
from frappe import _
from frappe.utils import now_datetime

from o2c_extensions.common import locks
from o2c_extensions.common.audit import System
from o2c_extensions.common.forms import Problem

# Written when a working copy is activated: what a form or a program sends for them is not taken.
OURS: Mapping[str, Any] = {"is_active": 0, "active_version": None, "activated_by": None, "activated_at": None}


@dataclass(frozen=True)
class Versions:
	"""A DocType of working copies and the one of their versions.

	Attributes:
		link: the version's field that names the working copy.
		acting: acts for the reason why versions are written (audit.as_system).
		copied: what else of the working copy stands in fields of the version.
	"""

	doctype: str
	version_doctype: str
	link: str
	acting: Callable[[], AbstractContextManager[System]]
	copied: tuple[str, ...] = ()

	def keep_ours(self, doc: Any) -> None:
		"""While a working copy is validated: what activation writes stays, and what is in force stays with its company."""
		before = doc.get_doc_before_save()
		doc.update({field: before.get(field) if before else nothing for field, nothing in OURS.items()})
		if before and before.is_active and (before.for_company or "") != (doc.for_company or ""):
			frappe.throw(_("It is in force for {0}.").format(before.for_company or _("all companies")))

	def refuse_deletion(self, doc: Any) -> None:
		if self.last(doc.name):
			frappe.throw(
				_("{0} was in force: what was decided by it stays on record.").format(doc.name),
				frappe.LinkExistsError,
			)

	def last(self, name: str) -> Any | None:
		"""The newest version of a working copy: name, version, content_hash."""
		rows = frappe.get_all(
			self.version_doctype,
			filters={self.link: name},
			fields=["name", "version", "content_hash"],
			order_by="version desc",
			limit_page_length=1,
		)
		return rows[0] if rows else None

	def all_of(self, name: str, most: int = 50) -> list[dict[str, Any]]:
		"""The versions of a working copy, the newest first."""
		rows: list[dict[str, Any]] = frappe.get_all(
			self.version_doctype,
			filters={self.link: name},
			fields=["name", "version", "creation", "owner"],
			order_by="version desc",
			limit_page_length=most,
		)
		return rows

	def in_force(self, company: str) -> Any | None:
		"""The company's active version, else the general one: name, content, and the working copy."""
		active = frappe.get_all(
			self.doctype,
			filters={"is_active": 1},
			fields=["for_company", "active_version"],
			limit_page_length=0,
		)
		rows = [row for row in active if (row.for_company or "") in ("", company)]
		best = max(rows, key=lambda row: bool(row.for_company), default=None)
		if best is None:
			return None
		return frappe.db.get_value(
			self.version_doctype, best.active_version, ["name", self.link, "content"], as_dict=True
		)

	def lock(self) -> None:
		"""Keep others from activating anything of this kind until the transaction ends."""
		locks.hold_fresh(self.doctype)

	def activate(self, doc: Any, content: str) -> str:
		"""Put a working copy's content into force in place of what was, from the end of this transaction on.

		An unchanged copy of the version in force stays that version. Returns the version; the caller holds `lock`.
		"""
		version = self._version(doc, content)
		if replaced := self._active_beside(doc):
			frappe.db.set_value(self.doctype, {"name": ("in", replaced)}, {"is_active": 0})
		values = {
			"is_active": 1,
			"active_version": version,
			"activated_by": frappe.session.user,
			"activated_at": now_datetime(),
		}
		frappe.db.set_value(self.doctype, doc.name, values)
		return version

	def is_changed(self, doc: Any, content: str) -> bool:
		"""Whether the working copy's content differs from the version in force."""
		if not doc.active_version:
			return True
		kept = frappe.db.get_value(self.version_doctype, doc.active_version, "content_hash")
		return bool(kept != _hash(content))

	def _version(self, doc: Any, content: str) -> str:
		last = self.last(doc.name)
		if last and last.content_hash == _hash(content):
			return str(last.name)
		with self.acting() as system:
			version = system.insert(
				{
					"doctype": self.version_doctype,
					self.link: doc.name,
					"version": (last.version if last else 0) + 1,
					"for_company": doc.for_company,
					**{field: doc.get(field) for field in self.copied},
					"content": content,
					"content_hash": _hash(content),
				}
			)
		return str(version.name)

	def _active_beside(self, doc: Any) -> list[str]:
		rows = frappe.get_all(
			self.doctype,
			filters={"is_active": 1, "name": ("!=", doc.name)},
			fields=["name", "for_company"],
			limit_page_length=0,
		)
		return [row.name for row in rows if (row.for_company or "") == (doc.for_company or "")]


def unknown(named: Iterable[tuple[str, str, Problem]]) -> list[Problem]:
	"""Of records that a form names, as (DocType, name, problem), the problems of those that are not there: a query a DocType."""
	told = list(named)
	wanted: dict[str, set[str]] = defaultdict(set)
	for doctype, name, _problem in told:
		wanted[doctype].add(name)
	present = {doctype: _present(doctype, sorted(names)) for doctype, names in wanted.items()}
	return [problem for doctype, name, problem in told if name not in present[doctype]]


def _present(doctype: str, names: Sequence[str]) -> set[str]:
	return set(
		frappe.get_all(doctype, filters={"name": ("in", list(names))}, pluck="name", limit_page_length=0)
	)


def _hash(content: str) -> str:
	return hashlib.sha256(content.encode()).hexdigest()
