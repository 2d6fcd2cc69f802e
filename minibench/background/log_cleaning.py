"""Logs do not grow for ever: each kind is deleted after a number of days."""

from __future__ import annotations

from minibench.context import db


def delete_older(doctype: str, days: int) -> None:
	"""Delete the records that nobody touched for `days` days, with their rows of child tables."""
	from minibench.model.meta import get_meta
	from minibench.values.dates import add_to_date, now_datetime

	old = {"modified": ["<", add_to_date(now_datetime(), days=-days)]}
	for field in get_meta(doctype).get_table_fields():
		db.delete(field.options, {**old, "parenttype": doctype})
	db.delete(doctype, old)


def run_log_clean_up() -> None:
	"""Daily: delete what is older than the hook `default_log_clearing_doctypes` grants its kind."""
	from minibench.hooks import get_hooks
	from minibench.model.controllers import get_controller

	for doctype, days in get_hooks("default_log_clearing_doctypes", {}).items():
		if not db.exists("DocType", doctype):
			continue
		clear = getattr(get_controller(doctype), "clear_old_logs", None)
		if clear:
			clear(days=days[-1])
			db.commit()
