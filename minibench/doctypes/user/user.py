"""User: who may log in. Roles decide whether somebody is a user of the desk or of the website only."""

from __future__ import annotations

from typing import Any

from minibench import context
from minibench.access.passwords import update_password as set_password
from minibench.access.roles import get_roles as roles_of
from minibench.access.users import (
	STANDARD_USERS,
	find_by_credentials,
	get_enabled_users,
	get_restricted_ip_list,
	get_system_users,
)
from minibench.collaboration.messages import clear_last_message, msgprint, throw
from minibench.context import db, flags, local
from minibench.doctypes.user.user_account import (
	generate_keys,
	get_role_profile,
	impersonate,
	reset_password,
	sign_up,
	switch_theme,
	test_password_strength,
	update_password,
	verify_password,
)
from minibench.doctypes.user.user_links import create_contact, forget_user, move_ownership
from minibench.doctypes.user.user_lists import get_all_roles, get_perm_info, get_roles, user_query
from minibench.doctypes.user.user_mail import (
	notify_admin_access_to_system_manager,
	password_reset_mail,
	send_welcome_mail_to_user,
)
from minibench.errors import NotInMinibench, OutgoingEmailError
from minibench.hooks import scrub
from minibench.model.document import Document
from minibench.translate import _
from minibench.values.addresses import validate_email_address
from minibench.values.dates import get_system_timezone, now_datetime
from minibench.values.numbers import cint
from minibench.values.text import bold, generate_hash, sha256_hash, strip_html
from minibench.values.urls import get_url

__all__ = [
	"STANDARD_USERS",
	"User",
	"create_contact",
	"generate_keys",
	"get_all_roles",
	"get_enabled_users",
	"get_perm_info",
	"get_permission_query_conditions",
	"get_restricted_ip_list",
	"get_role_profile",
	"get_roles",
	"get_system_users",
	"has_permission",
	"impersonate",
	"notify_admin_access_to_system_manager",
	"reset_password",
	"roles_of",
	"sign_up",
	"switch_theme",
	"test_password_strength",
	"update_password",
	"user_query",
	"verify_password",
]

_FIXED_TYPES = {"Administrator": "System User", "Guest": "Website User"}


