"""Commands that work on one site: migrate, apps, execute, console, backup, restore."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from minibench.commands.place import connected, site_option, sites_path


@click.command()
@site_option
def migrate(site: str) -> None:
	"""Bring the site up to the apps' files: patches, DocTypes, fixtures, jobs."""
	from minibench.commands import freshness
	from minibench.lifecycle.site import migrate as run_migration

	with connected(site):
		ran = run_migration(lambda app: click.echo(f"migrating {app}"))
	freshness.remember(sites_path() / site)
	click.echo(f"{site} is up to date; {len(ran)} patches ran." if ran else f"{site} is up to date.")


@click.command("install-app")
@site_option
@click.argument("app")
def install_app(site: str, app: str) -> None:
	"""Install APP on the site."""
	from minibench.lifecycle.site import install_app as install

	with connected(site):
		install(app, lambda name: click.echo(f"installing {name}"))


@click.command("uninstall-app")
@site_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.argument("app")
def uninstall_app(site: str, app: str, yes: bool) -> None:
	"""Remove APP and its DocTypes' data from the site, after a backup."""
	from minibench.lifecycle.backup import backup as write_backup
	from minibench.lifecycle.site import uninstall_app as uninstall

	if not yes:
		click.confirm(f"All records of {app} on {site} will be deleted. Go on?", abort=True)
	click.echo(f"Backup: {write_backup(site, sites_path())}")
	with connected(site):
		uninstall(app, lambda name: click.echo(f"uninstalling {name}"))


@click.command()
@site_option
@click.argument("dotted_path")
@click.option("--args", "arguments", default="[]", help="Positional arguments as a JSON list.")
@click.option("--kwargs", "keywords", default="{}", help="Keyword arguments as a JSON object.")
def execute(site: str, dotted_path: str, arguments: str, keywords: str) -> None:
	"""Call the function DOTTED_PATH on the site, commit, and print what it returns as JSON."""
	positional: list[Any] = _parse(arguments, list, "--args")
	named: dict[str, Any] = _parse(keywords, dict, "--kwargs")
	with connected(site):
		from minibench.hooks import get_attr
		from minibench.values.jsonio import as_json

		try:
			function = get_attr(dotted_path)
		except (ImportError, AttributeError, ValueError) as error:
			raise click.ClickException(f"{dotted_path} cannot be called: {error}") from error
		result = function(*positional, **named)
		if result is not None:
			click.echo(as_json(result))


def _parse(text: str, kind: type, option: str) -> Any:
	try:
		value = json.loads(text)
	except ValueError as error:
		raise click.BadParameter(f"not valid JSON: {error}", param_hint=option) from error
	if not isinstance(value, kind):
		raise click.BadParameter(f"must be a JSON {'list' if kind is list else 'object'}", param_hint=option)
	return value


@click.command()
@site_option
def console(site: str) -> None:
	"""A Python prompt on the site, as Administrator. Nothing is kept without frappe.db.commit()."""
	import code

	with connected(site):
		import frappe

		code.interact(
			banner=f"{site}: `frappe` is connected; frappe.db.commit() keeps changes, Ctrl-D leaves.",
			local={"frappe": frappe},
			exitmsg="",
		)
		frappe.db.rollback()


@click.command()
@site_option
@click.option("--to", "target", type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
def backup(site: str, target: Path | None) -> None:
	"""Write the site, its files and its keys to one .tar.gz. The site may be in use."""
	from minibench.lifecycle.backup import backup as write_backup

	click.echo(str(write_backup(site, sites_path(), target)))


@click.command()
@site_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(site: str, archive: Path, yes: bool) -> None:
	"""Put the site back to what ARCHIVE holds. Stop `./o2c start` first; the replaced site is kept aside."""
	from minibench.commands.running import is_running
	from minibench.lifecycle.backup import restore as put_back

	if is_running(sites_path() / site):
		raise click.ClickException(f"{site} is running: stop `./o2c start` before restoring it.")
	if not yes and (sites_path() / site).exists():
		click.confirm(f"{site} will be replaced by {archive.name}. Go on?", abort=True)
	kept = put_back(site, sites_path(), archive)
	click.echo(f"{site} is restored." + (f" The replaced site is kept in {kept}." if kept else ""))
