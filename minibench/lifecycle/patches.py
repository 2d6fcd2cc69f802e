"""Runs each app's patches.txt once per site, before and after the DocTypes are synced."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from minibench.context import db, flags
from minibench.errors import ValidationError

Section = Literal["pre_model_sync", "post_model_sync"]


class PatchError(ValidationError):
	"""A patch failed; the site keeps what earlier patches did, and the migration stops there."""


def read_patches(app: str) -> dict[str, list[str]]:
	"""The app's patches by section. A file without sections is all pre_model_sync, as in Frappe."""
	from minibench.hooks import get_app_path

	sections: dict[str, list[str]] = {"pre_model_sync": [], "post_model_sync": []}
	file = Path(get_app_path(app, "patches.txt"))
	if not file.exists():
		return sections
	current = "pre_model_sync"
	for line in file.read_text().splitlines():
		line = line.split("#")[0].strip()
		if line.startswith("[") and line.endswith("]"):
			current = line[1:-1]
			if current not in sections:
				raise PatchError(
					f"{file}: unknown section [{current}]; use [pre_model_sync] or [post_model_sync]"
				)
		elif line:
			sections[current].append(line)
	return sections


def run_patches(app: str, section: Section) -> list[str]:
	"""Run what the site has not run yet, each patch in a transaction of its own; return their names.

	Raises:
		PatchError: naming the patch that failed; its own writes are rolled back.
	"""
	from minibench.data.query import get_all

	done = set(get_all("Patch Log", filters={"skipped": 0}, pluck="patch"))
	ran = []
	for patch in read_patches(app)[section]:
		if patch in done:
			continue
		try:
			flags.in_patch = True
			_execute(patch)
			mark_done(patch)
			db.commit()
		except Exception as error:
			db.rollback()
			raise PatchError(f"Patch {patch} of {app} failed: {error}") from error
		finally:
			flags.in_patch = False
		ran.append(patch)
	return ran


def _execute(patch: str) -> None:
	from minibench.hooks import get_attr

	if patch.startswith("execute:"):
		import frappe

		exec(compile(patch.removeprefix("execute:"), f"<{patch}>", "exec"), {"frappe": frappe})
		return
	get_attr(f"{patch.split()[0]}.execute")()


def mark_done(patch: str) -> None:
	"""Remember that this site needs the patch no more."""
	from minibench.model.document import get_doc

	get_doc({"doctype": "Patch Log", "patch": patch}).insert(ignore_permissions=True)


def mark_all_done(app: str) -> None:
	"""A fresh install starts where all patches would have led it."""
	from minibench.data.query import get_all

	done = set(get_all("Patch Log", pluck="patch"))
	for patches in read_patches(app).values():
		for patch in patches:
			if patch not in done:
				mark_done(patch)
