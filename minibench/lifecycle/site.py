"""A site's life: made, given apps, migrated, relieved of apps.

A site is a folder below sites/: site_config.json, site.db, the files. It is built under a hidden name and moved into
place when whole, so a half-made site is never taken for a real one.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from minibench import context
from minibench.context import db, flags, local
from minibench.data.connection_pool import close_idle_connections
from minibench.errors import AppNotInstalledError, ValidationError

Progress = Callable[[str], None]


def _silent(_message: str) -> None:
	pass


def exists(site: str, sites_path: Path) -> bool:
	return (sites_path / site / "site_config.json").exists()


def new_site(
	site: str,
	sites_path: Path,
	admin_password: str,
	apps: Iterable[str] = ("erpnext", "o2c_extensions"),
	config: dict[str, object] | None = None,
	progress: Progress = _silent,
) -> None:
	"""Make `site` below `sites_path` with `apps` installed. Leaves the thread without a site.

	Raises:
		ValidationError: the site is there already.
	"""
	from cryptography.fernet import Fernet

	if exists(site, sites_path):
		raise ValidationError(f"The site {site} exists already in {sites_path}")
	building = f".{site}.new"
	folder = sites_path / building
	shutil.rmtree(folder, ignore_errors=True)
	for name in ("public/files", "private/files", "private/backups", "logs"):
		(folder / name).mkdir(parents=True)
	write_config(folder, {"encryption_key": Fernet.generate_key().decode(), **(config or {})})
	context.init(building, sites_path, new_site=True, force=True)
	try:
		context.connect()
		_install_framework(admin_password, progress)
		for app in apps:
			install_app(app, progress)
	finally:
		context.destroy()
		close_idle_connections(folder)
	for name in (".write.lock", ".write.queue"):
		(folder / name).unlink(missing_ok=True)
	os.replace(folder, sites_path / site)


def write_config(folder: Path, config: dict[str, object]) -> None:
	"""Write site_config.json whole or not at all, readable by its owner only: it holds the encryption key."""
	temporary = folder / ".site_config.json.new"
	temporary.touch(mode=0o600)
	temporary.write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")
	os.replace(temporary, folder / "site_config.json")


def update_config(key: str, value: object) -> None:
	"""Set one key of the current site's site_config.json; None removes it."""
	folder = Path(local.site_path)
	config = json.loads((folder / "site_config.json").read_text())
	if value is None:
		config.pop(key, None)
	else:
		config[key] = value
	write_config(folder, config)
	local.conf[key] = value


def _install_framework(admin_password: str, progress: Progress) -> None:
	from minibench.access import users
	from minibench.background import scheduler
	from minibench.collaboration import folders
	from minibench.data import schema
	from minibench.lifecycle import apps as app_records
	from minibench.lifecycle import geography, importer, site_defaults
	from minibench.printing import print_styles

	progress("framework")
	flags.in_install = "frappe"
	schema.bootstrap(db)
	importer.bootstrap(db)
	app_records.sync_modules("frappe")
	importer.sync_app("frappe")
	users.install_standard_users(admin_password)
	print_styles.install()
	geography.install()
	site_defaults.save_settings()
	folders.make_home_folder()
	_register("frappe")
	scheduler.sync_jobs()
	scheduler.enable_scheduler()
	flags.in_install = None
	db.commit()


