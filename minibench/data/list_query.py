"""One list of documents: which tables it reads, what of them the user may see, and the query that fetches it."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from minibench.context import Dict, db, session
from minibench.data.column_types import Column, reader
from minibench.data.query_fields import read_field, split_fields
from minibench.data.query_filters import Filter, condition, read_filters
from minibench.data.query_order import DEFAULT_ORDER, default_order, read_sorting
from minibench.data.schema import quote
from minibench.data.sql_expressions import Field, columns_of, parse_field, to_sql
from minibench.data.sql_terms import Sql, collated, column
from minibench.errors import NotInMinibench, PermissionError, ValidationError
from minibench.model.fieldtypes import optional_fields


class Join(NamedTuple):
	"""A table read beside the main one: a child table, or the DocType that a Link field points to."""

	doctype: str
	alias: str
	link_field: str | None


class ListQuery:
	"""A list of documents of one DocType, for one user."""

	def __init__(self, doctype: str, user: str | None = None) -> None:
		self.doctype = doctype
		self.user = user
		self.table = f"tab{doctype}"
		self.joins: dict[str, Join] = {}
		self.ignore_permissions = False
		self.reference_doctype: str | None = None
		self.db: Any = db._get_current_object()
		self.columns: dict[str, Column] = {}
		self._permission_types: dict[str, str] = {}
		self._link_count: dict[str, int] = {}
		self._aliases: dict[str, Sql | None] = {}

	def execute(
		self,
		fields: Any = None,
		filters: Any = None,
		or_filters: Any = None,
		docstatus: Any = None,
		group_by: str | None = None,
		order_by: str | None = DEFAULT_ORDER,
		limit_start: Any = False,
		limit_page_length: Any = None,
		as_list: bool = False,
		with_childnames: bool = False,
		debug: bool = False,
		ignore_permissions: bool = False,
		user: str | None = None,
		with_comment_count: Any = False,
		join: str = "left join",
		distinct: bool = False,
		start: Any = None,
		page_length: Any = None,
		limit: Any = None,
		ignore_ifnull: bool = False,
		save_user_settings: bool = False,
		save_user_settings_fields: bool = False,
		update: dict[str, Any] | None = None,
		add_total_row: Any = None,
		user_settings: Any = None,
		reference_doctype: str | None = None,
		run: bool = True,
		strict: bool = True,
		pluck: str | None = None,
		ignore_ddl: bool = False,
		*,
		parent_doctype: str | None = None,
	) -> Any:
		"""Fetch the list, as dicts, or as tuples with `as_list`, or as the values of one field with `pluck`.

		Fields may be columns, aggregates of them, fields of linked documents ("party.email") and of child tables
		("items.item"). Filters are a dict or a list; those in `or_filters` need be met only by one.

		Raises:
			PermissionError: the user may read none of the DocTypes' documents.
			DataError: a field or filter tries to be more than that.
			TableMissingError: there is no such DocType.
		"""
		if not run or save_user_settings or with_childnames:
			raise NotInMinibench("frappe.get_list with run=False, save_user_settings or with_childnames")
		self.user = user or self.user or session.user
		self.ignore_permissions = ignore_permissions
		self.reference_doctype = reference_doctype or self.doctype
		self.check_permission(self.doctype, parent_doctype)
		if isinstance(fields, dict) or (fields and isinstance(fields, list) and isinstance(fields[0], list)):
			fields, filters = filters, fields
		elif fields and isinstance(filters, list) and len(filters) > 1 and isinstance(filters[0], str):
			fields, filters = filters, fields
		self.columns = self.db.table_columns(self.table)
		if not self.columns:
			if ignore_ddl:
				return []
			self._refuse_missing_table()
		wanted = self._read_fields(split_fields(fields) or [f"`{self.table}`.`{pluck or 'name'}`"], strict)
		conditions = self._conditions(filters, or_filters, ignore_ifnull)
		chosen = self._permitted(wanted, as_list, parent_doctype)
		if not any(chosen):
			return []
		sql, params, readers = self._compose(
			chosen, conditions, group_by, "" if distinct else order_by, distinct, join
		)
		if length := _whole(limit) or _whole(page_length) or _whole(limit_page_length):
			sql += f" limit {length} offset {_whole(start) or _whole(limit_start)}"
		return self._fetch(sql, params, readers, as_list, pluck, update, _truth(with_comment_count))

	# --- permissions -------------------------------------------------------------------------------------------------

	def check_permission(self, doctype: str, parent_doctype: str | None = None) -> None:
		"""Raises PermissionError unless the user may read, or at least select, documents of `doctype`."""
		if self.ignore_permissions or doctype in self._permission_types:
			return
		from minibench.access.permissions import check_permission, only_has_select_perm

		ptype = "select" if only_has_select_perm(doctype) else "read"
		check_permission(
			doctype, ptype=ptype, parent_doctype=parent_doctype or self.doctype, throw=True, user=self.user
		)
		self._permission_types[doctype] = ptype

	def _permitted(
		self, wanted: list[Field], as_list: bool, parent_doctype: str | None
	) -> list[Field | None]:
		"""The fields without those whose level the user does not reach; in a list of tuples they become NULL."""
		if self.ignore_permissions:
			return list(wanted)
		from minibench.access.field_permissions import get_permitted_fields

		own = get_permitted_fields(
			doctype=self.doctype,
			parenttype=parent_doctype,
			permission_type=self._permission_types.get(self.doctype),
			ignore_virtual=True,
			user=self.user,
		)
		allowed: dict[str, set[str]] = {self.table: {*own, *optional_fields}}
		for join in self.joins.values():
			fields = get_permitted_fields(
				doctype=join.doctype, parenttype=self.doctype, ignore_virtual=True, user=self.user
			)
			allowed[join.alias] = {*fields, *optional_fields}
		chosen: list[Field | None] = []
		for field in wanted:
			if field.is_star:
				chosen += [parse_field(f"`{self.table}`.`{name}`") for name in own]
			elif all(name in self._allowed_in(table, allowed) for table, name in columns_of(field.node)):
				chosen.append(field)
			elif as_list:
				chosen.append(None)
		return chosen

	def _allowed_in(self, table: str | None, allowed: dict[str, set[str]]) -> set[str]:
		found = allowed.get(table or self.table)
		if found is None:
			raise PermissionError(table)
		return found

	# --- fields and tables -------------------------------------------------------------------------------------------

	def _read_fields(self, fields: list[Any], strict: bool) -> list[Field]:
		found = []
		for text in fields:
			if not isinstance(text, str):
				raise ValidationError(f"Invalid field name {text}")
			field, tables = read_field(text, strict)
			if tables:
				field = self._expand_dots(field)
				for table, _name in columns_of(field.node):
					if table and table != self.table and table not in self.joins:
						self._join_child(table)
			elif field.is_column and field.node[2] in optional_fields and field.node[2] not in self.columns:
				continue
			found.append(field)
		return found

	def _expand_dots(self, field: Field) -> Field:
		"""Turn "link.field" and "table.field" into columns of the joined table."""
		if not field.is_column or not field.node[1] or field.node[1].startswith("tab"):
			return field
		from minibench.model.meta import get_meta

		_word, fieldname, target = field.node
		df = get_meta(self.doctype).get_field(fieldname)
		if not df:
			return field
		alias = self._join_link(df) if df.fieldtype == "Link" else f"tab{df.options}"
		return field._replace(node=("column", alias, target))

	def _join_child(self, table: str) -> None:
		if not table.startswith("tab"):
			raise ValidationError(f"Invalid field name {table}")
		doctype = table[3:]
		self.joins[table] = Join(doctype, table, None)
		self.check_permission(doctype)

	def _join_link(self, df: Any) -> str:
		for join in self.joins.values():
			if join.link_field == df.fieldname:
				return join.alias
		self.check_permission(df.options)
		number = self._link_count.get(df.options, 0) + 1
		self._link_count[df.options] = number
		alias = f"tab{df.options}_{number}"
		self.joins[alias] = Join(df.options, alias, df.fieldname)
		return alias

	def _column(self, table: str | None, name: str) -> Sql:
		"""A column as the query names it: bare where it reads one table only."""
		if table is None or table == self.table:
			text = f"{quote(self.table)}.{quote(name)}" if self.joins else quote(name)
			return column(text, self.columns.get(name))
		join = self.joins.get(table)
		known = self.db.table_columns(f"tab{join.doctype}").get(name) if join else None
		return column(f"{quote(table)}.{quote(name)}", known)

	def _sorting_column(self, table: str | None, name: str) -> Sql:
		"""In an order or a grouping a bare name may also be the alias of a field."""
		if table is None and name in self._aliases:
			return Sql(quote(name), (), (self._aliases[name] or Sql("")).kind)
		if table and table != self.table and table not in self.joins:
			doctype = table.removeprefix("tab")
			raise ValidationError(f"Please select atleast 1 column from {doctype} to sort/group")
		return self._column(table, name)

	def _refuse_missing_table(self) -> None:
		rows = self.db.execute("select is_virtual from `tabDocType` where name = ?", (self.doctype,))
		if rows and rows[0][0]:
			raise NotInMinibench(f"a list of the virtual DocType {self.doctype}")
		raise self.db.TableMissingError("DocType", self.doctype)

	# --- conditions --------------------------------------------------------------------------------------------------

	def _conditions(self, filters: Any, or_filters: Any, ignore_ifnull: bool) -> list[tuple[str, list[Any]]]:
		all_of = [self._condition(item, ignore_ifnull) for item in self._read_filters(filters)]
		one_of = [self._condition(item, ignore_ifnull) for item in self._read_filters(or_filters)]
		if one_of:
			joined = " or ".join(sql for sql, _params in one_of)
			all_of.append((f"({joined})", [param for _sql, params in one_of for param in params]))
		if not self.ignore_permissions:
			from minibench.access.permissions import match_conditions

			sql, params = match_conditions(self.doctype, self.user, self.reference_doctype)
			if sql:
				all_of.append((f"({sql})", params))
		return all_of

	def _read_filters(self, filters: Any) -> list[Filter]:
		if not filters:
			return []
		found = read_filters(self.doctype, filters)
		kept = [
			item for item in found if item.fieldname not in optional_fields or item.fieldname in self.columns
		]
		for item in kept:
			table = f"tab{item.doctype}"
			if table != self.table and table not in self.joins:
				self._join_child(table)
		return kept

	def _condition(self, item: Filter, ignore_ifnull: bool) -> tuple[str, list[Any]]:
		if "ifnull(" in item.fieldname:
			piece = to_sql(parse_field(item.fieldname).node, self._qualified)
		else:
			piece = self._qualified(f"tab{item.doctype}", item.fieldname)
		return condition(self.db, item, piece, ignore_ifnull)

	def _qualified(self, table: str | None, name: str) -> Sql:
		table = table or self.table
		return column(f"{quote(table)}.{quote(name)}", self.db.table_columns(table).get(name))

	# --- the query ---------------------------------------------------------------------------------------------------

	def _compose(
		self,
		fields: list[Field | None],
		conditions: list[tuple[str, list[Any]]],
		group_by: str | None,
		order_by: str | None,
		distinct: bool,
		join: str,
	) -> tuple[str, list[Any], dict[int, Any]]:
		params: list[Any] = []
		readers: dict[int, Any] = {}
		texts = []
		for position, field in enumerate(fields):
			if field is None:
				texts.append("null")
				continue
			distinct = distinct or field.distinct
			if self._is_own_column(field):
				texts.append(f"`{field.node[2]}`")
				continue
			if field.is_star:
				texts.append(f"{quote(self.table)}.*" if self.joins else "*")
				continue
			piece = to_sql(field.node, self._column)
			if field.is_column:
				# SQLite names a column as its table does, MariaDB as the query does.
				key = field.alias or (
					None if field.node[1] or field.node[2] in self.columns else field.node[2]
				)
				texts.append(f"{piece.text} as {quote(key)}" if key else piece.text)
			else:
				texts.append(f"{collated(piece).text} as {quote(field.key)}")
				if piece.kind in ("date", "datetime", "time"):
					readers[position] = reader(piece.kind)
			if field.alias:
				self._aliases[field.alias] = piece
			params += piece.params
		grouping = self._sorting(group_by, " group by ")
		ordering = self._ordering(fields, group_by, order_by)
		sql = f"select {'distinct ' if distinct else ''}{', '.join(texts)} from {quote(self.table)}"
		for joined in self.joins.values():
			text, more = self._join_clause(joined, join)
			sql += text
			params += more
		if conditions:
			sql += " where " + " and ".join(text for text, _params in conditions)
			params += [param for _text, more in conditions for param in more]
		for text, more in (grouping, ordering):
			sql += text
			params += more
		return sql, params, readers

	def _is_own_column(self, field: Field) -> bool:
		"""Whether a field is a column of the only table, under its own name: most are."""
		if self.joins or field.alias or not field.is_column:
			return False
		return field.node[2] in self.columns and field.node[1] in (None, self.table)

	def _join_clause(self, joined: Join, join: str) -> tuple[str, list[Any]]:
		verb = "inner join" if join.strip().lower() in ("inner join", "join") else "left join"
		table, alias = quote(f"tab{joined.doctype}"), quote(joined.alias)
		main = quote(self.table)
		if joined.link_field:
			return f" {verb} {table} as {alias} on ({alias}.`name` = {main}.{quote(joined.link_field)})", []
		text = f" {verb} {alias} on ({alias}.`parenttype` = ? and {alias}.`parent` = {main}.`name`)"
		return text, [self.doctype]

	def _ordering(
		self, fields: list[Field | None], group_by: str | None, order_by: str | None
	) -> tuple[str, list[Any]]:
		if order_by == DEFAULT_ORDER:
			from minibench.model.meta import get_meta

			sources = [field.source for field in fields if field]
			order_by = default_order(get_meta(self.doctype), sources, group_by)
		return self._sorting(order_by, " order by ")

	def _sorting(self, text: str | None, clause: str) -> tuple[str, list[Any]]:
		if not text or not text.strip():
			return "", []
		parts: list[str] = []
		params: list[Any] = []
		for field in read_sorting(text):
			if field.node[0] == "constant" and isinstance(field.node[1], int):
				parts.append(f"{field.node[1]} {field.direction or ''}".strip())
				continue
			piece = collated(to_sql(field.node, self._sorting_column))
			parts.append(f"{piece.text} {field.direction or ''}".strip())
			params += piece.params
		return clause + ", ".join(parts), params

	def _fetch(
		self,
		sql: str,
		params: list[Any],
		readers: dict[int, Any],
		as_list: bool,
		pluck: str | None,
		update: dict[str, Any] | None,
		with_comment_count: bool,
	) -> Any:
		cursor = self.db.cursor(sql, params)
		rows = cursor.fetchall()
		if readers:
			rows = [_read_row(row, readers) for row in rows]
		if as_list and not pluck:
			return tuple(rows)
		keys = [description[0] for description in cursor.description]
		if pluck:
			if pluck not in keys:
				raise KeyError(pluck)
			position = keys.index(pluck)
			return [row[position] for row in rows]
		found = [Dict(zip(keys, row, strict=True)) for row in rows]
		for row in found if update or with_comment_count else ():
			row.update(update or {})
			if with_comment_count and row.name:
				row._comment_count = len(json.loads(row.get("_comments") or "[]"))
		return found


def _read_row(row: tuple[Any, ...], readers: dict[int, Any]) -> tuple[Any, ...]:
	return tuple(readers[at](value) if at in readers else value for at, value in enumerate(row))


def _whole(value: Any) -> int:
	"""A page's start or length; 0 where it is none."""
	try:
		return max(0, int(float(value or 0)))
	except (TypeError, ValueError):
		return 0


def _truth(value: Any) -> bool:
	return value not in (None, False, 0, "", "0", "false", "False")
