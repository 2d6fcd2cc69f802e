"""Mail for real: the site sends to a server that keeps what it gets."""

from __future__ import annotations

from collections.abc import Iterator

import frappe
import pytest

from tests.support.smtp import MailCatcher


@pytest.fixture
def outbox(smtp: MailCatcher) -> Iterator[MailCatcher]:
	"""The test's server, with the site's queue empty before and after: sending commits."""
	_clear()
	frappe.flags.testing_email = True
	frappe.local.outgoing_email_account = {}
	yield smtp
	frappe.flags.testing_email = False
	frappe.local.outgoing_email_account = {}
	_clear()


def _clear() -> None:
	frappe.db.rollback()
	frappe.set_user("Administrator")
	for doctype in (
		"Email Queue",
		"Email Queue Recipient",
		"Communication",
		"Email Unsubscribe",
		"Email Account",
	):
		frappe.db.delete(doctype)
	frappe.db.delete("Contract Party", {"party_name": ["like", "Mailed%"]})
	frappe.db.delete("File", {"file_name": ["like", "contract-mail%"]})
	frappe.db.commit()