class User(Document):
	email: Any
	enabled: Any
	new_password: Any
	time_zone: Any
	user_type: Any
	username: Any
	_new_password: str | None = None

	def __setup__(self) -> None:
		# The password is hashed here, not encrypted as other Password fields are.
		self.flags.ignore_save_passwords = ["new_password"]

	def autoname(self) -> None:
		if self.get("is_admin") or self.get("is_guest"):
			self.name = self.first_name
		else:
			self.email = (self.email or "").strip().lower()
			self.name = self.email

	def before_insert(self) -> None:
		self.flags.in_insert = True
		_throttle_creation()

	def after_insert(self) -> None:
		_insert_if_missing("Notification Settings", self.name)

	def validate(self) -> None:
		self._new_password, self.new_password = self.new_password, ""
		if not flags.in_test:
			self.password_strength_test()
		if self.name not in STANDARD_USERS:
			self.email = self.name
			self.validate_email_type(self.name)
		self.populate_role_profile_roles()
		self.check_roles_added()
		self.set_system_user()
		self.clean_name()
		self.set_full_name()
		self.check_enable_disable()
		self.ensure_unique_roles()
		self.remove_all_roles_for_guest()
		self.validate_username()
		self.remove_disabled_roles()
		if self.user_image and len(self.user_image) > 2000:
			throw(_("Not a valid User Image."))
		if not self.time_zone:
			self.time_zone = get_system_timezone()
		if self.name not in STANDARD_USERS and not self.get_social_login_userid("frappe"):
			self.set_social_login_userid("frappe", generate_hash(length=39))

	def on_update(self) -> None:
		from minibench.access.defaults import set_default
		from minibench.model.caches import clear_cache

		self.share_with_self()
		clear_cache(user=self.name)
		self.send_password_notification(self._new_password)
		create_contact(user=self, ignore_mandatory=True)
		if self.time_zone:
			set_default("time_zone", self.time_zone, self.name)

	def on_trash(self) -> None:
		if self.name in STANDARD_USERS:
			throw(_("User {0} cannot be deleted").format(self.name))
		self.enabled = 0
		self._log_out()
		forget_user(self.name)
		local.role_permissions = {}

	def before_rename(self, old_name: str, new_name: str, merge: bool = False) -> None:
		from minibench.model.deletion import delete_doc

		if merge:
			delete_doc("Notification Settings", old_name, ignore_permissions=True, force=True)
		if old_name in STANDARD_USERS:
			throw(_("User {0} cannot be renamed").format(self.name))
		self.validate_email_type(new_name)

	def after_rename(self, old_name: str, new_name: str, merge: bool = False) -> None:
		from minibench.model.renaming import rename_doc

		move_ownership(old_name, new_name)
		if db.exists("Notification Settings", old_name):
			rename_doc("Notification Settings", old_name, new_name, force=True, show_alert=False)
		db.set_value("User", new_name, "email", new_name)
		local.role_permissions = {}

	# --- roles and type ----------------------------------------------------------------------------------------------

	def populate_role_profile_roles(self) -> None:
		"""A role profile decides alone."""
		from minibench.model.document import get_doc

		if self.role_profile_name:
			profile = get_doc("Role Profile", self.role_profile_name)
			self.set("roles", [])
			self.append_roles(*(row.role for row in profile.roles))

	def append_roles(self, *roles: str) -> None:
		"""Add roles without saving."""
		current = {row.role for row in self.get("roles")}
		for role in roles:
			if role not in current:
				current.add(role)
				self.append("roles", {"role": role})

	def add_roles(self, *roles: str) -> None:
		"""Add roles and save."""
		self.append_roles(*roles)
		self.save()

	def remove_roles(self, *roles: str) -> None:
		"""Take roles away and save."""
		for row in [row for row in self.get("roles") if row.role in roles]:
			self.get("roles").remove(row)
		self.save()

	def remove_all_roles_for_guest(self) -> None:
		if self.name == "Guest":
			self.set("roles", [row for row in self.get("roles") if row.role == "Guest"])

	def remove_disabled_roles(self) -> None:
		disabled = set(db.get_values("Role", {"disabled": 1}, "name", pluck=True))
		for row in [row for row in self.get("roles") if row.role in disabled]:
			self.get("roles").remove(row)

	def ensure_unique_roles(self) -> None:
		seen: set[str] = set()
		for row in list(self.get("roles")):
			if not row.role or row.role in seen:
				self.get("roles").remove(row)
			seen.add(row.role)

	def check_roles_added(self) -> None:
		if self.user_type != "System User" or self.roles or not self.is_new():
			return
		msgprint(
			_("Newly created user {0} has no roles enabled.").format(bold(self.name)),
			title=_("No Roles Specified"),
			indicator="orange",
			primary_action={
				"label": _("Add Roles"),
				"client_action": "frappe.set_route",
				"args": ["Form", self.doctype, self.name],
			},
		)

	def set_system_user(self) -> None:
		"""A role with access to the desk makes a System User."""
		if self.user_type and self.user_type not in ("System User", "Website User"):
			raise NotInMinibench(f"User Type {self.user_type}")
		if self.name in _FIXED_TYPES:
			self.user_type = _FIXED_TYPES[self.name]
		else:
			self.user_type = "System User" if self.has_desk_access() else "Website User"

	def has_desk_access(self) -> bool:
		"""Whether any of the roles opens the desk."""
		roles = [row.role for row in self.roles or []]
		return bool(roles and db.count("Role", {"desk_access": 1, "name": ["in", roles]}))

	# --- name, enabled -----------------------------------------------------------------------------------------------

	def clean_name(self) -> None:
		for field in ("first_name", "middle_name", "last_name"):
			if self.get(field):
				self.set(field, strip_html(self.get(field)))

	def set_full_name(self) -> None:
		self.full_name = " ".join(filter(None, [self.first_name, self.last_name]))

	def get_fullname(self) -> str:
		return f"{self.first_name or ''}{' ' if self.first_name else ''}{self.last_name or ''}"

	def validate_email_type(self, email: str) -> None:
		validate_email_address(email.strip(), True)

	def validate_username(self) -> None:
		"""Two users never share a username: the later one goes without, and is offered another."""
		if not self.username and self.is_new() and self.first_name:
			self.username = scrub(self.first_name)
		if not self.username:
			return
		self.username = self.username.strip(" @")
		if self.username_exists():
			if self.user_type == "System User":
				msgprint(_("Username {0} already exists").format(self.username))
				self.suggest_username()
			self.username = ""

	def username_exists(self, username: str | None = None) -> Any:
		filters = {"username": username or self.username, "name": ("!=", self.name)}
		return db.get_value("User", filters)

	def suggest_username(self) -> str | None:
		for words in (self.first_name, f"{self.first_name} {self.last_name or ''}"):
			candidate = scrub(words)
			if candidate != self.username and not self.username_exists(candidate):
				msgprint(_("Suggested Username: {0}").format(candidate))
				return candidate
		return None

	def check_enable_disable(self) -> None:
		"""The two standard users stay enabled; whoever is disabled is logged out."""
		if cint(self.enabled):
			return
		if self.name in STANDARD_USERS:
			throw(_("User {0} cannot be disabled").format(self.name))
		self._log_out()

	def _log_out(self) -> None:
		if getattr(local, "login_manager", None):
			local.login_manager.logout(user=self.name)
		else:
			db.execute("delete from tabSessions where user = ?", (self.name,))

	def share_with_self(self) -> None:
		"""Everybody may read and change their own record."""
		from minibench.access.share import add_docshare

		if self.name not in STANDARD_USERS:
			flags = {"ignore_share_permission": True}
			add_docshare(self.doctype, self.name, self.name, write=1, share=1, flags=flags)

	def validate_share(self, docshare: Any) -> None:
		"""Called when the record is shared; any share is fine."""

	def has_website_permission(self, ptype: str, user: str, verbose: bool = False) -> bool:
		return bool(self.name == context.session.user)

	# --- password and mail -------------------------------------------------------------------------------------------

	def password_strength_test(self) -> None:
		from minibench.doctypes.user.user_account import check_strength

		if self._new_password and not self.flags.ignore_password_policy:
			about = (self.first_name, self.middle_name, self.last_name, self.email, self.birth_date)
			check_strength(self._new_password, about)

	def send_password_notification(self, new_password: str | None) -> None:
		"""Keep a new password; welcome a new user by mail."""
		try:
			if not self.flags.in_insert:
				self.email_new_password(new_password)
			elif self.name not in STANDARD_USERS:
				if new_password:
					set_password(self.name, new_password, logout_all_sessions=self.logout_all_sessions)
				if self._wants_welcome():
					self.send_welcome_mail_to_user()
					self.flags.email_sent = 1
					if context.session.user != "Guest":
						msgprint(_("Welcome email sent"))
		except OutgoingEmailError:
			clear_last_message()
			message = _("Please setup default outgoing Email Account from Settings > Email Account")
			msgprint(message, alert=True)
			self.log_error("Unable to send new password notification")

	def _wants_welcome(self) -> bool:
		return bool(
			cint(self.send_welcome_email) and not self.flags.no_welcome_mail and not self.flags.email_sent
		)

	def email_new_password(self, new_password: str | None = None) -> None:
		"""Keep a password that was set on the form."""
		if new_password and not self.flags.in_insert:
			set_password(self.name, new_password, logout_all_sessions=self.logout_all_sessions)

	def validate_reset_password(self) -> None:
		"""For apps to override: raise to refuse a reset."""

	def reset_password(self, send_email: bool = False, password_expired: bool = False) -> str:
		"""A link that lets its holder set a new password, mailed if so wanted. Only the key's hash is kept."""
		key = generate_hash()
		self.db_set("reset_password_key", sha256_hash(key))
		self.db_set("last_reset_password_key_generated_on", now_datetime())
		link = get_url(f"/update-password?key={key}{'&password_expired=true' if password_expired else ''}")
		if send_email:
			self.password_reset_mail(link)
		return link

	def password_reset_mail(self, link: str) -> None:
		password_reset_mail(self, link)

	def send_welcome_mail_to_user(self) -> None:
		send_welcome_mail_to_user(self)

	# --- more about the user -----------------------------------------------------------------------------------------

	def get_blocked_modules(self) -> list[str]:
		return [row.module for row in self.block_modules or []]

	def get_social_login_userid(self, provider: str) -> str | None:
		return next((row.userid for row in self.get("social_logins") or [] if row.provider == provider), None)

	def set_social_login_userid(self, provider: str, userid: str, username: str | None = None) -> None:
		row = {"provider": provider, "userid": userid, **({"username": username} if username else {})}
		self.append("social_logins", row)

	def get_restricted_ip_list(self) -> list[str] | None:
		return get_restricted_ip_list(self)

	@classmethod
	def find_by_credentials(cls, user_name: str, password: str, validate_password: bool = True) -> Any:
		return find_by_credentials(user_name, password, validate_password)


def _throttle_creation() -> None:
	"""Nobody signs up a crowd within an hour."""
	if flags.in_import or flags.in_install:
		return
	if db.get_creation_count("User", 60) > cint(local.conf.throttle_user_limit or 60):
		throw(_("Throttled"))


def _insert_if_missing(doctype: str, name: str) -> None:
	from minibench.model.document import new_doc

	if not db.exists(doctype, name):
		doc = new_doc(doctype)
		doc.name = name
		doc.user = name
		doc.insert(ignore_permissions=True, ignore_if_duplicate=True)


def get_permission_query_conditions(user: str) -> str:
	"""Nobody but Administrator sees the standard users in lists."""
	if user == "Administrator":
		return ""
	named = ", ".join(db.escape(each) for each in STANDARD_USERS)
	return f"(`tabUser`.name not in ({named}))"


def has_permission(doc: Any, user: str) -> bool | None:
	"""Nobody but Administrator sees or changes the standard users."""
	return False if user != "Administrator" and doc.name in STANDARD_USERS else None