def install_app(app: str, progress: Progress = _silent) -> None:
	"""Install one app: its DocTypes and records, hooks before_install and after_install, fixtures.

	All in one transaction: an app that fails to install leaves nothing behind. Does nothing if it is installed.

	Raises:
		AppNotInstalledError: an app that it requires is missing.
	"""
	from minibench import hooks
	from minibench.background import scheduler
	from minibench.lifecycle import apps as app_records
	from minibench.lifecycle import importer, site_defaults

	if app in hooks.get_installed_apps():
		return
	missing = [name for name in required_apps(app) if name not in hooks.get_installed_apps()]
	if missing:
		raise AppNotInstalledError(f"{app} requires {', '.join(missing)}: install that first")
	progress(app)
	flags.in_install = app
	try:
		for dotted in hooks.get_hooks("before_install", app_name=app):
			if hooks.get_attr(dotted)() is False:
				raise ValidationError(f"{app}: {dotted} refused the installation")
		app_records.sync_modules(app)
		importer.sync_app(app)
		_register(app)
		for dotted in hooks.get_hooks("after_install", app_name=app):
			hooks.get_attr(dotted)()
		scheduler.sync_jobs()
		importer.sync_fixtures(app)
		site_defaults.sync_portal_menu()
		for dotted in hooks.get_hooks("after_sync", app_name=app):
			hooks.get_attr(dotted)()
		db.commit()
	except BaseException:
		db.rollback()
		raise
	finally:
		flags.in_install = None


def required_apps(app: str) -> list[str]:
	"""The apps that `app` needs. A hook may name them with their owner, "frappe/erpnext", and a tag, as v15 reads it."""
	from minibench import hooks

	named = hooks.get_hooks("required_apps", app_name=app)
	return [name.rstrip("/").partition("@")[0].rpartition("/")[2] for name in named]


def _register(app: str) -> None:
	from minibench.lifecycle import apps as app_records
	from minibench.lifecycle import patches

	app_records.add_installed(app)
	patches.mark_all_done(app)


def migrate(progress: Progress = _silent) -> list[str]:
	"""Bring the current site up to its apps' files; running it twice changes nothing. Returns the patches run."""
	from minibench import hooks
	from minibench.background import scheduler
	from minibench.data import schema
	from minibench.lifecycle import apps as app_records
	from minibench.lifecycle import importer, patches, site_defaults
	from minibench.model import meta

	flags.in_migrate = True
	ran: list[str] = []
	try:
		schema.bootstrap(db)
		apps = hooks.get_installed_apps()
		_call_hooks("before_migrate", apps)
		for app in apps:
			ran += patches.run_patches(app, "pre_model_sync")
		for app in apps:
			progress(app)
			app_records.sync_modules(app)
			importer.sync_app(app)
		for app in apps:
			ran += patches.run_patches(app, "post_model_sync")
		scheduler.sync_jobs()
		for app in apps:
			importer.sync_fixtures(app)
		site_defaults.sync_portal_menu()
		_call_hooks("after_migrate", apps)
		db.commit()
	except BaseException:
		db.rollback()
		raise
	finally:
		flags.in_migrate = False
		meta.bump_epoch()
		db.commit()
	return ran


def _call_hooks(hook: str, apps: Iterable[str]) -> None:
	from minibench import hooks

	for app in apps:
		for dotted in hooks.get_hooks(hook, app_name=app):
			hooks.get_attr(dotted)()
	db.commit()


def uninstall_app(app: str, progress: Progress = _silent) -> None:
	"""Remove an app with its DocTypes and their rows; other apps' data stays.

	Raises:
		AppNotInstalledError: the app is not installed.
		ValidationError: another installed app requires it, or it is the framework.
	"""
	from minibench import hooks
	from minibench.background import scheduler
	from minibench.lifecycle import apps as app_records

	if app not in hooks.get_installed_apps():
		raise AppNotInstalledError(f"{app} is not installed on {local.site}")
	if app == "frappe":
		raise ValidationError("The framework itself cannot be uninstalled")
	for other in hooks.get_installed_apps():
		if app in required_apps(other):
			raise ValidationError(f"{other} requires {app}: uninstall {other} first")
	progress(app)
	flags.in_uninstall = app
	try:
		for dotted in hooks.get_hooks("before_uninstall", app_name=app):
			hooks.get_attr(dotted)()
		app_records.remove_records(app)
		app_records.remove_installed(app)
		scheduler.sync_jobs()
		for dotted in hooks.get_hooks("after_uninstall", app_name=app):
			hooks.get_attr(dotted)()
		db.commit()
	except BaseException:
		db.rollback()
		raise
	finally:
		flags.in_uninstall = None
