"""Brings a site's records in line with an app's files: DocTypes, reports, workspaces, fixtures, customizations.

A DocType's file is imported when its content has changed since the last time, any other record's file when its
`modified` is later than the stored one. Importing replaces the stored record, so what was deleted from the file is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from minibench.context import db, flags
from minibench.errors import DoesNotExistError
from minibench.hooks import get_app_path, get_installed_apps, scrub
from minibench.lifecycle.app_files import (
	calculate_hash,
	get_file_path,
	read_records,
	record_files,
	sync_files,
)
from minibench.model.controllers import get_controller
from minibench.model.customizations import sync_customizations
from minibench.model.fieldtypes import doctype_tables, doctypes_for_doctype
from minibench.model.meta import bump_epoch, get_meta
from minibench.model.meta_row import MetaRow

__all__ = [
	"bootstrap",
	"import_doc",
	"import_doctype_file",
	"import_file",
	"import_file_by_path",
	"import_record",
	"reload_doc",
	"reload_doctype",
	"sync_all",
	"sync_app",
	"sync_customizations",
	"sync_fixtures",
]

Preprocess = Callable[[Any], Any]

# Settings of standard records that a site may change and an import must not reset.
KEPT_VALUES = {
	"Report": ("disabled", "prepared_report", "add_total_row"),
	"Print Format": ("disabled",),
	"Notification": ("enabled",),
	"Print Style": ("disabled",),
	"Workspace": ("is_hidden",),
}


# --- the first rows --------------------------------------------------------------------------------------------------


def bootstrap(database: Any) -> None:
	"""Make the tables of the framework's DocTypes and store their definitions, so that documents can be made at all.

	Nothing is checked and no event is called: whatever would be called is itself being set up.
	"""
	from minibench.data import schema

	definitions = [(path, read_records(path)[0]) for path in record_files("frappe")]
	for _path, definition in definitions:
		schema.sync(_definition_as_meta(definition), database)
	rows: dict[str, list[dict[str, Any]]] = {}
	for path, definition in definitions:
		for table, row in _definition_rows(definition, calculate_hash(path)):
			rows.setdefault(table, []).append(row)
	for table, found in rows.items():
		columns = list(get_meta(table).get_valid_columns())
		database.bulk_insert(
			table, columns, [[_value(table, row, column) for column in columns] for row in found]
		)
	bump_epoch()


def _definition_as_meta(definition: dict[str, Any]) -> MetaRow:
	return MetaRow({**definition, "fields": [MetaRow(df) for df in definition.get("fields", [])]})


def _definition_rows(definition: dict[str, Any], file_hash: str) -> Iterator[tuple[str, dict[str, Any]]]:
	from minibench.model.naming import make_autoname

	stamp = {
		"creation": definition.get("creation"),
		"modified": definition.get("modified"),
		"owner": "Administrator",
		"modified_by": "Administrator",
	}
	name = definition["name"]
	yield "DocType", {**definition, **stamp, "migration_hash": file_hash, "custom": 0}
	for fieldname, table in doctype_tables.items():
		for idx, row in enumerate(definition.get(fieldname, []), 1):
			parents = {"parent": name, "parenttype": "DocType", "parentfield": fieldname}
			yield (
				table,
				{**row, **stamp, **parents, "idx": idx, "name": row.get("name") or make_autoname("hash")},
			)


def _value(table: str, row: dict[str, Any], column: str) -> Any:
	value = row.get(column)
	if value is None and column in ("docstatus", "idx"):
		return 0
	df = get_meta(table).get_field(column)
	if value is None and df and df.fieldtype in ("Int", "Check"):
		return 0
	return value


def _update_core_tables() -> None:
	"""The tables that hold DocTypes must have all columns before any DocType can be imported."""
	from minibench.data import schema

	for doctype in doctypes_for_doctype:
		schema.sync(get_meta(doctype), db)


# --- files -----------------------------------------------------------------------------------------------------------


def sync_app(app: str, force: bool = False, reset_permissions: bool = False) -> None:
	"""Import what has changed in an app's files: DocTypes first, then the records that its modules bring along."""
	if app == "frappe":
		_update_core_tables()
	sync_files(
		app,
		lambda path: import_file_by_path(
			path, force, ignore_version=True, reset_permissions=reset_permissions
		),
	)
	sync_customizations(app)
	# Later, a DocType that is imported makes its own; a role that an administrator has deleted stays away.
	if flags.in_install == "frappe":
		_make_missing_roles()


