"""What a document's values must satisfy before they are saved, whatever its class says.

The order of the checks is v15's, because the first one that fails decides which error a user sees.
"""

from __future__ import annotations

import re
from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.context import Dict, flags
from minibench.errors import (
	CannotChangeConstantError,
	CharacterLengthExceededError,
	MandatoryError,
	NonNegativeError,
	UpdateAfterSubmitError,
)
from minibench.model.base_document import BaseDocument
from minibench.model.fieldtypes import optional_fields, table_fields
from minibench.translate import _
from minibench.values.numbers import cint, flt
from minibench.values.text import bold, cstr, strip_html

_TAG = re.compile(r"<[a-zA-Z!/?]")
_NEVER_SANITIZED = ("Attach", "Attach Image", "Barcode", "Code")


class ValidatedDocument(BaseDocument):
	"""The checks that every document passes through."""

	def _validate(self) -> None:
		self._validate_mandatory()
		self._validate_values()
		self.validate_workflow()
		for row in self.get_all_children():
			row._validate_values()
		if self.is_new():
			# These are kept by the framework; what a form or a copy brings along does not count.
			for fieldname in optional_fields:
				self.set(fieldname, None)
		else:
			self.validate_set_only_once()

	def _validate_values(self) -> None:
		self._validate_data_fields()
		self._validate_selects()
		self._validate_non_negative()
		self._validate_length()
		self._fix_rating_value()
		self._validate_code_fields()
		self._sync_autoname_field()
		self._extract_images_from_editor()
		self._sanitize_content()
		self._save_passwords()

	def validate_workflow(self) -> None:
		"""Let the DocType's workflow, if it has one, check the transition."""
		if flags.in_install == "frappe":
			return
		workflow = self.meta.get_workflow()
		if workflow:
			from minibench.automation.workflow import set_workflow_state_on_action, validate_workflow

			validate_workflow(self)
			if self._action != "save":
				set_workflow_state_on_action(self, workflow, self._action)

	# --- mandatory -----------------------------------------------------------------------------------------------------

	def _validate_mandatory(self) -> None:
		if self.flags.ignore_mandatory:
			return
		missing = self._get_missing_mandatory_fields()
		for row in self.get_all_children():
			missing.extend(row._get_missing_mandatory_fields())
		if not missing:
			return
		for _fieldname, message in missing:
			msgprint(message)
		fields = ", ".join(fieldname for fieldname, _message in missing)
		raise MandatoryError(f"[{self.doctype}, {self.name}]: {fields}")

	def _get_missing_mandatory_fields(self) -> list[tuple[str, str]]:
		"""Mandatory fields without a value, each with what to tell the user."""
		own = self.__dict__
		missing = [
			(df.fieldname, self._missing_message(df))
			for df in self.meta.mandatory_fields
			if not _has_content(own.get(df.fieldname), df)
		]
		if self.meta.istable:
			missing += [
				(fieldname, self._missing_message(Dict(label=fieldname)))
				for fieldname in ("parent", "parenttype")
				if not own.get(fieldname)
			]
		return missing

	def _missing_message(self, df: Any) -> str:
		label = _(df.label, context=df.parent)
		if df.fieldtype in table_fields:
			return f"{_('Error')}: {_('Data missing in table')}: {label}"
		if self.get("parentfield"):
			return f"{_('Error')}: {bold(_(self.doctype))} {_('Row')} #{self.idx}: {_('Value missing for')}: {label}"
		return _("Error: Value missing for {0}: {1}").format(_(df.parent), label)

	# --- values --------------------------------------------------------------------------------------------------------

	def _validate_data_fields(self) -> None:
		"""Data fields with options are e-mail addresses, names, phone numbers or URLs."""
		meta = self.meta
		if meta.get_phone_fields():
			from minibench.values.addresses import validate_phone_number_with_country_code

			for df in meta.get_phone_fields():
				validate_phone_number_with_country_code(self.get(df.fieldname), df.fieldname)
		for df in meta.checked_data_fields:
			if value := self.get(df.fieldname):
				self._validate_data_field(df.options, value)

	def _validate_data_field(self, kind: str, value: Any) -> None:
		from minibench.values import addresses

		if kind == "Email":
			standard_users = ("Guest", "Administrator")
			if self.owner in standard_users and value in standard_users:
				return
			for email in addresses.split_emails(value):
				addresses.validate_email_address(email, throw=True)
		elif kind == "Name":
			addresses.validate_name(value, throw=True)
		elif kind == "Phone":
			addresses.validate_phone_number(value, throw=True)
		elif kind == "URL":
			from minibench.values.urls import validate_url

			validate_url(value, throw=True)

	def _validate_selects(self) -> None:
		if flags.in_import:
			return
		own = self.__dict__
		for df in self.meta.get_select_fields():
			value = own.get(df.fieldname)
			if not value or not df.options or df.fieldname == "naming_series":
				continue
			options = df.options.split("\n")
			value = cstr(value).strip()
			self.set(df.fieldname, value)
			if value in options or (flags.in_test and value.startswith("_T-")):
				continue
			prefix = _("Row #{0}:").format(self.idx) if self.get("parentfield") else ""
			listed = '", "'.join(_(option) for option in options)
			throw(
				_('{0} {1} cannot be "{2}". It should be one of "{3}"').format(
					prefix, _(self.meta.get_label(df.fieldname)), value, listed
				)
			)

	def _validate_non_negative(self) -> None:
		for df in self.meta.non_negative_fields:
			if flt(self.get(df.fieldname)) < 0:
				label = bold(_(df.label, context=df.parent))
				if self.get("parentfield"):
					message = f"{bold(_(self.doctype))} {_('Row')} #{self.idx}: {_('Value cannot be negative for')} {label}"
				else:
					message = _("Value cannot be negative for {0}: {1}").format(_(df.parent), label)
				throw(message, NonNegativeError, title=_("Negative Value"))

	def _validate_length(self) -> None:
		if flags.in_install or self.meta.issingle:
			return
		own = self.__dict__
		for fieldname, limit, is_number, df in self.meta.length_plan:
			value = own.get(fieldname)
			if not value:
				continue
			size = abs(cint(value)) if is_number else len(value if isinstance(value, str) else cstr(value))
			if size > limit:
				self.throw_length_exceeded_error(df, limit, value)

	def throw_length_exceeded_error(self, df: Any, max_length: int, value: Any) -> None:
		if self.get("parentfield"):
			reference = _("{0}, Row {1}").format(_(self.doctype), self.idx)
		else:
			reference = f"{_(self.doctype)} {self.name}"
		throw(
			_("{0}: '{1}' ({3}) will get truncated, as max characters allowed is {2}").format(
				reference, bold(_(df.label, context=df.parent)), max_length, value
			),
			CharacterLengthExceededError,
			title=_("Value too big"),
		)

	def _fix_rating_value(self) -> None:
		"""A rating is a share of the stars: between 0 and 1."""
		for df in self.meta.rating_fields:
			self.set(df.fieldname, max(0, min(flt(self.get(df.fieldname)), 1)))

	def _validate_code_fields(self) -> None:
		for df in self.meta.get_code_fields():
			if df.options in ("Python", "PythonExpression"):
				from minibench.values.code import validate_python_code

				validate_python_code(
					self.get(df.fieldname),
					fieldname=df.label,
					is_expression=df.options == "PythonExpression",
				)

	def _sync_autoname_field(self) -> None:
		"""The field from which the name was taken shows the name."""
		autoname = self.meta.autoname or ""
		if autoname.startswith("field:"):
			fieldname = autoname[6:]
			if fieldname and self.name and self.name != self.get(fieldname):
				self.set(fieldname, self.name)

	def _extract_images_from_editor(self) -> None:
		"""Images that were pasted into rich text become files."""
		if self.doctype == "DocType":
			return
		for df in self.meta.editor_fields:
			if "data:" in cstr(self.get(df.fieldname)):
				from minibench.collaboration.files import extract_images_from_doc

				extract_images_from_doc(self, df.fieldname)

	def _sanitize_content(self) -> None:
		"""Take out of HTML what a browser would execute, except where a field says that it wants just that."""
		if flags.in_install:
			return
		own = self.__dict__
		for fieldname, _kind, df in self.meta.column_plan:
			value = own.get(fieldname)
			if not isinstance(value, str) or ("<" not in value and ">" not in value):
				continue
			if "<!-- markdown -->" in value and not _TAG.search(value.replace("<!-- markdown -->", "")):
				continue
			if df is None or not self._is_exempt(df):
				from minibench.values.html import sanitize_html

				self.set(fieldname, sanitize_html(value, linkify=bool(df and df.fieldtype == "Text Editor")))

	def _is_exempt(self, df: Any) -> bool:
		status = self.docstatus
		return bool(
			df.is_virtual
			or df.ignore_xss_filter
			or (df.options == "Email" and df.fieldtype in ("Data", "Small Text", "Text"))
			or df.fieldtype in _NEVER_SANITIZED
			or status.is_cancelled()
			or (status.is_submitted() and not df.allow_on_submit)
		)

	def _save_passwords(self) -> None:
		"""Keep the values of Password fields encrypted and apart; the row only shows asterisks."""
		spared = self.flags.ignore_save_passwords
		if not self.meta.password_fields or spared is True:
			return
		from minibench.access.passwords import remove_encrypted_password, set_encrypted_password

		for df in self.meta.password_fields:
			if spared and df.fieldname in spared:
				continue
			value = self.get(df.fieldname)
			if not value:
				remove_encrypted_password(self.doctype, self.name, df.fieldname)
			elif not self.is_dummy_password(value):
				set_encrypted_password(self.doctype, self.name, value, df.fieldname)
				self.set(df.fieldname, "*" * len(value))

	# --- changes -------------------------------------------------------------------------------------------------------

	def validate_set_only_once(self) -> None:
		"""Fields that keep their first value must not have changed."""
		before = self._doc_before_save
		if not before:
			return
		for df in self.meta.get_set_only_once_fields():
			value, original = self.get(df.fieldname), before.get(df.fieldname)
			if df.fieldtype in table_fields:
				changed = not self.is_child_table_same(df.fieldname)
			elif df.fieldtype in ("Date", "Datetime", "Time"):
				changed = str(value) != str(original) and _moment(value) != _moment(original)
			else:
				changed = value != original
			if changed:
				throw(
					_("Value cannot be changed for {0}").format(
						bold(self.meta.get_label(df.fieldname) or "")
					),
					exc=CannotChangeConstantError,
				)

	def is_child_table_same(self, fieldname: str) -> bool:
		"""Whether a child table has the rows that it had before, in the same order."""
		rows, before = self.get(fieldname), self._doc_before_save.get(fieldname)
		return len(rows) == len(before) and all(
			_comparable(row) == _comparable(old) for row, old in zip(rows, before, strict=True)
		)

	def validate_update_after_submit(self) -> None:
		"""After submission only fields that allow it may change."""
		if self.flags.ignore_validate_update_after_submit:
			return
		before = self._doc_before_save
		self._validate_update_after_submit(before)
		rows_before = {row.name: row for row in before.get_all_children()}
		for row in self.get_all_children():
			df = self.meta.get_field(row.parentfield)
			if row.is_new() and df and df.allow_on_submit:
				continue
			row._validate_update_after_submit(rows_before.get(row.name))

	def _validate_update_after_submit(self, before: Any = None) -> None:
		if before is None:
			from minibench.model.document import get_doc

			before = get_doc(self.doctype, self.name)
		for df in self.meta.fields:
			if df.allow_on_submit:
				continue
			value, old = self.get(df.fieldname), before.get(df.fieldname)
			if not value and not old:
				continue
			if df.fieldtype in table_fields:
				value, old = len(value or ()), len(old or ())
			else:
				value = self.get_value(df.fieldname)
			if value != old and not self._is_stored(df, value):
				throw(
					_("{0} Not allowed to change {1} after submission from {2} to {3}").format(
						f"Row #{self.idx}:" if self.get("parent") else "",
						bold(_(df.label, context=df.parent)),
						bold(old),
						bold(value),
					),
					UpdateAfterSubmitError,
					title=_("Cannot Update After Submit"),
				)

	def _is_stored(self, df: Any, value: Any) -> bool:
		"""Whether the database has this value meanwhile: the document's own events may have set it there."""
		from minibench.model.document import get_doc

		return df.fieldtype not in table_fields and value == get_doc(self.doctype, self.name).get(
			df.fieldname
		)


def _has_content(value: Any, df: Any) -> bool:
	if value is None or value == []:
		return False
	text = cstr(value)
	if "<" in text:
		rich = df.fieldtype == "Text Editor" or (df.fieldtype == "Code" and df.options == "HTML")
		return bool(strip_html(text).strip() or (rich and "<img" in text))
	return bool(text.strip())


def _comparable(row: Any) -> dict[str, Any]:
	values: dict[str, Any] = row.as_dict(convert_dates_to_str=True)
	for key in ("modified", "modified_by", "creation"):
		values.pop(key, None)
	return values


def _moment(value: Any) -> Any:
	"""A time whose text may or may not show its zero microseconds."""
	from minibench.data.column_types import to_datetime, to_timedelta

	return to_datetime(value) or to_timedelta(value)
