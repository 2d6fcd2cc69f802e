"""What people teach: who pays for which customer. Learned of matches that a person confirmed or made, unlearned when one is undone."""

from __future__ import annotations

from typing import Any

import frappe

from o2c_extensions.cash_application.doctype.payer_link.payer_link import name_of
from o2c_extensions.cash_application.domain.engine.names import payer_key
from o2c_extensions.cash_application.queries.doctypes import PAYER_LINK
from o2c_extensions.common import casebook
from o2c_extensions.common.audit import as_system


def confirmed(row: Any, customer: str) -> None:
	"""A person says that the payer of this Bank Transaction has paid for this customer."""
	payer = payer_of(row)
	if not payer or not customer:
		return
	name = name_of(payer, customer)
	with as_system("payer link") as system:
		known = frappe.db.get_value(PAYER_LINK, name, "times_confirmed", for_update=True)
		if known is None:
			system.insert(
				{
					"doctype": PAYER_LINK,
					"payer": payer,
					"payer_name": row.bank_party_name or "",
					"source": "IBAN" if row.bank_party_iban else "Name",
					"customer": customer,
					"times_confirmed": 1,
					"times_corrected": 0,
					"last_seen": row.date,
				}
			)
			return
		values = {"times_confirmed": known + 1, "last_seen": row.date, "modified": casebook.now()}
		frappe.db.set_value(PAYER_LINK, name, values)


def corrected(row: Any, customer: str) -> None:
	"""A person says that it was not for this customer, if that was learned before."""
	payer = payer_of(row)
	if not payer or not customer:
		return
	name = name_of(payer, customer)
	known = frappe.db.get_value(PAYER_LINK, name, "times_corrected", for_update=True)
	if known is not None:
		frappe.db.set_value(PAYER_LINK, name, "times_corrected", known + 1)


def payer_of(row: Any) -> str:
	return payer_key(row.bank_party_name or "", row.bank_party_iban or "")
