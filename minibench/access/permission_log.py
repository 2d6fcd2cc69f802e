"""Why a permission was refused: the reasons for the user, and every step for whoever debugs."""

from __future__ import annotations

from minibench.context import flags, local


def push_perm_check_log(log: str, debug: bool = False) -> None:
	"""Add a reason for the refusal at hand, if anybody collects them."""
	note(debug, log)
	collected = flags.get("has_permission_check_logs")
	if collected is not None:
		collected.append(log)


def note(debug: bool, log: str) -> None:
	"""Keep a step, if somebody debugs."""
	if debug:
		_debug_log(log)


def _debug_log(log: str) -> None:
	if not hasattr(local, "permission_debug_log"):
		local.permission_debug_log = []
	local.permission_debug_log.append(log)


def _pop_debug_log() -> list[str]:
	"""The steps that checks with `debug` have noted since the last call."""
	log: list[str] = getattr(local, "permission_debug_log", None) or []
	if log:
		del local.permission_debug_log
	return log
