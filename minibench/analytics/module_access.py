"""Conditions that keep cards, charts and dashboards to what a user's DocTypes, reports and modules are."""

from __future__ import annotations

from collections.abc import Iterable

from minibench.context import db, session


def sees_everything(user: str | None) -> bool:
	"""Whether no condition applies to the user."""
	from minibench.access.users import get_roles

	user = user or session.user
	return user == "Administrator" or "System Manager" in get_roles(user)


def one_of(column: str, values: Iterable[str]) -> str:
	"""SQL: the column holds one of `values`; false where there are none."""
	literals = ", ".join(db.escape(value) for value in sorted(values))
	return f"{column} in ({literals})" if literals else "0"


def in_users_modules(doctype: str, user: str | None) -> str:
	"""SQL: the record belongs to no module, or to one that the user is not barred from."""
	from minibench.analytics.allowed_reports import get_modules_from_all_apps_for_user

	names = [module["module_name"] for module in get_modules_from_all_apps_for_user(user)]
	column = f"`tab{doctype}`.`module`"
	return f"({one_of(column, names)} or ifnull({column}, '') = '')"


def on_readable_doctypes(doctype: str) -> str:
	"""SQL: the record is about a DocType that the session's user may read."""
	from minibench.access.permissions import get_doctypes_with_read

	return one_of(f"`tab{doctype}`.`document_type`", get_doctypes_with_read())
