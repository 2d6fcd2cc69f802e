"""Where a user sets a new password: knowing the old one, or holding the key that was mailed."""

from minibench.context import local, session
from minibench.errors import PermissionError

no_cache = 1


def get_context(context):  # type: ignore[no-untyped-def]
	from minibench.collaboration.messages import throw
	from minibench.translate import _

	context.no_header = True
	context.key = local.form_dict.key
	if session.user == "Guest" and not context.key:
		throw(_("You need to be logged in to access this page"), PermissionError)
