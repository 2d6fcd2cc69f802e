"""Calls that may be repeated: who sends the same key again gets the first answer and causes nothing twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_days, now_datetime

from o2c_extensions.common import chain, locks
from o2c_extensions.common.audit import as_system

DOCTYPE = "O2C Idempotency Key"


def once(scope: str, key: str, request: Any, action: Callable[[], Any]) -> Any:
	"""The result of `action()`, done once for each user, `scope` and `key`, however often and at once it is asked for.

	A second caller waits until the first one's transaction ends. If that committed, its result is returned; if it was
	rolled back, the second caller acts. The claim is a row under a unique name; only the holder of the name's lock inserts
	it, since on MariaDB several failed inserts would share a lock on the row, and deadlock when they read it.

	Args:
		scope: what the key is good for, such as the name of the API.
		request: what was asked for. The same key with another request is an error, not a repetition.
		action: returns what JSON can hold.
	"""
	name = _hash(scope, frappe.session.user, key)
	token = frappe.generate_hash(length=20)
	fingerprint = _hash(chain.canonical(request))
	locks.hold(name)
	with as_system("idempotency") as system:
		values = {"scope": scope, "fingerprint": fingerprint, "token": token}
		system.insert({"doctype": DOCTYPE, "name": name, **values}, ignore_if_duplicate=True)
	claim = frappe.db.get_value(
		DOCTYPE, name, ["token", "fingerprint", "result"], as_dict=True, for_update=True
	)
	if claim.token == token:
		result = action()
		frappe.db.set_value(DOCTYPE, name, "result", json.dumps(result), update_modified=False)
		return result
	if claim.fingerprint != fingerprint:
		frappe.throw(_("This idempotency key was used for another request."))
	if not claim.result:
		frappe.throw(_("The first request with this idempotency key has not been finished."))
	return json.loads(claim.result)


def forget() -> None:
	"""Delete the keys that are older than the days in O2C Settings."""
	days = frappe.db.get_single_value("O2C Settings", "idempotency_days")
	frappe.db.delete(DOCTYPE, {"creation": ("<", add_days(now_datetime(), -days))})


def _hash(*parts: str) -> str:
	return hashlib.sha256("\n".join(parts).encode()).hexdigest()
