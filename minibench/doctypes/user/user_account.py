"""What a user does with the account: set a password, ask for a link to do so, sign up, get API keys."""

from __future__ import annotations

import datetime
from typing import Any

from minibench import context
from minibench.access.passwords import MAX_PASSWORD_SIZE, get_password_reset_limit
from minibench.access.passwords import update_password as set_password
from minibench.access.roles import only_for
from minibench.collaboration.messages import clear_messages, msgprint, throw
from minibench.context import Dict, db, local
from minibench.errors import DoesNotExistError
from minibench.translate import _
from minibench.values.dates import now_datetime, today
from minibench.values.numbers import cint
from minibench.values.text import escape_html, generate_hash, random_string, sha256_hash
from minibench.web.rate_limit import rate_limit
from minibench.web.whitelist import whitelist

SIGN_UPS_PER_HOUR = 300


@whitelist(allow_guest=True)
def test_password_strength(
	new_password: str, key: Any = None, old_password: Any = None, user_data: tuple[Any, ...] | None = None
) -> dict[str, Any] | None:
	"""How hard a password is to guess; {} where the site has no policy. `key` and `old_password` are not used."""
	from minibench.access.defaults import get_system_settings
	from minibench.access.password_strength import estimate

	if not cint(get_system_settings("enable_password_policy") or 0):
		return {}
	if not user_data:
		columns = ["first_name", "middle_name", "last_name", "email", "birth_date"]
		user_data = db.get_value("User", context.session.user, columns)
	if not new_password:
		return None
	result = estimate(new_password, user_data or ())
	minimum = cint(get_system_settings("minimum_password_score") or 0)
	score = result["score"]
	result["feedback"]["password_policy_validation_passed"] = bool(score and score >= minimum)
	return result


def check_strength(password: str, user_data: tuple[Any, ...] | None = None) -> None:
	"""Raise ValidationError, with advice, for a password that the site's policy does not let pass."""
	feedback = (test_password_strength(password, user_data=user_data) or {}).get("feedback")
	if feedback and not feedback["password_policy_validation_passed"]:
		throw(" ".join([feedback["warning"], *feedback["suggestions"]]), title=_("Invalid Password"))


@whitelist(allow_guest=True, methods=["POST"])
def update_password(
	new_password: str, logout_all_sessions: int = 0, key: str | None = None, old_password: str | None = None
) -> str | None:
	"""Set the password of whoever holds the reset `key`, or of the session's user, who knows the old one.

	Logs them in. Returns where to go from there, or what is wrong with the key, with status 410.
	"""
	if len(new_password) > MAX_PASSWORD_SIZE:
		throw(_("Password size exceeded the maximum allowed size."))
	check_strength(new_password)
	found = _user_for_update(key, old_password)
	if found.message:
		local.response.http_status_code = 410
		return str(found.message)
	everywhere = cint(logout_all_sessions) or cint(
		db.get_single_value("System Settings", "logout_on_password_reset")
	)
	set_password(found.user, new_password, logout_all_sessions=everywhere)
	user, redirect_url = _close_reset(found.user)
	if waiting := context.cache.hget("redirect_after_login", found.user):
		redirect_url = waiting
		context.cache.hdel("redirect_after_login", found.user)
	local.login_manager.login_as(found.user)
	used = {"last_password_reset_date": today(), "reset_password_key": ""}
	db.set_value("User", found.user, used)
	return _home_of(user.user_type, redirect_url)


def _home_of(user_type: str, redirect_url: str | None) -> str | None:
	from minibench.web.pages.home import get_default_path, get_home_page

	if user_type == "System User":
		return get_default_path() or "/app"
	return redirect_url or get_default_path() or get_home_page()


def _user_for_update(key: str | None, old_password: str | None) -> Dict:
	"""`user`, or the `message` that says why there is none."""
	if key:
		return _user_of_key(key)
	if not old_password:
		throw(_("The reset password link has either been used before or is invalid"))
	local.login_manager.check_password(context.session.user, old_password)
	return Dict(user=context.session.user)


def _user_of_key(key: str) -> Dict:
	found = db.get_value(
		"User", {"reset_password_key": sha256_hash(key)}, ["name", "last_reset_password_key_generated_on"]
	)
	if not found:
		return Dict(message=_("The reset password link has either been used before or is invalid"))
	name, made_on = found
	lifetime = cint(db.get_single_value("System Settings", "reset_password_link_expiry_duration"))
	if lifetime and made_on and now_datetime() > made_on + datetime.timedelta(seconds=lifetime):
		return Dict(message=_("The reset password link has been expired"))
	return Dict(user=name)


