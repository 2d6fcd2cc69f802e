"""`frappe.qb.get_query`: a query from fields and filters as `frappe.db` takes them, joining what they refer to."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from pypika import terms
from pypika.enums import Order
from pypika.queries import Table as PypikaTable

from minibench.context import db
from minibench.data.builder import Builder, Query
from minibench.data.builder_terms import ParsedTerm
from minibench.data.query_fields import refuse_injection
from minibench.data.query_order import DEFAULT_ORDER
from minibench.data.row_filters import TREE_OPERATORS, checked_table, is_plain, tree_nodes
from minibench.data.sql_expressions import Field, parse_field, parse_list
from minibench.errors import NotInMinibench, ValidationError
from minibench.model.fieldtypes import table_fields

Operator = Callable[[Any, Any], Any]
_COLUMN_OR_CALL = re.compile(
	r"^(?:`[^`]+`|\w+)(?:\.(?:`[^`]+`|\w+))?(?:\s+as\s+(?:`[^`]+`|\w+))?$"
	r"|(?:dayofyear|extract|locate|count|sum|avg|max|min|abs|timestamp|ifnull)\(",
	re.IGNORECASE,
)


def _is(field: Any, value: str) -> Any:
	return field.isnotnull() if str(value).lower() == "set" else field.isnull()


def _in(field: Any, value: Any) -> Any:
	return field.isin(value.split(",") if isinstance(value, str) else value)


def _not_in(field: Any, value: Any) -> Any:
	return field.notin(value.split(",") if isinstance(value, str) else value)


def _timespan(field: Any, value: str) -> Any:
	from minibench.values.periods import get_timespan_date_range

	period = get_timespan_date_range(value)
	if period is None:
		raise ValidationError(f"Invalid filter: the timespan {value}")
	return field.between(period[0], period[1])


_OPERATORS: dict[str, Operator] = {
	"=": lambda field, value: field == value,
	"!=": lambda field, value: field != value,
	"<": lambda field, value: field < value,
	">": lambda field, value: field > value,
	"<=": lambda field, value: field <= value,
	"=<": lambda field, value: field <= value,
	">=": lambda field, value: field >= value,
	"=>": lambda field, value: field >= value,
	"in": _in,
	"not in": _not_in,
	"like": lambda field, value: field.like(value),
	"not like": lambda field, value: field.not_like(value),
	"regex": lambda field, value: field.regexp(value),
	"between": lambda field, value: field[slice(*value)],
	"is": _is,
	"timespan": _timespan,
}


class ChildRows:
	"""A child table asked for among the fields: {"items": ["item", "qty"]}."""

	def __init__(self, fieldname: str, fields: list[str], parent: str) -> None:
		from minibench.model.meta import get_meta

		df = get_meta(parent).get_field(fieldname)
		if not df or df.fieldtype not in table_fields:
			raise ValidationError(f"{fieldname} is no child table of {parent}")
		self.fieldname = fieldname
		self.fields = fields
		self.parent = parent
		self.doctype = df.options

	def get_query(self, parents: list[str]) -> Query:
		"""The rows of `parents`, in their order."""
		filters = {"parenttype": self.parent, "parentfield": self.fieldname, "parent": ["in", parents]}
		fields = list(dict.fromkeys([*self.fields, "parent", "parentfield"]))
		return get_query(self.doctype, fields=fields, filters=filters, order_by="idx asc")


def get_query(
	table: Any,
	fields: Any = None,
	filters: Any = None,
	order_by: str | None = None,
	group_by: str | None = None,
	limit: int | None = None,
	offset: int | None = None,
	distinct: bool = False,
	for_update: bool = False,
	update: bool = False,
	into: bool = False,
	delete: bool = False,
	*,
	validate_filters: bool = False,
	skip_locked: bool = False,
	wait: bool = True,
) -> Query:
	"""A SELECT (or UPDATE, INSERT, DELETE) on a DocType's table.

	Raises:
		ValidationError: the DocType's name, or with `validate_filters` a filter's field, is none.
	"""
	maker = _Maker(table, validate_filters)
	if update:
		maker.query = Builder.update(maker.table)
	elif into:
		maker.query = Builder.into(maker.table)
	elif delete:
		maker.query = Builder.from_(maker.table).delete()
	else:
		maker.query = Builder.from_(maker.table)
		maker.select(fields)
	maker.filter(filters)
	maker.order(order_by)
	query = maker.query
	if limit:
		query = query.limit(limit)
	if offset:
		query = query.offset(offset)
	if distinct:
		query = query.distinct()
	if for_update:
		query = query.for_update(skip_locked=skip_locked, nowait=not wait)
	if group_by:
		query = query.groupby(*_terms(group_by))
	query._child_queries = maker.child_queries
	return query  # type: ignore[no-any-return]


class _Maker:
	"""A query while fields and filters are added to it."""

	def __init__(self, table: Any, validate_filters: bool) -> None:
		if isinstance(table, PypikaTable):
			self.table = table
			self.doctype = table._table_name.removeprefix("tab")
		else:
			checked_table(table)
			self.doctype = table
			self.table = Builder.DocType(table)
		self.validate_filters = validate_filters
		self.query: Any = None
		self.child_queries: list[ChildRows] = []
		self.links: dict[str, Any] = {}

	# --- fields ------------------------------------------------------------------------------------------------------

	def select(self, fields: Any) -> None:
		if not fields:
			fields = ["name"]
		for field in fields if isinstance(fields, list | tuple | set) else [fields]:
			if isinstance(field, terms.Term):
				self.query = self.query.select(field)
			elif isinstance(field, Mapping):
				self.child_queries += [ChildRows(name, names, self.doctype) for name, names in field.items()]
			elif isinstance(field, str):
				for part in _split(field):
					self._select_text(part)
		if not self.query._selects:
			self.query = self.query.select(self.table.name)

	def _select_text(self, text: str) -> None:
		if text == "*":
			self.query = self.query.select(self.table.star)
			return
		if not _COLUMN_OR_CALL.search(text):
			# v15 takes the whole of it for a column's name.
			raise sqlite3.OperationalError(f"no such column: {text}")
		refuse_injection(text)
		field = parse_field(text)
		if not field.is_column:
			self.query = self.query.select(ParsedTerm(text))
			return
		term = self._column(field)
		self.query = self.query.select(term.as_(field.alias) if field.alias else term)

	def _column(self, field: Field) -> Any:
		"""A column of this table, of a child table (`tabChild`.`field`) or behind a link (link.field)."""
		_word, source, name = field.node
		if not source or source == self.table._table_name:
			return self.table[name]
		if source.startswith("tab"):
			return self._child(source.removeprefix("tab"))[name]
		from minibench.model.meta import get_meta

		df = get_meta(self.doctype).get_field(source)
		if not df:
			raise ValidationError(f"Invalid field name {field.source}")
		if df.fieldtype in table_fields:
			return self._child(df.options)[name]
		return self._linked(df)[name]

	def _linked(self, df: Any) -> Any:
		"""The table behind a link. v15 mixes up links to the same DocType, so there is but one."""
		if df.fieldname not in self.links:
			linked = Builder.DocType(df.options)
			if df.options == self.doctype or self.query.is_joined(linked):
				raise NotInMinibench(f"frappe.qb.get_query with a second link to {df.options}")
			self.query = self.query.left_join(linked).on(linked.name == self.table[df.fieldname])
			self.links[df.fieldname] = linked
		return self.links[df.fieldname]

	def _child(self, doctype: str) -> Any:
		child = Builder.DocType(doctype)
		if not self.query.is_joined(child):
			self.query = self.query.left_join(child).on(
				(child.parent == self.table.name) & (child.parenttype == self.doctype)
			)
		return child

	# --- filters -----------------------------------------------------------------------------------------------------

	def filter(self, filters: Any) -> None:
		if filters is None:
			return
		if isinstance(filters, str | int):
			filters = {"name": str(filters)}
		if isinstance(filters, terms.Criterion):
			self.query = self.query.where(filters)
		elif isinstance(filters, Mapping):
			for field, value in filters.items():
				operator = "="
				if isinstance(value, list | tuple):
					operator, value = value
				self._add(field, operator, value)
		elif filters and all(isinstance(item, str | int) for item in filters):
			self._add("name", "in", list(filters))
		else:
			for item in filters:
				if isinstance(item, list | tuple):
					self._add_list(item)
				else:
					self.filter(item)

	def _add_list(self, item: Any) -> None:
		if len(item) == 2:
			self._add(item[0], "=", item[1])
		elif len(item) == 3:
			self._add(item[0], item[1], item[2])
		elif len(item) == 4:
			self._add(item[1], item[2], item[3], doctype=item[0])
		else:
			raise ValidationError(f"Invalid filter: {list(item)}")

	def _add(self, field: Any, operator: str, value: Any, doctype: str | None = None) -> None:
		term = self._filtered(field, doctype)
		if isinstance(value, bool):
			value = int(value)
		elif isinstance(value, list | tuple | set) and not value:
			value = ("",)
		elif isinstance(value, set):
			value = list(value)
		folded = operator.casefold()
		if folded in TREE_OPERATORS:
			nodes = tree_nodes(db._get_current_object(), self._tree(field), folded, value) or [""]
			criterion = term.notin(nodes) if folded.startswith("not ") else term.isin(nodes)
		else:
			function = _OPERATORS[folded]
			criterion = term.isnull() if value is None else function(term, value)
		self.query = self.query.where(criterion)

	def _filtered(self, field: Any, doctype: str | None) -> Any:
		if isinstance(field, terms.Term):
			return field
		if not isinstance(field, str):
			raise ValidationError(f"Invalid filter: {field}")
		if doctype and doctype != self.doctype:
			return self._child(doctype)[_checked(field)]
		if is_plain(field):
			return self.table[field]
		if self.validate_filters or "." not in field:
			raise ValidationError(f"Invalid filter: {field}")
		parsed = parse_field(field)
		if not parsed.is_column:
			raise ValidationError(f"Invalid filter: {field}")
		return self._column(parsed)

	def _tree(self, field: Any) -> str:
		from minibench.model.meta import get_meta

		df = get_meta(self.doctype).get_field(field) if isinstance(field, str) else None
		return str(df.options) if df and df.options else self.doctype

	# --- order -------------------------------------------------------------------------------------------------------

	def order(self, order_by: str | None) -> None:
		"""Order the rows; without a direction it is descending."""
		if not order_by or order_by == DEFAULT_ORDER:
			return
		for part, direction in zip(_terms(order_by), _directions(order_by), strict=True):
			self.query = self.query.orderby(part, order=Order.asc if direction == "asc" else Order.desc)


def _checked(field: str) -> str:
	if not is_plain(field):
		raise ValidationError(f"Invalid filter: {field}")
	return field


def _terms(text: str) -> list[Any]:
	"""Columns by their names, anything else as a parsed term."""
	found: list[Any] = []
	for field in parse_list(text):
		if field.is_column and field.node[1] is None:
			found.append(field.node[2])
		else:
			found.append(ParsedTerm(field.source))
	return found


def _directions(text: str) -> list[str | None]:
	return [field.direction for field in parse_list(text)]


def _split(text: str) -> list[str]:
	"""Fields in one text, separated by commas that are not inside brackets."""
	parts = [""]
	depth = 0
	for character in text:
		if character == "," and not depth:
			parts.append("")
			continue
		depth += (character == "(") - (character == ")")
		parts[-1] += character
	return [part.strip() for part in parts if part.strip()]
