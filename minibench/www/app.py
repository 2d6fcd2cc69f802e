"""/app is the desk on a bench. minibench has none: it leads to the app's own page, or says so."""

from typing import Any

from minibench.context import local, session
from minibench.errors import PermissionError, Redirect

no_cache = 1


def get_context(context: Any) -> Any:
	from minibench.collaboration.messages import throw
	from minibench.translate import _
	from minibench.web.csrf import get_csrf_token
	from minibench.web.pages.home import get_default_path

	if session.user == "Guest":
		throw(_("You need to be logged in to access this page"), PermissionError)
	# From here on the browser's session must prove itself, as after the desk has loaded.
	context.csrf_token = get_csrf_token()
	target = get_default_path()
	if target and target.split("/")[1:2] != ["app"]:
		local.flags.redirect_location = target
		raise Redirect(302)
	context.http_status_code = 501
	context.title = _("No desk here")
