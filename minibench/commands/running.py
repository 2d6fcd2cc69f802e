"""`start` and the three processes it runs: web, worker, scheduler."""

from __future__ import annotations

import fcntl
import os
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import click

from minibench import activate
from minibench.activation import ROOT
from minibench.commands import demo_data, freshness, workspace
from minibench.commands.place import collect_garbage_seldom, connected, site_option, sites_path

ADMIN_PASSWORD = "admin"
APPS = ("erpnext", "o2c_extensions")
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@click.command()
@site_option
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), envvar="PORT")
@click.option(
	"--admin-password", default=ADMIN_PASSWORD, help="Administrator's password, when the site is made."
)
@click.option(
	"--empty", is_flag=True, help="Make the site without the demo's company and its year of orders."
)
@click.option("--no-build", is_flag=True, envvar="O2C_NO_BUILD", help="Leave the staff workspace as it is.")
@click.option("--apps", default=",".join(APPS), help="The apps of a new site.", hidden=True)
def start(site: str, port: int, admin_password: str, empty: bool, no_build: bool, apps: str) -> None:
	"""Make the site and its demo if there is none, then run web, worker and scheduler until Ctrl-C."""
	_refuse_taken_port(port)
	folder = sites_path() / site
	wanted = None if empty else demo_data.wanted()
	names = [app for app in apps.split(",") if app]
	builds = "o2c_extensions" in names and not no_build
	with workspace.built_meanwhile(click.echo) if builds else nullcontext():
		prepare(site, admin_password, names, wanted)
		with running_alone(folder):
			logins = demo_data.load(site)
			raise SystemExit(_run_procfile(site, port, logins))


def _refuse_taken_port(port: int) -> None:
	with socket.socket() as probe:
		probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
		try:
			probe.bind(("127.0.0.1", port))
		except OSError as error:
			raise click.ClickException(
				f"port {port} cannot be used ({error.strerror}). Stop what uses it, or choose another: "
				f"./o2c start --port {port + 1}"
			) from error


def prepare(
	site: str,
	admin_password: str,
	apps: Sequence[str] = APPS,
	demo: dict[str, object] | None = None,
) -> None:
	"""Make the site, or bring it up to the apps' files.

	Args:
		demo: what a new site is to be loaded with then.
	"""
	from minibench.lifecycle import site as sites

	folder = sites_path() / site
	activate()
	if not sites.exists(site, sites_path()):
		from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

		sites_path().mkdir(parents=True, exist_ok=True)
		columns = (
			TextColumn("Making {task.fields[site]}: {task.description:<16}"),
			BarColumn(),
			TimeElapsedColumn(),
		)
		with Progress(*columns) as bar:
			task = bar.add_task("preparing", total=len(apps) + 1, site=site)

			def tell(step: str) -> None:
				bar.update(task, description=step, advance=0 if step == "framework" else 1)

			collect_garbage_seldom()
			config: dict[str, object] = {demo_data.WANTED: demo} if demo else {}
			sites.new_site(site, sites_path(), admin_password, apps, config, tell)
			bar.update(task, description="done", completed=len(apps) + 1)
		freshness.remember(folder)
	elif not freshness.is_fresh(folder):
		click.echo("The app's files have changed: migrating.")
		with connected(site):
			sites.migrate(lambda app: click.echo(f"  {app}"))
		freshness.remember(folder)


def _run_procfile(site: str, port: int, logins: demo_data.Logins | None) -> int:
	from honcho.environ import parse_procfile
	from honcho.manager import Manager
	from honcho.printer import Printer

	environment = {
		**os.environ,
		"PORT": str(port),
		"O2C_SITE": site,
		"O2C_SITES": str(sites_path()),
		"PYTHONUNBUFFERED": "1",
	}
	manager = Manager(Printer(sys.stdout, colour=sys.stdout.isatty()))
	for name, command in parse_procfile((ROOT / "Procfile").read_text()).processes.items():
		manager.add_process(name, command, cwd=str(ROOT), env=environment)
	threading.Thread(target=_announce, args=(site, port, logins), daemon=True).start()
	manager.loop()
	return int(manager.returncode or 0)


def _announce(site: str, port: int, logins: demo_data.Logins | None) -> None:
	"""Print the address and the logins once the first page is served."""
	address = f"http://127.0.0.1:{port}"
	for _attempt in range(600):
		try:
			urllib.request.urlopen(f"{address}/api/method/ping", timeout=5).read()
			break
		except (urllib.error.URLError, OSError):
			time.sleep(0.05)
	else:
		click.echo(f"The web process does not answer on {address}; its messages stand above.", err=True)
		return
	administrator = f"Log in as Administrator / {_password_hint(site)}"
	also = demo_data.listed(logins) if logins else ""
	click.echo(f"\n  {site} is ready: {address}\n  {administrator}\n{also}  Ctrl-C stops everything.\n")


def _password_hint(site: str) -> str:
	published = is_published(site, {"Administrator": ADMIN_PASSWORD})
	return ADMIN_PASSWORD if published else "(the password you chose)"


def is_published(site: str, passwords: dict[str, str]) -> bool:
	"""Whether one of these users still has the password that everybody can read in the sources."""
	with connected(site):
		from minibench.access.passwords import check_password
		from minibench.errors import AuthenticationError

		for user, password in passwords.items():
			try:
				check_password(user, password)
			except AuthenticationError:
				continue
			return True
	return False


class running_alone:
	"""One `start` per site; `restore` asks it whether the site is in use."""

	def __init__(self, folder: Path) -> None:
		self.folder = folder

	def __enter__(self) -> None:
		self.file = (self.folder / ".running").open("a+")
		try:
			fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
		except BlockingIOError:
			raise click.ClickException(
				f"{self.folder.name} is running already: stop that `./o2c start` first."
			) from None

	def __exit__(self, *_exc: object) -> None:
		self.file.close()


def is_running(folder: Path) -> bool:
	"""Whether a `./o2c start` holds this site."""
	if not (folder / ".running").exists():
		return False
	with (folder / ".running").open("a+") as file:
		try:
			fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
		except BlockingIOError:
			return True
	return False


def _refuse_published_passwords(site: str) -> None:
	if is_published(site, {"Administrator": ADMIN_PASSWORD}):
		raise click.ClickException(
			"Administrator's password is the published one: change it before listening beyond this machine."
		)
	logins = demo_data.of(site)
	if logins and is_published(site, dict.fromkeys(logins.users, logins.password)):
		raise click.ClickException(
			"The demo's users have a published password: the demo is for this machine only."
		)


@click.command()
@site_option
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 256))
def web(site: str, port: int, host: str, threads: int) -> None:
	"""The web process alone."""
	from minibench.web.server import serve

	activate()
	if host not in LOOPBACK:
		_refuse_published_passwords(site)
	serve(sites_path(), site=site, host=host, port=port, threads=threads)


@click.command()
@site_option
@click.option("--burst", is_flag=True, help="Stop when no job is left.")
def worker(site: str, burst: bool) -> None:
	"""The process that runs background jobs."""
	from minibench.background import jobs

	activate()
	jobs.work(site, sites_path(), burst=burst)


@click.command()
@site_option
def scheduler(site: str) -> None:
	"""The process that enqueues scheduled jobs when they are due."""
	from minibench.background import scheduler as clock

	activate()
	clock.run_forever(site, sites_path())
