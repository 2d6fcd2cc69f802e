"""A document's values as people read them: cast, rounded, formatted, hidden; and its passwords."""

from __future__ import annotations

from typing import Any

from minibench.model.base_document import BaseDocument
from minibench.model.fieldtypes import float_like_fields
from minibench.model.meta import get_default_df, get_field_precision, get_meta


class DisplayedDocument(BaseDocument):
	"""The presentation of a document's values."""

	def get_value(self, fieldname: str) -> Any:
		"""A value as its field's type."""
		return self.cast(self.get(fieldname), self.meta.get_field(fieldname))

	def cast(self, value: Any, df: Any) -> Any:
		"""A value as the type of a field."""
		from minibench.values.casting import cast_fieldtype

		return cast_fieldtype(df.fieldtype, value, show_warning=False)

	def get_db_value(self, key: str) -> Any:
		from minibench.context import db

		return db.get_value(self.doctype, self.name, key)

	def precision(self, fieldname: str, parentfield: Any = None) -> int | None:
		"""The decimals of a field of this document or of one of its tables; None if it is no such number."""
		if parentfield and not isinstance(parentfield, str):
			parentfield = parentfield.get("parentfield")
		own = self.__dict__
		if not parentfield and own.get("_parent_doc") is not None and (parent := self.parent_doc) is not None:
			# The rows of a table need to find this out only once.
			return parent.precision(fieldname, own["parentfield"])  # type: ignore[no-any-return]
		key = (parentfield or None, fieldname)
		known: dict[Any, int | None] = own.setdefault("_precision", {})
		if key not in known:
			meta = get_meta(self.meta.get_options(parentfield)) if parentfield else self.meta
			df = meta.get_field(fieldname)
			number = df is not None and df.fieldtype in float_like_fields
			known[key] = get_field_precision(df, self) if number else None
		return known[key]

	def get_formatted(
		self,
		fieldname: str,
		doc: Any = None,
		currency: str | None = None,
		absolute_value: bool = False,
		translated: bool = False,
		format: str | None = None,
	) -> Any:
		"""A value as people read it."""
		from minibench.values.formatting import format_value

		df: Any = self.meta.get_field(fieldname) or get_default_df(fieldname)
		if df and df.fieldtype == "Currency" and not currency and df.get("options"):
			currency = self.get(df.get("options")) or None
		value = self.get(fieldname)
		if translated:
			from minibench.translate import _

			value = _(value)
		doc = doc or getattr(self, "parent_doc", None) or self
		if (absolute_value or doc.get("absolute_value")) and isinstance(value, int | float):
			value = abs(value)
		return format_value(value, df=df, doc=doc, currency=currency, format=format)

	def is_print_hide(self, fieldname: str, df: Any = None, for_print: bool = True) -> Any:
		"""Whether a print leaves the field out."""
		own_df = self.meta.get_field(fieldname)
		if own_df and own_df.get("__print_hide"):
			return True
		hide: Any = 0
		if self.get(fieldname) == 0 and not self.meta.istable:
			hide = (df and df.print_hide_if_no_value) or (own_df and own_df.print_hide_if_no_value)
		if not hide:
			if df and df.print_hide is not None:
				hide = df.print_hide
			elif own_df:
				hide = own_df.print_hide
		return hide

	def in_format_data(self, fieldname: str) -> bool:
		"""Whether a print format's own choice of fields, if it made one, includes the field."""
		doc = self.parent_doc or self
		return fieldname in doc.format_data_map if hasattr(doc, "format_data_map") else True

	# --- passwords -----------------------------------------------------------------------------------------------------

	def get_password(self, fieldname: str = "password", raise_exception: bool = True) -> Any:
		"""The decrypted value of a Password field."""
		from minibench.access.passwords import get_decrypted_password

		value = self.get(fieldname)
		if value and not self.is_dummy_password(value):
			return value
		return get_decrypted_password(self.doctype, self.name, fieldname, raise_exception=raise_exception)

	def is_dummy_password(self, pwd: str) -> bool:
		"""Whether a value is only the asterisks that stand for a stored password."""
		return "".join(set(pwd)) == "*"
