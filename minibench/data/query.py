"""Lists of documents: `frappe.get_all` and `frappe.get_list`."""

from __future__ import annotations

from typing import Any

from minibench.data.list_query import ListQuery

__all__ = ["get_all", "get_list", "get_value"]


def get_list(doctype: str, *args: Any, **kwargs: Any) -> Any:
	"""Documents that match, with the fields asked for, as far as the user may see them. See ListQuery.execute()."""
	return ListQuery(doctype).execute(*args, **kwargs)


def get_all(doctype: str, *args: Any, **kwargs: Any) -> Any:
	"""As get_list(), but for any user, and all of them unless a limit is given."""
	kwargs["ignore_permissions"] = True
	if "limit_page_length" not in kwargs:
		kwargs["limit_page_length"] = 0
	return get_list(doctype, *args, **kwargs)


def get_value(*args: Any, **kwargs: Any) -> Any:
	"""`frappe.db.get_value`."""
	from minibench.context import db

	return db.get_value(*args, **kwargs)
