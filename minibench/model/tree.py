"""Trees as nested sets: each node knows the numbers between which all nodes below it lie (lft, rgt)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minibench.collaboration.messages import clear_last_message, throw
from minibench.context import db, form_dict, request
from minibench.data.schema import quote
from minibench.errors import DoesNotExistError, ValidationError
from minibench.hooks import scrub
from minibench.model.caches import clear_document_cache
from minibench.model.document import Document, get_doc
from minibench.model.meta import get_meta
from minibench.translate import _
from minibench.values.text import bold
from minibench.web.whitelist import whitelist


class NestedSetRecursionError(ValidationError):
	pass


class NestedSetMultipleRootsError(ValidationError):
	pass


class NestedSetChildExistsError(ValidationError):
	pass


class NestedSetInvalidMergeError(ValidationError):
	pass


def _parent_field_of(doc: Any) -> str:
	return getattr(doc, "nsm_parent_field", None) or f"parent_{scrub(doc.doctype)}"


def update_nsm(doc: Any) -> None:
	"""Give a node its place among the others, or move it with all below it where its parent has changed."""
	old_parent_field = getattr(doc, "nsm_oldparent_field", None) or "old_parent"
	parent_field = _parent_field_of(doc)
	parent, old_parent = doc.get(parent_field) or None, doc.get(old_parent_field) or None
	if not doc.lft and not doc.rgt:
		_add_node(doc, parent, parent_field)
	elif old_parent != parent:
		_move_node(doc, parent)
	doc.set(old_parent_field, parent)
	db.set_value(doc.doctype, doc.name, old_parent_field, parent or "", update_modified=False)
	clear_document_cache(doc.doctype)
	doc.reload()


def _bounds(doctype: str, name: str) -> tuple[int, int]:
	found = db.get_value(doctype, name, ["lft", "rgt"], for_update=True)
	if not found:
		throw(_("{0} {1} not found").format(_(doctype), name), DoesNotExistError)
	return found[0], found[1]


def _add_node(doc: Any, parent: str | None, parent_field: str) -> None:
	table = quote(f"tab{doc.doctype}")
	if parent:
		left, right = _bounds(doc.doctype, parent)
		validate_loop(doc.doctype, doc.name, left, right)
	else:
		rows = db.execute(
			f"select coalesce(max(rgt), 0) + 1 from {table} where coalesce({quote(parent_field)}, '') = ''",
			lock=True,
		)
		right = rows[0][0]
	right = right or 1
	db.execute(f"update {table} set rgt = rgt + 2 where rgt >= ?", (right,))
	db.execute(f"update {table} set lft = lft + 2 where lft >= ?", (right,))
	if db.execute(f"select 1 from {table} where lft = ? or rgt = ? limit 1", (right, right + 1)):
		throw(_("Nested set error. Please contact the Administrator."))
	db.execute(f"update {table} set lft = ?, rgt = ? where name = ?", (right, right + 1, doc.name))


def _move_node(doc: Any, parent: str | None) -> None:
	table = quote(f"tab{doc.doctype}")
	if parent:
		validate_loop(doc.doctype, doc.name, *_bounds(doc.doctype, parent))
	else:
		db.begin_writing()
	left, right = doc.lft, doc.rgt
	width = right - left + 1
	# The subtree steps aside into negative numbers, the gap is closed, a gap is opened where it belongs now.
	db.execute(f"update {table} set lft = -lft, rgt = -rgt where lft >= ? and rgt <= ?", (left, right))
	db.execute(f"update {table} set lft = lft - ?, rgt = rgt - ? where lft > ?", (width, width, right))
	db.execute(
		f"update {table} set rgt = rgt - ? where lft < ? and lft > 0 and rgt > ?", (width, left, right)
	)
	if parent:
		target_left, target_right = _bounds(doc.doctype, parent)
		db.execute(f"update {table} set rgt = rgt + ? where name = ?", (width, parent))
		db.execute(
			f"update {table} set lft = lft + ?, rgt = rgt + ? where lft > ?", (width, width, target_right)
		)
		db.execute(
			f"update {table} set rgt = rgt + ? where lft > 0 and lft < ? and rgt > ?",
			(width, target_left, target_right),
		)
		distance = target_right - left
	else:
		distance = db.execute(f"select max(rgt) from {table}")[0][0] + 1 - left
	db.execute(f"update {table} set lft = ? - lft, rgt = ? - rgt where lft < 0", (distance, distance))


def validate_loop(doctype: str, name: str, lft: int, rgt: int) -> None:
	"""Raise NestedSetRecursionError if `name` is among the nodes at or above the given bounds."""
	table = quote(f"tab{doctype}")
	if db.execute(f"select 1 from {table} where lft <= ? and rgt >= ? and name = ?", (lft, rgt, name)):
		throw(_("Item cannot be added to its own descendants"), NestedSetRecursionError)


@whitelist()
def rebuild_tree(doctype: str, parent_field: Any = None) -> None:
	"""Number all nodes anew from what they name as their parents."""
	if request and form_dict.cmd == "rebuild_tree":
		from minibench.access.permissions import only_for

		only_for("System Manager")
	meta = get_meta(doctype)
	if not meta.is_nested_set():
		throw(
			_("Rebuilding of tree is not supported for {}").format(bold(doctype)),
			title=_("Invalid Action"),
		)
	column = meta.nsm_parent_field or f"parent_{scrub(doctype)}"
	table = quote(f"tab{doctype}")
	children: dict[str, list[str]] = {}
	for name, parent in db.execute(f"select name, {quote(column)} from {table} order by name", lock=True):
		children.setdefault(parent or "", []).append(name)
	numbers = _numbered(children)
	db.executemany(
		f"update {table} set lft = ?, rgt = ? where name = ?",
		[(left, right, name) for name, (left, right) in numbers.items()],
	)
	clear_document_cache(doctype)


def _numbered(children: dict[str, list[str]]) -> dict[str, tuple[int, int]]:
	"""lft and rgt of every node that hangs on a root. Walks without recursion: a tree may be deep."""
	numbers: dict[str, tuple[int, int]] = {}
	left: dict[str, int] = {}
	counter = 0
	path: list[tuple[str, Iterator[str]]] = [("", iter(children.get("", ())))]
	while path:
		name, remaining = path[-1]
		child = next(remaining, None)
		counter += 1
		if child is not None:
			left[child] = counter
			path.append((child, iter(children.get(child, ()))))
			continue
		path.pop()
		if path:
			numbers[name] = (left[name], counter)
	return numbers


def remove_subtree(doctype: str, name: str, throw: bool = True) -> None:
	"""Delete a node and all below it, without calling any event."""
	from minibench.access.permissions import check_permission as has_permission

	has_permission(doctype, ptype="delete", throw=throw)
	table = quote(f"tab{doctype}")
	left, right = _bounds(doctype, name)
	db.execute(f"delete from {table} where lft >= ? and rgt <= ?", (left, right))
	width = right - left + 1
	db.execute(f"update {table} set lft = lft - ? where lft > ?", (width, right))
	db.execute(f"update {table} set rgt = rgt - ? where rgt > ?", (width, right))
	clear_document_cache(doctype)


class NestedSet(Document):
	"""The base class of documents that form a tree."""

	def __setup__(self) -> None:
		if self.meta.nsm_parent_field:
			self.nsm_parent_field = self.meta.nsm_parent_field

	def on_update(self) -> None:
		update_nsm(self)
		self.validate_ledger()

	def on_trash(self, allow_root_deletion: bool = False) -> None:
		if not getattr(self, "nsm_parent_field", None):
			self.nsm_parent_field = scrub(self.doctype) + "_parent"
		if not self.get(self.nsm_parent_field) and not getattr(self, "allow_root_deletion", True):
			throw(_("Root {0} cannot be deleted").format(_(self.doctype)))
		self.validate_if_child_exists()
		self.set(self.nsm_parent_field, "")
		try:
			update_nsm(self)
		except DoesNotExistError:
			if not self.flags.on_rollback:
				raise
			clear_last_message()

	def validate_if_child_exists(self) -> None:
		"""Raise NestedSetChildExistsError if there is a node below this one."""
		if db.count(self.doctype, filters={self.nsm_parent_field: self.name}):
			throw(_("Cannot delete {0} as it has child nodes").format(self.name), NestedSetChildExistsError)

	def before_rename(
		self, olddn: str, newdn: str, merge: bool = False, group_fname: str = "is_group"
	) -> Any:
		if merge and hasattr(self, group_fname):
			is_group = db.get_value(self.doctype, newdn, group_fname)
			if self.get(group_fname) != is_group:
				throw(
					_("Merging is only possible between Group-to-Group or Leaf Node-to-Leaf Node"),
					NestedSetInvalidMergeError,
				)

	def after_rename(self, olddn: str, newdn: str, merge: bool = False) -> None:
		parent_field = _parent_field_of(self)
		db.set_value(self.doctype, {parent_field: newdn}, {"old_parent": newdn}, update_modified=False)
		if merge:
			rebuild_tree(self.doctype, parent_field)

	def validate_one_root(self) -> None:
		if not self.get(self.nsm_parent_field) and self.get_root_node_count() > 1:
			throw(_("Multiple root nodes not allowed."), NestedSetMultipleRootsError)

	def get_root_node_count(self) -> int:
		return db.count(self.doctype, {self.nsm_parent_field: ""})  # type: ignore[no-any-return]

	def validate_ledger(self, group_identifier: str = "is_group") -> None:
		"""A node that is no group must have nothing below it."""
		if hasattr(self, group_identifier) and not self.get(group_identifier):
			if db.exists(self.doctype, {self.nsm_parent_field: self.name, "docstatus": ("!=", 2)}):
				throw(
					_("{0} {1} cannot be a leaf node as it has children").format(_(self.doctype), self.name)
				)

	def get_ancestors(self) -> list[str]:
		return get_ancestors_of(self.doctype, self.name)

	def get_parent(self) -> Any:
		"""The document above this one."""
		parent = self.get(self.nsm_parent_field)
		return get_doc(self.doctype, parent) if parent else None

	def get_children(self) -> Iterator[Any]:
		"""The documents right below this one that the user may see."""
		from minibench.data.query import get_list

		for name in get_list(self.doctype, filters={self.nsm_parent_field: self.name}, pluck="name"):
			yield get_doc(self.doctype, name)


def get_root_of(doctype: str) -> str | None:
	"""The first node that has none above it."""
	table = quote(f"tab{doctype}")
	rows = db.execute(
		f"select t.name from {table} t where t.rgt > t.lft and not exists "
		f"(select 1 from {table} a where a.lft < t.lft and a.rgt > t.rgt) limit 1"
	)
	return rows[0][0] if rows else None


def get_ancestors_of(
	doctype: str, name: str, order_by: str = "lft desc", limit: int | None = None
) -> list[str]:
	"""The names of the nodes above `name`, the nearest first."""
	from minibench.data.query import get_all

	left, right = db.get_value(doctype, name, ["lft", "rgt"])
	filters = {"lft": ["<", left], "rgt": [">", right]}
	return get_all(doctype, filters, "name", order_by=order_by, limit_page_length=limit, pluck="name")  # type: ignore[no-any-return]


def get_descendants_of(
	doctype: str,
	name: str,
	order_by: str = "lft desc",
	limit: int | None = None,
	ignore_permissions: bool = False,
) -> list[str]:
	"""The names of the nodes below `name` that the user may see."""
	from minibench.data.query import get_list

	left, right = db.get_value(doctype, name, ["lft", "rgt"])
	if right - left <= 1:
		return []
	return get_list(  # type: ignore[no-any-return]
		doctype,
		{"lft": [">", left], "rgt": ["<", right]},
		"name",
		order_by=order_by,
		limit_page_length=limit,
		ignore_permissions=ignore_permissions,
		pluck="name",
	)
