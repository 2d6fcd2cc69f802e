"""Runs code that an administrator wrote, without handing over the server.

RestrictedPython compiles it; these guards decide what it may reach at run time: nothing that starts with an underscore,
no frame, code or traceback, no `format` (a format string can walk attributes that the compiler never sees), no module,
and no write to classes, functions or modules.
"""

from __future__ import annotations

import ast
import io
import types
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from minibench.context import conf, flags, local
from minibench.errors import PermissionError

SAFE_EXEC_CONFIG_KEY = "server_script_enabled"
SERVER_SCRIPT_FILE_PREFIX = "<serverscript>"
ARGUMENT_NOT_SET = object()

UNSAFE_ATTRIBUTES = frozenset(
	"gi_frame gi_code gi_yieldfrom cr_frame cr_code cr_origin cr_await ag_code ag_frame tb_frame tb_next "
	"format format_map f_back f_builtins f_code f_globals f_locals f_trace".split()
)
_INSIDES = (types.ModuleType, types.CodeType, types.TracebackType, types.FrameType)
_NOT_WRITABLE = (
	*_INSIDES,
	type,
	types.FunctionType,
	types.MethodType,
	types.BuiltinFunctionType,
)


class ServerScriptNotEnabled(PermissionError):
	pass


def is_safe_exec_enabled() -> bool:
	"""Whether the configuration allows server scripts."""
	return bool(conf.get(SAFE_EXEC_CONFIG_KEY))


def safe_exec(
	script: str,
	_globals: dict[str, Any] | None = None,
	_locals: dict[str, Any] | None = None,
	*,
	restrict_commit_rollback: bool = False,
	script_filename: str | None = None,
) -> tuple[dict[str, Any], dict[str, Any] | None]:
	"""Run `script` and return its globals and locals.

	Args:
		restrict_commit_rollback: keep the script from ending the transaction that it is called in.

	Raises:
		ServerScriptNotEnabled: the configuration does not allow server scripts.
		SyntaxError: the script tries what RestrictedPython forbids.
	"""
	from minibench.automation.script_globals import get_safe_globals
	from minibench.collaboration.messages import throw
	from minibench.hooks import scrub
	from minibench.translate import _

	if not is_safe_exec_enabled():
		throw(
			_("Server Scripts are disabled. Please enable server scripts from bench configuration."),
			ServerScriptNotEnabled,
			title="Server Scripts Disabled",
		)
	exec_globals = get_safe_globals()
	if _globals:
		exec_globals.update(_globals)
	if restrict_commit_rollback:
		for name in ("commit", "rollback", "add_index"):
			exec_globals["frappe"]["db"].pop(name, None)
	filename = SERVER_SCRIPT_FILE_PREFIX
	if script_filename:
		filename += f": {scrub(script_filename)}"
	with safe_exec_flags():
		exec(compiled(script, filename, "exec"), exec_globals, _locals)
	return exec_globals, _locals


def safe_eval(code: str, eval_globals: dict[str, Any] | None = None, eval_locals: Any = None) -> Any:
	"""The value of the expression `code`, which may use the given names, int, float, long and round.

	Raises:
		SyntaxError: it is no plain expression, or it tries what RestrictedPython forbids.
	"""
	names = {} if eval_globals is None else eval_globals
	names["__builtins__"] = {}
	names.update(_eval_globals())
	return eval(compiled(unicodedata.normalize("NFKC", code), "<safe_eval>", "eval"), names, eval_locals)


@lru_cache(maxsize=2048)
def compiled(code: str, filename: str, mode: str) -> types.CodeType:
	"""Restricted byte code; an expression may not assign."""
	from RestrictedPython import compile_restricted

	if mode == "eval":
		for node in ast.walk(ast.parse(code, mode="eval")):
			if isinstance(node, ast.NamedExpr):
				raise SyntaxError(f"Operation not allowed: line {node.lineno} column {node.col_offset}")
	byte_code: types.CodeType = compile_restricted(code, filename=filename, mode=mode, policy=policy())
	return byte_code


@lru_cache(maxsize=1)
def policy() -> type:
	"""RestrictedPython's transformer, which in addition lets scripts say `_dict`."""
	from RestrictedPython.transformer import RestrictingNodeTransformer

	class ScriptTransformer(RestrictingNodeTransformer):  # type: ignore[misc]
		def check_name(self, node: Any, name: Any, *args: Any, **kwargs: Any) -> Any:
			if name == "_dict":
				return None
			return super().check_name(node, name, *args, **kwargs)

	return ScriptTransformer


@lru_cache(maxsize=1)
def _eval_globals() -> dict[str, Any]:
	from RestrictedPython.Guards import guarded_iter_unpack_sequence

	return {
		"int": int,
		"float": float,
		"long": int,
		"round": round,
		"_getattr_": getattr_for_eval,
		"_getitem_": getitem,
		"_getiter_": iter,
		"_iter_unpack_sequence_": guarded_iter_unpack_sequence,
	}


@contextmanager
def safe_exec_flags() -> Iterator[None]:
	"""`flags.in_safe_exec` counts how deep in scripts we are."""
	flags.in_safe_exec = (flags.in_safe_exec or 0) + 1
	try:
		yield
	finally:
		flags.in_safe_exec -= 1


def getitem(obj: Any, key: Any) -> Any:
	"""`obj[key]`, unless the key starts with an underscore."""
	if isinstance(key, str) and key.startswith("_"):
		raise SyntaxError("Key starts with _")
	return obj[key]


def getattr_for_script(obj: Any, name: str, default: Any = None) -> Any:
	"""`obj.name` in a script: what is absent reads as `default`."""
	from RestrictedPython.Guards import safer_getattr

	_validate_attribute_read(obj, name)
	return safer_getattr(obj, name, default=default)


def getattr_for_eval(obj: Any, name: str, default: Any = ARGUMENT_NOT_SET) -> Any:
	"""`obj.name` in an expression: what is absent raises AttributeError."""
	_validate_attribute_read(obj, name)
	return getattr(obj, name) if default is ARGUMENT_NOT_SET else getattr(obj, name, default)


def _validate_attribute_read(obj: Any, name: Any) -> None:
	if isinstance(name, str) and name in UNSAFE_ATTRIBUTES:
		raise SyntaxError(f"{name} is an unsafe attribute")
	if isinstance(obj, _INSIDES):
		raise SyntaxError(f"Reading {obj} attributes is not allowed")
	if name.startswith("_"):
		raise AttributeError(f'"{name}" is an invalid attribute name because it starts with "_"')


def write_guard(obj: Any) -> Any:
	"""The object itself, if a script may change it."""
	if isinstance(obj, _NOT_WRITABLE):
		raise SyntaxError(f"Not allowed to write to object {obj} of type {type(obj)}")
	return obj


class PrintToDebugLog:
	"""`print()` in a script goes to the response's debug messages, or to the console in a job."""

	def __init__(self, _getattr_: Any = None) -> None:
		self._getattr_ = _getattr_

	def _call_print(self, *objects: Any, **kwargs: Any) -> None:
		with io.StringIO() as output:
			print(*objects, file=output, **{k: v for k, v in kwargs.items() if k in ("sep", "end")})
			log(output.getvalue().strip())


def log(message: str) -> None:
	"""Add to what the response's `_debug_messages` brings."""
	if not local.request:
		print(repr(message))
	local.debug_log.append(str(message))
