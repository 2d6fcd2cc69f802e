"""Objects that refer to each other in circles: there are none here, so Python need not look for them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_search() -> Iterator[None]:
	"""While this holds, Python does not search all objects for circles. It would again and again, and longer the more is open."""
	was_on = gc.isenabled()
	gc.disable()
	try:
		yield
	finally:
		if was_on:
			gc.enable()
