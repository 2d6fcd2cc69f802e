"""Realtime events. minibench has no socket server: what a page would be pushed, it asks for instead.

As on a bench whose socket server is down, publishing does nothing and never fails: no caller may depend on an event
having arrived.
"""

from __future__ import annotations

from typing import Any


def publish_realtime(event: str | None = None, message: dict[str, Any] | None = None, **_target: Any) -> None:
	"""Accepts what v15 accepts; nobody listens."""


def publish_progress(
	percent: float,
	title: str | None = None,
	doctype: str | None = None,
	docname: str | None = None,
	**_more: Any,
) -> None:
	"""Accepts what v15 accepts; nobody listens."""
