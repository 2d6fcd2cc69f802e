"""What a database error means, asked in the words of `frappe.db`."""

from __future__ import annotations

import re
import sqlite3

_UNIQUE_PATTERN = re.compile(r"UNIQUE constraint failed: (.+)")
_NAMES_PATTERN = re.compile(r"[^.,\s][^.,]*\.(\w+)")


class ErrorQuestions:
	"""The `is_...` questions of `frappe.db`, and its names for the classes of errors."""

	SQLError = sqlite3.OperationalError
	ProgrammingError = sqlite3.ProgrammingError
	TableMissingError = sqlite3.ProgrammingError
	OperationalError = sqlite3.OperationalError
	InternalError = sqlite3.InternalError
	DataError = sqlite3.DataError

	@staticmethod
	def is_missing_column(error: BaseException) -> bool:
		return isinstance(error, sqlite3.Error) and (
			"no such column" in str(error) or "has no column named" in str(error)
		)

	is_column_missing = is_missing_column

	@staticmethod
	def is_table_missing(error: BaseException) -> bool:
		return isinstance(error, sqlite3.Error) and "no such table" in str(error)

	@classmethod
	def is_missing_table_or_column(cls, error: BaseException) -> bool:
		return cls.is_missing_column(error) or cls.is_table_missing(error)

	@staticmethod
	def is_duplicate_entry(error: BaseException) -> bool:
		return isinstance(error, sqlite3.IntegrityError) and "UNIQUE constraint failed" in str(error)

	@classmethod
	def is_primary_key_violation(cls, error: BaseException) -> bool:
		return cls.violation(error) == "name"

	@classmethod
	def is_unique_key_violation(cls, error: BaseException) -> bool:
		return cls.is_duplicate_entry(error)

	@staticmethod
	def violation(error: BaseException) -> str | None:
		"""The column whose uniqueness a write violated ("name" for the primary key), else None."""
		match = _UNIQUE_PATTERN.search(str(error)) if isinstance(error, sqlite3.IntegrityError) else None
		if not match:
			return None
		columns = _NAMES_PATTERN.findall(match[1])
		return ", ".join(columns)

	@staticmethod
	def is_data_too_long(error: BaseException) -> bool:
		return isinstance(error, sqlite3.DataError) and "Data too long" in str(error)

	@staticmethod
	def is_syntax_error(error: BaseException) -> bool:
		return isinstance(error, sqlite3.Error) and "syntax error" in str(error)

	@staticmethod
	def is_deadlocked(error: BaseException) -> bool:
		"""Never: there is one lock, so nobody can wait for it in a circle."""
		return False

	@staticmethod
	def is_timedout(error: BaseException) -> bool:
		from minibench.errors import QueryTimeoutError

		return isinstance(error, QueryTimeoutError)

	is_statement_timeout = is_timedout

	@staticmethod
	def is_read_only_mode_error(error: BaseException) -> bool:
		from minibench.errors import InReadOnlyMode

		return isinstance(error, InReadOnlyMode)

	@staticmethod
	def is_access_denied(error: BaseException) -> bool:
		return isinstance(error, sqlite3.OperationalError) and "unable to open" in str(error)

	@staticmethod
	def cant_drop_field_or_key(error: BaseException) -> bool:
		return isinstance(error, sqlite3.OperationalError) and (
			"no such index" in str(error) or "cannot drop column" in str(error)
		)

	@staticmethod
	def is_interface_error(error: BaseException) -> bool:
		return isinstance(error, sqlite3.InterfaceError)
