"""What every page's template may use: the website's settings, who looks at it, and what scripts start from."""

from __future__ import annotations

from typing import Any

from markupsafe import escape

from minibench.context import Dict, local, session

SETTINGS = (
	"app_name",
	"app_logo",
	"banner_html",
	"banner_image",
	"brand_html",
	"copyright",
	"disable_signup",
	"favicon",
	"footer_powered",
	"head_html",
	"hide_login",
	"navbar_search",
	"show_footer_on_login",
	"title_prefix",
)


def new_context() -> Dict:
	"""The website's part of a page's context."""
	from minibench.access.defaults import get_website_settings
	from minibench.hooks import get_hooks
	from minibench.translate import _

	context = Dict(
		top_bar_items=[],
		footer_items=[],
		post_login=[
			{"label": _("My Account"), "url": "/me"},
			{"label": _("Log out"), "url": "/?cmd=web_logout"},
		],
	)
	for key in SETTINGS:
		value = get_website_settings(key)
		if value:
			context[key] = value
	context.disable_signup = int(context.disable_signup or 0)
	context.url = local.request.host_url.rstrip("/") if local.request else ""
	context.web_include_js = get_hooks("web_include_js") or []
	context.web_include_css = get_hooks("web_include_css") or []
	via_hooks = get_hooks("website_context") or {}
	for key, value in via_hooks.items():
		is_list = isinstance(value, list | tuple)
		context[key] = (
			value[-1] if is_list and key not in ("top_bar_items", "footer_items", "post_login") else value
		)
	context.read_only_mode = local.flags.read_only
	context.boot = get_boot_data()
	context.update(local.conf.get("website_context") or {})
	return context


def get_boot_data() -> dict[str, Any]:
	"""`frappe.boot` of a website page."""
	from minibench.access.defaults import get_system_settings
	from minibench.web.pages.home import get_apps, get_default_path

	apps = get_apps()
	zone = get_system_settings("time_zone") or "Asia/Kolkata"
	own_zone = local.db.get_value("User", session.user, "time_zone") if session.user != "Guest" else None
	return {
		"lang": local.lang or "en",
		"apps_data": {"apps": apps, "is_desk_apps": 0, "default_path": get_default_path(apps) or ""},
		"sysdefaults": {
			"float_precision": int(get_system_settings("float_precision") or 0) or 3,
			"date_format": get_system_settings("date_format") or "yyyy-mm-dd",
			"time_format": get_system_settings("time_format") or "HH:mm:ss",
			"first_day_of_the_week": get_system_settings("first_day_of_the_week") or "Sunday",
			"number_format": get_system_settings("number_format") or "#,###.##",
			"currency": get_system_settings("currency"),
		},
		"time_zone": {"system": zone, "user": own_zone or zone},
		"assets_json": {},
		"sitename": local.site,
	}


def complete_context(context: Dict, path: str) -> None:
	"""Fill what the page itself has not set, and let the apps' hooks have the last word."""
	from minibench.hooks import get_attr, get_hooks
	from minibench.web.pages.home import get_sidebar_items

	context.update(user_info())
	if not context.sidebar_items and context.show_sidebar:
		context.sidebar_items = get_sidebar_items()
	context.metatags = context.metatags or {}
	if not context.base_template_path:
		base = get_hooks("base_template")
		context.base_template_path = base[-1] if base else "templates/base.html"
	if context.title_prefix and context.title and not context.title.startswith(context.title_prefix):
		context.title = f"{context.title_prefix} - {context.title}"
	for dotted in get_hooks("update_website_context"):
		context.update(get_attr(dotted)(context) or {})
	context._context_dict = context
	# What respond_as_web_page() was given.
	context.update(local.response.get("context") or {})
	context.canonical = f"{context.url}/{escape(path)}"
	context.url_prefix = (context.url_prefix.rstrip("/") + "/") if context.url_prefix else ""
	context.path = path
	context.pathname = getattr(local, "path", None) or path
	if not local.conf.developer_mode and context.build_version is None:
		context.build_version = ""


def user_info() -> dict[str, Any]:
	from minibench.model.document import get_cached_value

	user = session.user or "Guest"
	found = get_cached_value("User", user, ["full_name", "user_image", "name"], as_dict=True) or Dict()
	return {"fullname": found.full_name or user, "user_image": found.user_image, "user": found.name or user}
