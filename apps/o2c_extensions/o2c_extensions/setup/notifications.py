"""Whom holds are told to: Notifications that are made once, and an administrator then owns.

Each comes twice: behind the bell, switched on; and by mail, switched off until the site can send mail and somebody wants it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from o2c_extensions.setup.records import make_once

_WHAT = """<p>{{ doc.held_doctype or "Sales Order" }} <b>{{ doc.held_document or doc.sales_order }}</b> of
<b>{{ (doc.customer_name or doc.customer) | e }}</b>, {{ frappe.utils.fmt_money(doc.order_amount, currency=doc.currency) }}</p>
<p>{{ (doc.reasons or "") | e | replace("\n", "<br>") }}</p>"""
_HELD = _WHAT
_DECIDED = (
	_WHAT
	+ """{% if doc.comment %}<p>{{ doc.comment | e }}</p>{% endif %}
{% if doc.released_automatically %}<p>Released by itself: there is credit for it now.</p>{% endif %}"""
)
_ESCALATED = (
	_WHAT + "<p>Nobody has decided about it since {{ frappe.utils.format_datetime(doc.creation) }}.</p>"
)

_ABOUT = "{{ doc.held_document or doc.sales_order }} ({{ doc.customer_name or doc.customer }})"
_SUBMITTER = {"receiver_by_document_field": "owner"}


def _role(name: str) -> dict[str, str]:
	return {"receiver_by_role": name}


# Name, subject, event, watched field, condition, message, to whom. Sales is whoever submitted the order, and who manages orders.
_TOLD: tuple[tuple[str, str, str, str, str, str, tuple[dict[str, str], ...]], ...] = (
	("O2C Order Held", "Held: " + _ABOUT, "New", "", "", _HELD, (_role("Credit Controller"),)),
	(
		"O2C Order Held (Sales)",
		"Held: " + _ABOUT,
		"New",
		"",
		"",
		_HELD,
		(_SUBMITTER, _role("Order Manager")),
	),
	(
		"O2C Hold Decided",
		"{{ doc.status }}: " + _ABOUT,
		"Value Change",
		"status",
		'doc.status in ("Released", "Rejected")',
		_DECIDED,
		(_SUBMITTER, _role("Order Manager")),
	),
	(
		"O2C Hold Escalated",
		"Waits for a decision: " + _ABOUT,
		"Value Change",
		"escalation_level",
		"doc.escalation_level > 0",
		_ESCALATED,
		(_role("Credit Manager"),),
	),
)


def sync() -> None:
	make_once("Notification", notifications())


def notifications() -> Iterable[dict[str, Any]]:
	for name, subject, event, watched, condition, message, recipients in _TOLD:
		values = {
			"document_type": "Credit Hold",
			"subject": subject,
			"event": event,
			"value_changed": watched or None,
			"condition": condition,
			"message": message,
			"message_type": "HTML",
			"recipients": [dict(recipient) for recipient in recipients],
		}
		yield {**values, "name": name, "channel": "System Notification", "enabled": 1}
		mail = [dict(recipient) for recipient in recipients]
		yield {**values, "name": f"{name} by Mail", "channel": "Email", "enabled": 0, "recipients": mail}
