"""Where the commands find the sites, and which site they mean."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from minibench import activate, context
from minibench.activation import ROOT

DEFAULT_SITE = "o2c.localhost"


def sites_path() -> Path:
	"""The sites folder: O2C_SITES, or sites/ beside the `o2c` command."""
	return Path(os.environ.get("O2C_SITES") or ROOT / "sites").resolve()


def collect_garbage_seldom() -> None:
	"""Making a site or a year of documents leaves little behind that only the garbage collector finds: it need not look at
	all that is known after every few objects. That would cost a tenth of the time."""
	gc.collect()
	gc.freeze()
	gc.set_threshold(50_000, 20, 50)


def site_option(command: Callable[..., Any]) -> Callable[..., Any]:
	"""`--site`, by default O2C_SITE or o2c.localhost."""
	return click.option(
		"--site",
		envvar="O2C_SITE",
		default=DEFAULT_SITE,
		show_default=True,
		help="The site's folder name below sites/.",
	)(command)


@contextmanager
def connected(site: str) -> Iterator[None]:
	"""Open the site as Administrator; commit what the block did, or roll it back when it raised."""
	from minibench.lifecycle import site as sites

	activate()
	if not sites.exists(site, sites_path()):
		raise click.ClickException(f"There is no site {site} in {sites_path()}. `./o2c start` makes one.")
	context.init(site, sites_path(), force=True)
	try:
		context.connect()
		yield
		context.db.commit()
	except BaseException:
		if context.local.db is not None:
			context.db.rollback()
		raise
	finally:
		context.destroy()
