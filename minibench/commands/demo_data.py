"""The demo as the command line has it: wanted by a site from its making on, loaded with a bar, gone on with after a kill.

What a site is to be loaded with stands in its site_config.json until it is loaded. That file comes with the site itself, so
no moment is left in which a killed process could forget it.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, NamedTuple

import click

from minibench import context
from minibench.commands.place import collect_garbage_seldom, connected

WANTED = "o2c_demo"
_LOADER = "o2c_extensions.demo.load"


class Logins(NamedTuple):
	password: str
	users: dict[str, str]
	"""user -> what the login is for"""


def wanted(
	seed: int | None = None, anchor: date | None = None, orders: int | None = None
) -> dict[str, object]:
	"""What a new site is to be loaded with. The day is fixed now: a site that is finished tomorrow has the same year."""
	given = {"seed": seed, "orders": orders}
	return {
		"date": str(anchor or date.today()),
		**{key: value for key, value in given.items() if value is not None},
	}


def load(site: str) -> Logins | None:
	"""Load what the site is still to be loaded with. Returns the demo's logins, None on a site without it."""
	with connected(site), _terminable():
		if "o2c_extensions" not in _apps():
			return None
		if parameters := context.local.conf.get(WANTED):
			_load(parameters)
		return _logins()


def of(site: str) -> Logins | None:
	"""The logins of the site's demo, if it has one."""
	with connected(site):
		return _logins() if "o2c_extensions" in _apps() else None


def _apps() -> list[str]:
	from minibench.hooks import get_installed_apps

	return list(get_installed_apps())


def _loader(name: str) -> Any:
	from minibench.hooks import get_attr

	return get_attr(f"{_LOADER}.{name}")


def _load(parameters: dict[str, Any]) -> None:
	from rich.console import Console
	from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

	from minibench.lifecycle.site import update_config

	_wait_for_silent_runner()
	collect_garbage_seldom()
	columns = (
		TextColumn("Loading the demo: a year in"),
		MofNCompleteColumn(),
		TextColumn("steps"),
		BarColumn(),
	)
	with Progress(*columns, TimeElapsedColumn(), console=Console(file=sys.stdout)) as bar:
		task = bar.add_task("", total=None)

		def tell(done: int, total: int) -> None:
			bar.update(task, completed=done, total=total)

		_loader("load")(**parameters, progress=tell)
	update_config(WANTED, None)


def _wait_for_silent_runner() -> None:
	"""A loader that was killed without a word is taken for alive for a while: by then it shows whether it is."""
	seconds = _loader("seconds_until_free")()
	if seconds:
		click.echo(
			f"The demo was being loaded when its process was killed: going on in {seconds:.0f} seconds."
		)
		context.db.rollback()
		time.sleep(seconds)


def _logins() -> Logins | None:
	found = _loader("loaded")()
	return Logins(found["password"], found["users"]) if found else None


def listed(logins: Logins) -> str:
	"""One line for each login."""
	width = max(map(len, logins.users))
	lines = [f"    {user:<{width}}  {purpose}\n" for user, purpose in logins.users.items()]
	return f"  or, with the password {logins.password}, as\n" + "".join(lines)


@contextmanager
def _terminable() -> Iterator[None]:
	"""Let SIGTERM end what is done inside as Ctrl-C does: in order, so that another process can go on at once."""

	def end(_signal: int, _frame: object) -> None:
		raise SystemExit(143)

	before = signal.signal(signal.SIGTERM, end)
	try:
		yield
	finally:
		signal.signal(signal.SIGTERM, before)
