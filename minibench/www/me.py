"""A user's own page."""

from typing import Any

from minibench.context import session
from minibench.errors import PermissionError

no_cache = 1


def get_context(context: Any) -> Any:
	from minibench.collaboration.messages import throw
	from minibench.model.document import get_doc
	from minibench.translate import _
	from minibench.web.pages.home import get_apps

	if session.user == "Guest":
		throw(_("You need to be logged in to access this page"), PermissionError)
	context.current_user = get_doc("User", session.user)
	context.show_sidebar = True
	context.apps = get_apps()
