"""`./o2c demo`: the site anew, with the demo's year."""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path

import click

from minibench.commands import demo_data
from minibench.commands.place import site_option, sites_path
from minibench.commands.running import ADMIN_PASSWORD, is_running, prepare, running_alone


@click.command()
@site_option
@click.option("--seed", type=click.IntRange(0), help="Another seed tells another year.")
@click.option(
	"--date", "anchor", type=click.DateTime(["%Y-%m-%d"]), help="The year's last day; today by default."
)
@click.option("--orders", type=click.IntRange(1, 5000), help="How many orders the year has; 300 by default.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--admin-password", default=ADMIN_PASSWORD, help="Administrator's password.")
def demo(
	site: str, seed: int | None, anchor: datetime | None, orders: int | None, yes: bool, admin_password: str
) -> None:
	"""Make the site anew, with the demo: a distributor's year from orders to cash. The same seed makes the same year."""
	folder = sites_path() / site
	if is_running(folder):
		raise click.ClickException(f"{site} is running: stop that `./o2c start` before its data is replaced.")
	if folder.exists() and not yes:
		click.confirm(f"All data of {site} will be replaced by the demo. Go on?", abort=True)
	kept = _put_aside(folder)
	try:
		prepare(site, admin_password, demo=demo_data.wanted(seed, anchor.date() if anchor else None, orders))
	except BaseException:
		if kept and not folder.exists():
			os.replace(kept, folder)
		raise
	with running_alone(folder):
		logins = demo_data.load(site)
	click.echo(f"{site} has the demo; `./o2c start` serves it. Log in as Administrator")
	if logins:
		click.echo(demo_data.listed(logins), nl=False)
	if kept:
		click.echo(f"The replaced site is kept in {kept} until the next `./o2c demo`.")


def _put_aside(folder: Path) -> Path | None:
	"""Move the site out of the way, in place of one that was put there before. Returns where it is now."""
	from minibench.data.connection_pool import close_idle_connections

	if not folder.exists():
		return None
	kept = folder.with_name(f".{folder.name}.before-demo")
	close_idle_connections(folder)
	shutil.rmtree(kept, ignore_errors=True)
	os.replace(folder, kept)
	return kept
