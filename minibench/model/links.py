"""Links to other documents: do they exist, are they cancelled, and which values are fetched along with them.

All documents that a document and its rows link to are read with one query per linked DocType, before the fields are
gone through one by one as v15 does. A value that was itself fetched into a Link field is looked up when it turns up.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import Dict, db
from minibench.data.schema import quote
from minibench.errors import CancelledLinkError, LinkValidationError
from minibench.model.base_document import BaseDocument
from minibench.model.meta import get_default_df, get_meta
from minibench.model.meta_fields import LinkPlan
from minibench.model.meta_row import MetaRow
from minibench.translate import _

InvalidLink = tuple[str, Any, str]


class LinkedRows:
	"""The linked documents' names, statuses and fetched values, as far as they have been looked up."""

	def __init__(self, documents: Iterable[Any] = ()) -> None:
		self._rows: dict[str, dict[str, Dict | None]] = {}
		self._columns: dict[str, list[str]] = {}
		wanted: dict[str, dict[str, Any]] = {}
		for doc in documents:
			own = doc.__dict__
			for link in doc.meta.link_plan:
				doctype = own.get(link.options or "") if link.dynamic else link.options
				if not doctype or (link.dynamic and not _is_doctype(doctype)):
					continue
				self._note_columns(doctype, link.fetches)
				value = own.get(link.fieldname)
				if value:
					wanted.setdefault(doctype, {})[str(value)] = value
		for doctype, values in wanted.items():
			self._read(doctype, list(values.values()))

	def _note_columns(self, doctype: str, fetches: Iterable[MetaRow]) -> None:
		columns = self._columns.setdefault(doctype, ["name"])
		for df in fetches:
			if (source := _source(df)) not in columns:
				columns.append(source)

	def _read(self, doctype: str, values: list[Any]) -> None:
		meta = get_meta(doctype)
		if meta.is_virtual:
			from minibench.errors import NotInMinibench

			raise NotInMinibench(f"links to the virtual DocType {doctype}")
		if meta.issingle:
			return
		columns = list(self._columns.setdefault(doctype, ["name"]))
		if meta.is_submittable and "docstatus" not in columns:
			columns.append("docstatus")
		known = self._rows.setdefault(doctype, {})
		table = quote(f"tab{doctype}")
		selected = ", ".join(map(quote, columns))
		# The name is compared without regard to case; it comes back as it is really written.
		for start in range(0, len(values), 500):
			chunk = values[start : start + 500]
			marks = ", ".join("?" * len(chunk))
			rows = db.recall(f"select {selected} from {table} where name in ({marks})", chunk)
			for row in rows:
				known[_key(row[0])] = Dict(zip(columns, row, strict=True))
			for value in chunk:
				known.setdefault(_key(value), None)

	def find(self, doctype: str, value: Any, fetches: Iterable[MetaRow]) -> Dict | None:
		"""The linked document's values, or None if there is no such document."""
		if get_meta(doctype).issingle:
			return self._single(doctype, fetches)
		known = self._rows.setdefault(doctype, {})
		key = _key(value)
		row = known.get(key)
		if key not in known or (row and any(_source(df) not in row for df in fetches)):
			self._note_columns(doctype, fetches)
			self._read(doctype, [value])
		return known[key]

	def _single(self, doctype: str, fetches: Iterable[MetaRow]) -> Dict:
		values = Dict(name=doctype)
		for df in fetches:
			source = _source(df)
			values[source] = db.get_single_value(doctype, source)
		return values


def _is_doctype(name: Any) -> bool:
	"""Whether a value that somebody entered names a DocType."""
	return isinstance(name, str) and bool(db.exists("DocType", name))


def _source(df: Any) -> str:
	"""The field of the linked document from which `df` is fetched."""
	return str(df.fetch_from.split(".")[-1])


def _key(name: Any) -> str:
	return str(name).casefold().rstrip(" ")


class LinkedDocument(BaseDocument):
	"""The link checks of a document."""

	def _validate_links(self) -> None:
		if self.flags.ignore_links or self._action == "cancel":
			return
		children = self.get_all_children()
		rows = LinkedRows([self, *children])
		invalid, cancelled = self.get_invalid_links(rows=rows)
		for child in children:
			more_invalid, more_cancelled = child.get_invalid_links(self.meta.is_submittable, rows)
			invalid += more_invalid
			cancelled += more_cancelled
		if invalid:
			message = ", ".join(each[2] for each in invalid)
			throw(_("Could not find {0}").format(message), LinkValidationError)
		if cancelled:
			message = ", ".join(each[2] for each in cancelled)
			throw(_("Cannot link cancelled document: {0}").format(message), CancelledLinkError)

	def get_invalid_links(
		self, is_submittable: Any = False, rows: LinkedRows | None = None
	) -> tuple[list[InvalidLink], list[InvalidLink]]:
		"""Links to nothing, and links to cancelled documents. Sets fetched values, and names as they are really written."""
		rows = rows or LinkedRows([self])
		invalid: list[InvalidLink] = []
		cancelled: list[InvalidLink] = []
		for link in self.meta.link_plan:
			name = self.__dict__.get(link.fieldname)
			if not name:
				continue
			doctype = self._linked_doctype(link)
			fetches = [df for df in link.fetches if not df.fetch_if_empty or not self.get(df.fieldname)]
			values = rows.find(doctype, name, link.fetches)
			if values is None:
				# v15 looks no further where there was something to fetch from the document that is missing.
				if not fetches:
					self.__dict__[link.fieldname] = None
					invalid.append(self._bad_link(link, name))
				continue
			if not link.df.is_virtual:
				self.__dict__[link.fieldname] = values["name"]
			for df in fetches:
				if self.is_new() or not self.docstatus.is_submitted() or df.allow_on_submit:
					self.set_fetch_from_value(doctype, df, values)
			if (
				link.fieldname != "amended_from"
				and (is_submittable or self.meta.is_submittable)
				and values.get("docstatus") == 2
				and get_meta(doctype).is_submittable
			):
				cancelled.append(self._bad_link(link, name))
		return invalid, cancelled

	def _linked_doctype(self, link: LinkPlan) -> str:
		if link.dynamic:
			doctype = self.get(link.options)
			if not doctype:
				throw(_("{0} must be set first").format(self.meta.get_label(link.options or "")))
		else:
			doctype = link.options
			if not doctype:
				throw(_("Options not set for link field {0}").format(link.fieldname))
		return str(doctype)

	def _bad_link(self, link: LinkPlan, name: Any) -> InvalidLink:
		label = _(link.df.label, context=link.df.parent)
		where = f"{_('Row')} #{self.idx}: " if self.get("parentfield") else ""
		return link.fieldname, name, f"{where}{label}: {name}"

	def set_fetch_from_value(self, doctype: str, df: Any, values: Any) -> None:
		"""Take one value over from a linked document; rich text loses its markup in a plain text field."""
		source = _source(df)
		value = values[source]
		if df.fieldtype in ("Small Text", "Text", "Data"):
			source_df = get_default_df(source) or get_meta(doctype).get_field(source)
			if not source_df:
				from minibench.values.text import bold

				throw(
					_('Please check the value of "Fetch From" set for field {0}').format(bold(df.label)),
					title=_("Wrong Fetch From value"),
				)
			elif source_df.get("fieldtype") == "Text Editor" and value:
				from minibench.values.text import strip_html, unescape_html

				value = unescape_html(strip_html(value))
		self.__dict__[df.fieldname] = value