def _close_reset(name: str) -> tuple[Any, str | None]:
	"""A key works once. Returns the user and where they were going."""
	from minibench.model.document import get_doc

	user = get_doc("User", name)
	redirect_url = user.redirect_url
	user.reset_password_key = ""
	user.redirect_url = ""
	user.save(ignore_permissions=True)
	return user, redirect_url


@whitelist(methods=["POST"])
def verify_password(password: str) -> None:
	"""Raise AuthenticationError unless it is the session's user who types."""
	local.login_manager.check_password(context.session.user, password)


@whitelist(allow_guest=True, methods=["POST"])
@rate_limit(limit=get_password_reset_limit, seconds=60 * 60)
def reset_password(user: str) -> Any:
	"""Mail a link to set a new password."""
	from minibench.model.document import get_doc

	try:
		doc = get_doc("User", user)
	except DoesNotExistError:
		local.response["http_status_code"] = 404
		clear_messages()
		return "not found"
	if doc.name == "Administrator":
		return "not allowed"
	if not doc.enabled:
		return "disabled"
	doc.validate_reset_password()
	doc.reset_password(send_email=True)
	return msgprint(
		msg=_("Password reset instructions have been sent to your email"), title=_("Password Email Sent")
	)


@whitelist(allow_guest=True)
def sign_up(email: str, full_name: str, redirect_to: str) -> tuple[int, str] | None:
	"""A new website user, where Website Settings let anybody sign up. Returns (state, message)."""
	from minibench.model.document import get_doc
	from minibench.web.pages.message import respond_as_web_page

	if cint(db.get_single_value("Website Settings", "disable_signup")):
		throw(_("Sign Up is disabled"), title=_("Not Allowed"))
	known = db.get_value("User", {"email": email}, "enabled", as_dict=True)
	if known:
		return 0, _("Already Registered") if known.enabled else _("Registered but disabled")
	if db.get_creation_count("User", 60) > SIGN_UPS_PER_HOUR:
		message = _(
			"Too many users signed up recently, so the registration is disabled. Please try back in an hour"
		)
		respond_as_web_page(_("Temporarily Disabled"), message, http_status_code=429)
		return None
	user = get_doc(
		{
			"doctype": "User",
			"email": email,
			"first_name": escape_html(full_name),
			"enabled": 1,
			"new_password": random_string(10),
			"user_type": "Website User",
		}
	)
	user.flags.ignore_permissions = True
	user.flags.ignore_password_policy = True
	user.insert()
	if default_role := db.get_single_value("Portal Settings", "default_role"):
		user.add_roles(default_role)
	if redirect_to:
		context.cache.hset("redirect_after_login", user.name, redirect_to)
	if user.flags.email_sent:
		return 1, _("Please check your email for verification")
	return 2, _("Please ask your administrator to verify your sign-up")


@whitelist(methods=["POST"])
def generate_keys(user: str) -> dict[str, str]:
	"""A new API secret for a user, and an API key if there is none yet. The secret is shown this once."""
	from minibench.model.document import get_doc

	only_for("System Manager")
	doc = get_doc("User", user)
	api_secret = generate_hash(length=15)
	if not doc.api_key:
		doc.api_key = generate_hash(length=15)
	doc.api_secret = api_secret
	doc.save()
	return {"api_secret": api_secret}


@whitelist()
def get_role_profile(role_profile: str) -> list[Any]:
	"""The roles of a Role Profile."""
	from minibench.model.document import get_doc

	return list(get_doc("Role Profile", {"role_profile": role_profile}).roles)


@whitelist()
def switch_theme(theme: str) -> None:
	"""How the session's user likes the desk."""
	if theme in ("Dark", "Light", "Automatic"):
		db.set_value("User", context.session.user, "desk_theme", theme)


@whitelist(methods=["POST"])
def impersonate(user: str, reason: str) -> None:
	"""Let Administrator act as `user`, who is told so."""
	from minibench.model.document import get_doc

	only_for("Administrator")
	impersonator = context.session.user
	get_doc(
		{
			"doctype": "Activity Log",
			"user": user,
			"status": "Success",
			"subject": _("User {0} impersonated as {1}").format(impersonator, user),
			"operation": "Impersonate",
		}
	).insert(ignore_permissions=True, ignore_links=True)
	subject = _("{0} just impersonated as you. They gave this reason: {1}").format(impersonator, reason)
	get_doc(
		{
			"doctype": "Notification Log",
			"type": "Alert",
			"for_user": user,
			"from_user": impersonator,
			"subject": subject,
		}
	).insert(ignore_permissions=True)
	local.login_manager.impersonate(user)
