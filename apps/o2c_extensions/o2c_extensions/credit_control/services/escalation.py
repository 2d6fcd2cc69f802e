"""Holds that nobody has decided about for too long are brought before those who may decide about any."""

from __future__ import annotations

from datetime import datetime, timedelta

import frappe

from o2c_extensions.common import casebook
from o2c_extensions.common.audit import as_system
from o2c_extensions.common.settings import setting
from o2c_extensions.credit_control.queries import holds as queries
from o2c_extensions.credit_control.services.holds import STAGE, held


def escalate(now: datetime) -> int:
	"""Escalate what has waited for so many hours since it was held, or was escalated last. Returns how many holds.

	Whom that reaches is the Notification's "O2C Hold Escalated", which an administrator edits.
	"""
	hours = int(setting("escalate_after_hours") or 0)
	if not hours:
		return 0
	names = queries.silent_since(now - timedelta(hours=hours))
	for name in names:
		_escalate(name, now)
	return len(names)


def _escalate(name: str, now: datetime) -> None:
	hold = frappe.get_doc(queries.HOLD, name, for_update=True)
	if hold.status in queries.DECIDED:
		return
	level = int(hold.escalation_level or 0) + 1
	with as_system("credit hold"):
		hold.carry(escalation_level=level, escalated_at=now)
	_doctype, document = held(hold)
	casebook.record_event(
		hold.o2c_case or document, STAGE, "Escalated", queries.HOLD, hold.name, {"level": level}
	)
