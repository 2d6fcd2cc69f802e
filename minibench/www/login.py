"""The page where users log in, ask for a new password, or sign up."""

from typing import Any
from urllib.parse import urlparse

from minibench.context import local, session
from minibench.errors import Redirect

no_cache = True


def get_context(context: Any) -> Any:
	from minibench.access.defaults import get_system_settings, get_website_settings
	from minibench.translate import _
	from minibench.web.pages.home import get_default_path, get_home_page

	redirect_to = sanitize_redirect(local.request.args.get("redirect-to"))
	if session.user != "Guest":
		target = redirect_to or get_default_path() or f"/{get_home_page()}"
		if target.strip("/") != "login":
			local.flags.redirect_location = target
			raise Redirect(302)

	labels = [_("Email")]
	if int(get_system_settings("allow_login_using_mobile_number") or 0):
		labels.append(_("Mobile"))
	if int(get_system_settings("allow_login_using_user_name") or 0):
		labels.append(_("Username"))
	context.no_header = True
	context.title = _("Login")
	context.hide_login = True
	context.redirect_to = redirect_to or ""
	context.login_label = f" {_('or')} ".join(labels)
	context.disable_signup = int(get_website_settings("disable_signup") or 0)
	context.disable_user_pass_login = int(get_system_settings("disable_user_pass_login") or 0)
	context.app_name = get_website_settings("app_name") or get_system_settings("app_name") or _("Website")
	return context


def sanitize_redirect(redirect: str | None) -> str | None:
	"""`redirect` if it stays on this host: anybody can write a link to the login page."""
	if not redirect:
		return None
	parts = urlparse(redirect.replace("\\", "/"))
	if parts.scheme not in ("", "http", "https") or redirect.startswith("//"):
		return None
	if not parts.netloc:
		return redirect if redirect.startswith("/") else f"/{redirect}"
	return redirect if parts.netloc == local.request.host else None
