"""The page that shows one message."""

from minibench.web.pages.message import message_context

no_cache = 1


def get_context(context):  # type: ignore[no-untyped-def]
	return message_context()
