"""What happens around the app's installation and every migration."""

from __future__ import annotations

import frappe
from frappe import _

from o2c_extensions import erp
from o2c_extensions.setup import roles
from o2c_extensions.setup.sync import sync

ERPNEXT_VERSIONS = (15, 16)


def before_install() -> None:
	major = int(erp.version().partition(".")[0])
	if major not in ERPNEXT_VERSIONS:
		frappe.throw(
			_("O2C Extensions needs ERPNext {0}, not {1}.").format(
				" / ".join(map(str, ERPNEXT_VERSIONS)), erp.version()
			)
		)
	roles.sync()


def after_install() -> None:
	sync()


def before_migrate() -> None:
	roles.sync()


def after_migrate() -> None:
	sync()