def sync_all(force: bool = False, reset_permissions: bool = False) -> None:
	"""sync_app() for all installed apps."""
	for app in get_installed_apps():
		sync_app(app, force, reset_permissions)


def _make_missing_roles() -> None:
	"""Roles that DocTypes give permissions to which were written before there was a table of roles."""
	from minibench.model.document import get_doc

	missing = db.execute(
		"select distinct p.role from `tabDocPerm` p join `tabDocType` d on d.name = p.parent "
		"left join `tabRole` r on r.name = p.role where r.name is null and p.role is not null order by p.role"
	)
	for (role,) in missing:
		get_doc({"doctype": "Role", "role_name": role, "desk_access": 1}).insert(
			ignore_permissions=True, ignore_mandatory=True
		)


def import_file_by_path(
	path: str | Path,
	force: bool = False,
	data_import: bool = False,
	pre_process: Preprocess | None = None,
	ignore_version: bool | None = None,
	reset_permissions: bool = False,
) -> bool:
	"""Import the records of a JSON file that have changed. False where there is no such file.

	Args:
		data_import: check the records as if a user had entered them.
		pre_process: called with each document before it is saved.
	"""
	from minibench.values.dates import get_datetime, now

	if not Path(path).exists():
		return False
	file_hash = calculate_hash(path)
	for values in read_records(path):
		doctype, name = values["doctype"], values["name"]
		stored = _stored_state(doctype, name)
		is_latest = bool(
			stored and values.get("modified") and get_datetime(values["modified"]) <= get_datetime(stored[0])
		)
		if not force and stored and (stored[1] == file_hash or (is_latest and doctype != "DocType")):
			continue
		modified = values.get("modified")
		import_record(values, data_import, pre_process, ignore_version, reset_permissions, path)
		if doctype == "DocType":
			db.set_value("DocType", name, "migration_hash", file_hash, update_modified=False)
			if is_latest:
				# The file has changed but not its date: what else depends on the date must still notice.
				modified = now()
		if modified:
			_set_modified(doctype, name, modified)
	return True


def _stored_state(doctype: str, name: str) -> tuple[Any, Any] | None:
	"""When the stored record was modified, and the hash of the file that it came from."""
	if doctype == "DocType":
		rows = db.execute("select modified, migration_hash from `tabDocType` where name = ?", (name,))
		return (rows[0][0], rows[0][1]) if rows else None
	modified = db.get_value(doctype, name, "modified")
	return (modified, None) if modified else None


def _set_modified(doctype: str, name: str, modified: Any) -> None:
	if doctype == name and name != "DocType":
		db.set_single_value(doctype, "modified", modified, update_modified=False)
	else:
		db.set_value(doctype, name, "modified", modified, update_modified=False)


def import_record(
	values: dict[str, Any],
	data_import: bool = False,
	pre_process: Preprocess | None = None,
	ignore_version: bool | None = None,
	reset_permissions: bool = False,
	path: str | Path | None = None,
) -> Any:
	"""Store one record in place of the one of the same name. Unless `data_import`, nothing is checked."""
	from minibench.model.document import get_doc

	before, flags.in_import = flags.in_import, True
	try:
		values["__islocal"] = 1
		prepare = getattr(get_controller(values["doctype"]), "prepare_for_import", None)
		if callable(prepare):
			prepare(values)
		doc = get_doc(values)
		_forget_tree_position(doc)
		_load_code_files(doc, path)
		doc.run_method("before_import")
		doc.flags.ignore_version = ignore_version
		if pre_process:
			pre_process(doc)
		if db.exists(doc.doctype, doc.name):
			_delete_old(doc)
		doc.flags.ignore_links = True
		if not data_import:
			doc.flags.ignore_validate = True
			doc.flags.ignore_permissions = True
			doc.flags.ignore_mandatory = True
		doc.insert()
	finally:
		flags.in_import = before
	return doc


