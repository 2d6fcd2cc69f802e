"""Functions named by hooks, and small objects that hold them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any


def get_hook_method(hook_name: str, fallback: Any = None) -> Any:
	"""The first function of a hook, or `fallback`."""
	from minibench.hooks import get_attr, get_hooks

	methods = get_hooks(hook_name)
	return get_attr(methods[0]) if methods else fallback


def call_hook_method(hook: str, *args: Any, **kwargs: Any) -> Any:
	"""The first truthy answer of a hook's functions; those after it are not asked."""
	from minibench.hooks import get_attr, get_hooks

	answer = None
	for dotted in get_hooks(hook):
		answer = answer or get_attr(dotted)(*args, **kwargs)
	return answer


class CallbackManager:
	"""Functions to be called later, in the order in which they were added."""

	__slots__ = ("_functions",)

	def __init__(self) -> None:
		self._functions: deque[Callable[[], Any]] = deque()

	def add(self, func: Callable[[], Any]) -> None:
		"""Put `func` at the end."""
		self._functions.append(func)

	__call__ = add

	def run(self) -> None:
		"""Call them all, also those added meanwhile."""
		while self._functions:
			self._functions.popleft()()

	def reset(self) -> None:
		"""Forget them all."""
		self._functions.clear()
