"""The only gate to ERPNext's functions.

What the app calls of ERPNext stands here, each with the reason; nothing else imports erpnext. So this file is the list of
what an embedded engine must offer of ERPNext beyond its DocTypes, and of what to look at when ERPNext changes.
"""

from __future__ import annotations

import erpnext


def version() -> str:
	"""ERPNext's version, such as 15.53.1: an installation that cannot work is refused before it starts."""
	return str(erpnext.__version__)
