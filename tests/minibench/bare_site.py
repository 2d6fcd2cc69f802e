"""A database without a site around it: one table, made in a temporary folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from minibench.context import Dict
from minibench.data import schema
from minibench.data.database import Database


def field(fieldname: str, fieldtype: str, **more: Any) -> Dict:
	return Dict(fieldname=fieldname, fieldtype=fieldtype, **more)


def doctype(name: str, *fields: Dict, **more: Any) -> Dict:
	return Dict(name=name, fields=list(fields), **more)


COUNTER = doctype("Counter", field("total", "Int"), field("note", "Data"))


def make_site(folder: Path, *doctypes: Dict) -> Path:
	"""Put a database with the tables of `doctypes` into a folder."""
	db = Database(folder)
	schema.bootstrap(db)
	for meta in doctypes or (COUNTER,):
		schema.sync(meta, db)
	db.commit()
	db.close()
	return folder
