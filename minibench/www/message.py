"""The page that shows one message."""

from typing import Any

from minibench.web.pages.message import message_context

no_cache = 1


def get_context(context: Any) -> Any:
	return message_context()
