"""Which rows of a report a user may see: those whose links their user permissions do not rule out."""

from __future__ import annotations

from typing import Any

from minibench.analytics.columns import get_columns_dict


def get_filtered_data(ref_doctype: str, columns: list[Any], data: list[Any], user: str) -> list[Any]:
	"""The rows that `user` may see.

	Raises:
		PermissionError: the user may not read a DocType that a column links to.
	"""
	from minibench.access import share
	from minibench.access.match_conditions import match_filters
	from minibench.access.permissions import get_role_permissions
	from minibench.model.meta import get_meta

	linked = get_linked_doctypes(columns, data)
	allowed = {doctype: found for doctype in linked if (found := match_filters(doctype, user))}
	if not allowed:
		return list(data)
	shared = set(share.get_shared(ref_doctype, user))
	granted = get_role_permissions(get_meta(ref_doctype), user)
	by_owner = bool((granted.get("if_owner") or {}).get("report"))
	check = _Check(linked, allowed, columns, ref_doctype, by_owner, user)
	check.load_existing(data)
	own = linked.get(ref_doctype)
	return [row for row in data if (own and shared and row.get(own) in shared) or check.fits(row)]


def get_linked_doctypes(columns: list[Any], data: list[Any]) -> dict[str, Any]:
	"""Each linked DocType with the key of its column, as far as the column holds anything."""
	by_key = get_columns_dict(columns)
	as_lists = bool(data) and isinstance(data[0], list | tuple)
	linked: dict[str, Any] = {}
	for index in range(len(columns)):
		column: Any = by_key[index]  # type: ignore[index]
		if column.get("fieldtype") == "Link":
			linked[column["options"]] = index if as_lists else column["fieldname"]
	return {doctype: key for doctype, key in linked.items() if any(_cell(row, key) for row in data if row)}


def _cell(row: Any, key: Any) -> Any:
	if isinstance(row, dict):
		return row.get(key)
	return row[key] if isinstance(key, int) and key < len(row) else None


class _Check:
	"""Every linked DocType's permissions must let a row pass; of several alternatives of one DocType, one suffices."""

	def __init__(
		self,
		linked: dict[str, Any],
		allowed: dict[str, list[dict[str, list[str]]]],
		columns: list[Any],
		ref_doctype: str,
		by_owner: bool,
		user: str,
	) -> None:
		by_key = get_columns_dict(columns)
		self.linked = linked
		self.allowed = allowed
		self.ref_doctype = ref_doctype
		self.user = user
		user_key: Any = linked.get("User")
		# A column of owners says who made the row, it does not link to a person.
		owner_column = by_key.get("owner")
		self.owner_key = user_key if owner_column and by_key.get(user_key) == owner_column else None
		self.by_owner = by_owner
		self.existing: dict[str, set[Any]] = {}

	def load_existing(self, data: list[Any]) -> None:
		"""A value that names no document cannot be forbidden; look up those that are not allowed, in one go each."""
		from minibench.data.query import get_all

		for doctype, key in self.linked.items():
			lists = [
				set(each[doctype]) for found in self.allowed.values() for each in found if doctype in each
			]
			if not lists:
				continue
			always = set.intersection(*lists)
			values = {value for row in data if row and (value := _cell(row, key)) and value not in always}
			names = (
				get_all(doctype, filters={"name": ["in", sorted(map(str, values))]}, pluck="name")
				if values
				else []
			)
			self.existing[doctype] = set(names)

	def fits(self, row: Any) -> bool:
		if not row:
			return True
		return all(self._fits_doctype(row, doctype, found) for doctype, found in self.allowed.items())

	def _fits_doctype(self, row: Any, doctype: str, alternatives: list[dict[str, list[str]]]) -> bool:
		if doctype == self.ref_doctype and self.by_owner and self.owner_key is not None:
			if _cell(row, self.owner_key) == self.user:
				return True
		return any(self._fits_filters(row, filters) for filters in alternatives)

	def _fits_filters(self, row: Any, filters: dict[str, list[str]]) -> bool:
		for doctype, key in self.linked.items():
			if doctype not in filters or (doctype == "User" and self.owner_key is not None):
				continue
			value = _cell(row, key)
			if value not in filters[doctype] and value in self.existing.get(doctype, ()):
				return False
		return True
