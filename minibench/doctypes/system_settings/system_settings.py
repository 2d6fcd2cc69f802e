from __future__ import annotations

from typing import Any

from minibench.access.roles import get_roles
from minibench.collaboration.messages import msgprint, throw
from minibench.context import db
from minibench.errors import NotInMinibench, PermissionError
from minibench.model.document import Document
from minibench.model.fieldtypes import no_value_fields
from minibench.translate import _
from minibench.values.dates import today
from minibench.values.numbers import cint
from minibench.web.whitelist import whitelist

MOST_LINK_RESULTS = 50


class SystemSettings(Document):
	allowed_file_extensions: Any
	backup_limit: Any
	link_field_results_limit: Any
	minimum_password_score: Any
	_begins_to_expire_passwords = False

	def validate(self) -> None:
		if not cint(self.enable_password_policy):
			self.minimum_password_score = ""
		elif cint(self.minimum_password_score) <= 0:
			throw(_("Please select Minimum Password Score"))
		self._validate_session_expiry()
		self._begins_to_expire_passwords = bool(
			self.force_user_to_reset_password
			and not cint(db.get_single_value("System Settings", "force_user_to_reset_password"))
		)
		if cint(self.disable_user_pass_login):
			# Every other way to log in is a bench's: nobody could get in again.
			raise NotInMinibench("System Settings: disable_user_pass_login")
		self._validate_backup_limit()
		if self.allowed_file_extensions:
			lines = self.allowed_file_extensions.strip().splitlines()
			self.allowed_file_extensions = "\n".join(line.strip().upper() for line in lines)
		self._validate_link_results()

	def _validate_session_expiry(self) -> None:
		if not self.session_expiry:
			return
		parts = self.session_expiry.split(":")
		if len(parts) != 2 or not (cint(parts[0]) or cint(parts[1])):
			throw(_("Session Expiry must be in format {0}").format("hh:mm"))

	def _validate_backup_limit(self) -> None:
		if cint(self.backup_limit) < 1:
			msgprint(_("Number of backups must be greater than zero."), alert=True)
			self.backup_limit = 1

	def _validate_link_results(self) -> None:
		self.link_field_results_limit = cint(self.link_field_results_limit) or 10
		if self.link_field_results_limit > MOST_LINK_RESULTS:
			self.link_field_results_limit = MOST_LINK_RESULTS
			label = _(self.meta.get_label("link_field_results_limit"))
			message = _("{0} can not be more than {1}").format(label, MOST_LINK_RESULTS)
			msgprint(message, alert=True, indicator="yellow")

	def on_update(self) -> None:
		self.set_defaults()
		if self._begins_to_expire_passwords:
			# From today on: nobody's password is old already.
			db.execute(
				"update tabUser set last_password_reset_date = ? where last_password_reset_date is null",
				(today(),),
			)

	def set_defaults(self) -> None:
		"""Settings are the site's defaults too, where clients look for them."""
		from minibench.translate import set_default_language

		known = db.get_defaults()
		for field in self.meta.fields:
			if field.fieldtype in no_value_fields:
				continue
			value = self.get(field.fieldname)
			never_said = field.fieldname not in known and value not in (None, "")
			if never_said or self.has_value_changed(field.fieldname):
				db.set_default(field.fieldname, value)
		if self.language:
			set_default_language(self.language)


@whitelist()
def load() -> dict[str, Any]:
	"""The time zones to choose from, and the site's defaults."""
	from zoneinfo import available_timezones

	if "System Manager" not in get_roles():
		throw(_("Not permitted"), PermissionError)
	from minibench.model.meta import get_meta

	all_defaults = db.get_defaults()
	fields = get_meta("System Settings").fields
	defaults = {
		f.fieldname: all_defaults.get(f.fieldname) for f in fields if f.fieldtype in ("Select", "Data")
	}
	return {"timezones": sorted(available_timezones()), "defaults": defaults}