def _forget_tree_position(doc: Any) -> None:
	"""A node's place among the others is counted on the site, never imported."""
	if doc.meta.is_tree:
		doc.lft = doc.rgt = None


def _load_code_files(doc: Any, path: str | Path | None) -> None:
	"""Fields whose text has a file of its own beside the JSON."""
	if path and hasattr(doc, "get_code_fields"):
		for fieldname, extension in doc.get_code_fields().items():
			file = Path(path).with_suffix(f".{extension}")
			if file.exists():
				doc.set(fieldname, file.read_text())


def _delete_old(doc: Any) -> None:
	from minibench.model.deletion import delete_doc
	from minibench.model.document import get_doc

	old = get_doc(doc.doctype, doc.name)
	for fieldname in KEPT_VALUES.get(doc.doctype, ()):
		doc.set(fieldname, old.get(fieldname))
	delete_doc(doc.doctype, doc.name, force=1, for_reload=True)


# --- by name -----------------------------------------------------------------------------------------------------------


def import_file(
	module: str,
	dt: str,
	dn: str,
	force: bool = False,
	pre_process: Preprocess | None = None,
	reset_permissions: bool = False,
) -> bool:
	"""Import one record's file of a module."""
	return import_file_by_path(
		get_file_path(module, dt, dn), force, pre_process=pre_process, reset_permissions=reset_permissions
	)


def import_doctype_file(path: str | Path, force: bool = False) -> bool:
	"""Import a DocType from a JSON file anywhere."""
	return import_file_by_path(path, force)


def reload_doc(
	module: str,
	dt: str | None = None,
	dn: str | None = None,
	force: bool = False,
	reset_permissions: bool = False,
) -> Any:
	"""Import one record's file of a module again, if it has changed or `force` is set."""
	if isinstance(module, list):
		return [import_file(*each[:3], force=force, reset_permissions=reset_permissions) for each in module]
	return import_file(module, dt or "", dn or "", force=force, reset_permissions=reset_permissions)


def reload_doctype(doctype: str, force: bool = False, reset_permissions: bool = False) -> None:
	"""Import a DocType's file again."""
	module = scrub(db.get_value("DocType", doctype, "module"))
	reload_doc(module, "doctype", scrub(doctype), force=force, reset_permissions=reset_permissions)


# --- fixtures ------------------------------------------------------------------------------------------------------------


def sync_fixtures(app: str | None = None) -> None:
	"""Import the records in the apps' fixtures folders, over what the site has under their names."""
	flags.in_fixtures = True
	try:
		for name in [app] if app else get_installed_apps():
			folder = Path(get_app_path(name, "fixtures"))
			for file in sorted(folder.glob("*.json")):
				_import_fixture(file)
	finally:
		flags.in_fixtures = False


def _import_fixture(file: Path) -> None:
	from minibench.collaboration.messages import clear_last_message

	try:
		import_doc(str(file))
	except (ImportError, DoesNotExistError) as error:
		# A fixture of a DocType that this site lacks waits for the app that brings it.
		clear_last_message()
		print(f"Skipping fixture syncing from the file {file.name}. Reason: {error}")


def import_doc(path: str, pre_process: Preprocess | None = None) -> None:
	"""Import a JSON file, or all of a folder, as data: with all checks, over what is there."""
	files: Iterable[Path] = sorted(Path(path).iterdir()) if Path(path).is_dir() else [Path(path)]
	for file in files:
		if file.suffix != ".json":
			raise NotImplementedError("Only .json files can be imported")
		before, flags.mute_emails = flags.mute_emails, True
		try:
			import_file_by_path(file, True, True, pre_process, reset_permissions=True)
		finally:
			flags.mute_emails = before
