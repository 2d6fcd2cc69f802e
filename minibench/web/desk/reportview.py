"""`frappe.desk.reportview`: lists as the desk asks for them, counted, compressed, exported."""

import json
import re
from typing import Any

from minibench.collaboration.messages import clear_messages, msgprint, throw
from minibench.context import Dict, db, local
from minibench.errors import DataError, PermissionError
from minibench.model.fieldtypes import child_table_fields, default_fields, optional_fields
from minibench.translate import _
from minibench.web.whitelist import whitelist

STANDARD_FIELDS = frozenset((*default_fields, *optional_fields, *child_table_fields))
# What would lift limits, and what only says how a list view is set up: that is kept by the browser here.
NOT_FOR_THE_QUERY = (
	"cmd",
	"data",
	"ignore_permissions",
	"view",
	"user",
	"csrf_token",
	"join",
	"run",
	"save_user_settings",
	"save_user_settings_fields",
	"user_settings",
	"with_childnames",
)
AGGREGATES = ("count", "sum", "avg")
MOST_DELETED_AT_ONCE = 10

ALIAS = re.compile(r"\s+as\s+[`'\"]?[\w ]+[`'\"]?\s*\Z", re.I)
CALL = re.compile(r"\s*\w+\s*\((.*)\)\s*\Z", re.S)
DISTINCT = re.compile(r"\s*distinct\s+", re.I)


@whitelist()
def get() -> Any:
	"""The rows as `keys` and `values`."""
	args = get_form_params()
	return compress(execute(**args), args)


@whitelist()
def get_list() -> Any:
	return execute(**get_form_params())


@whitelist()
def get_count() -> int:
	"""How many records match; with `limit`, no more than that are counted."""
	from minibench.values.numbers import cint, sbool

	args = get_form_params()
	distinct = "distinct " if sbool(args.distinct) else ""
	fieldname = f"{distinct}`tab{args.doctype}`.name"
	args.distinct = None
	args.order_by = None
	limit = cint(args.limit)
	if limit:
		args.update(fields=[fieldname], limit=limit)
		return len(execute(**args))
	args.update(fields=[f"count({fieldname}) as total_count"], limit=None)
	return int(execute(**args)[0].get("total_count"))


def execute(doctype: str, **kwargs: Any) -> Any:
	from minibench.data.query import get_list as query_list

	return query_list(doctype, **kwargs)


def get_form_params() -> Dict:
	"""The request's arguments, parsed, checked against the DocType's fields, and rid of what is not for the query."""
	data = Dict(local.form_dict)
	clean_params(data)
	validate_args(data)
	return data


def clean_params(data: Dict) -> None:
	for name in NOT_FOR_THE_QUERY:
		data.pop(name, None)


def validate_args(data: Dict) -> Dict:
	"""Parse what came as JSON and refuse fields that the DocType has not.

	Raises:
		DataError: a field or filter names no field.
	"""
	parse_json(data)
	setup_group_by(data)
	validate_fields(data)
	for filters in (data.filters, data.or_filters):
		if filters:
			validate_filters(data, filters)
	data.strict = None
	return data


def parse_json(data: Dict) -> None:
	for name in ("filters", "applied_filters", "or_filters", "docstatus"):
		if data.get(name) and isinstance(data[name], str):
			data[name] = json.loads(data[name])
	fields = data.get("fields")
	if fields and isinstance(fields, str):
		data["fields"] = ["*"] if fields == "*" else json.loads(fields)


def setup_group_by(data: Dict) -> None:
	"""Add the aggregate that the group-by view asks for."""
	if not (data.group_by and data.aggregate_function):
		return
	if data.aggregate_function.lower() not in AGGREGATES:
		throw(_("Invalid aggregate function"))
	if not db.has_column(data.aggregate_on_doctype, data.aggregate_on_field):
		raise_invalid_field(data.aggregate_on_field)
	column = f"`tab{data.aggregate_on_doctype}`.`{data.aggregate_on_field}`"
	data.fields.append(f"{data.aggregate_function}({column}) AS _aggregate_column")
	for name in ("aggregate_on_doctype", "aggregate_on_field", "aggregate_function"):
		data.pop(name)


def validate_fields(data: Dict) -> None:
	"""Refuse unknown fields; leave out those whose permission level the user does not reach."""
	from minibench.access.field_permissions import get_permitted_fields

	if data.fields == "*" or (isinstance(data.fields, list | tuple) and list(data.fields) == ["*"]):
		parent = data.parenttype or data.parent_doctype
		data.fields = get_permitted_fields(data.doctype, parenttype=parent, ignore_virtual=True)
		return
	for field in list(data.fields or []):
		column = column_of(field)
		if not column:
			raise_invalid_field(column)
		if is_standard(column):
			continue
		meta, df = get_meta_and_docfield(column, data)
		if not df:
			raise_invalid_field(column)
		if df.report_hide and data.view == "Report":
			data.fields.remove(field)
		elif df.fieldname in [high.fieldname for high in meta.get_high_permlevel_fields()]:
			if df.get("permlevel") not in meta.get_permlevel_access(parenttype=data.doctype):
				data.fields.remove(field)


def column_of(field: Any) -> str:
	"""The column that a selected expression is about: without its alias, its functions, its `distinct`."""
	text = ALIAS.sub("", str(field)).strip()
	while call := CALL.match(text):
		text = call.group(1).split(",")[0].strip()
	return DISTINCT.sub("", text).strip()


def validate_filters(data: Dict, filters: Any) -> None:
	from minibench.model.meta import get_meta

	if not isinstance(filters, list):
		for fieldname in filters:
			if not is_standard(fieldname) and not get_meta_and_docfield(fieldname, data)[1]:
				raise_invalid_field(fieldname)
		return
	for condition in filters:
		if len(condition) == 3:
			fieldname = condition[0]
			known = is_standard(fieldname) or get_meta_and_docfield(fieldname, data)[1]
		else:
			fieldname = condition[1]
			known = is_standard(fieldname) or get_meta(condition[0]).get_field(fieldname)
		if not known:
			raise_invalid_field(fieldname)


def raise_invalid_field(fieldname: Any) -> None:
	throw(_("Field not permitted in query") + f": {fieldname}", DataError)


def is_standard(fieldname: str) -> bool:
	return (
		fieldname.split(".")[1].strip("`") if "." in fieldname else fieldname.strip("`")
	) in STANDARD_FIELDS


def get_meta_and_docfield(fieldname: str, data: Dict) -> tuple[Any, Any]:
	from minibench.model.meta import get_meta

	doctype, name = get_parenttype_and_fieldname(fieldname, data)
	meta = get_meta(doctype)
	return meta, meta.get_field(name)


def get_parenttype_and_fieldname(field: str, data: Dict) -> tuple[str, str]:
	"""Of which DocType `field` is: `tabX`.`field`, link_or_table.field, or the list's own."""
	from minibench.model.meta import get_meta

	if "." not in field:
		return data.doctype, field.strip("`")
	owner, name = (part.strip("`") for part in field.split(".")[:2])
	df = get_meta(data.doctype).get_field(owner)
	if df:
		return df.options, name
	if not owner.startswith("tab"):
		raise_invalid_field(field)
	return owner[3:], name


def compress(data: Any, args: Any = None) -> Any:
	"""Keys once, values in rows, and who the assignees are."""
	if not data:
		return data
	keys = list(data[0])
	values = [[row.get(key) for key in keys] for row in data]
	assigned = {user for row in data if row.get("_assign") for user in json.loads(row["_assign"])}
	if args and args.get("add_total_row"):
		from minibench.analytics.columns import add_total_row
		from minibench.model.meta import get_meta

		values = add_total_row(values, keys, get_meta(args.doctype))
	return {"keys": keys, "values": values, "user_info": user_info(assigned)}


def user_info(users: Any) -> dict[str, dict[str, Any]]:
	"""Name and picture of users, by their name."""
	from minibench.data.query import get_all

	if not users:
		return {}
	rows = get_all(
		"User",
		filters={"name": ["in", sorted(users)]},
		fields=["full_name as fullname", "user_image as image", "name", "email", "time_zone"],
	)
	return {row.name: row for row in rows}


@whitelist()
def delete_items() -> Any:
	"""Delete the selected records, each on its own; many of them in the background."""
	items = sorted(json.loads(local.form_dict.get("items")), reverse=True)
	doctype = local.form_dict.get("doctype")
	if len(items) > MOST_DELETED_AT_ONCE:
		from minibench.background.jobs import enqueue

		enqueue("frappe.desk.reportview.delete_bulk", doctype=doctype, items=items)
	else:
		delete_bulk(doctype, items)


def delete_bulk(doctype: str, items: list[str]) -> None:
	"""Delete records until no more of them can be: one may hold another back. Commits each."""
	from minibench.model.deletion import delete_doc

	left = items
	while left:
		kept = []
		for name in left:
			try:
				delete_doc(doctype, name)
				db.commit()
			except Exception:
				kept.append(name)
				db.rollback()
		if len(kept) in (0, len(left)):
			left = kept
			break
		clear_messages()
		left = kept
	if left:
		msgprint(
			_("Failed to delete {0} documents: {1}").format(len(left), ", ".join(left)),
			realtime=True,
			title=_("Bulk Operation Failed"),
		)
	else:
		msgprint(_("Deleted all documents successfully"), realtime=True, title=_("Bulk Operation Successful"))


@whitelist()
def export_query() -> Any:
	"""The list as a CSV or Excel file, for who may export the DocType."""
	from minibench.access.permission_rules import can_export
	from minibench.context import session
	from minibench.web.desk import exports

	params = get_form_params()
	doctype = params.pop("doctype")
	kind = params.pop("file_format_type")
	title = params.pop("title", doctype)
	csv_options = exports.pop_csv_params(params)
	totals = params.pop("add_totals_row", None) == "1"
	params.pop("translate_values", None)
	if selection := params.pop("selected_items", None):
		params["filters"] = {"name": ("in", json.loads(selection))}
	fields = list(params["fields"])
	params.update(fields=[*fields, "owner"], limit_page_length=None, as_list=True)
	rows = execute(doctype, **params)
	if not can_export(doctype):
		own_only = can_export(doctype, is_owner=True)
		if not own_only or any(row[-1] != session.user for row in rows):
			raise PermissionError(_("You are not allowed to export {} doctype").format(doctype))
	fields = [*fields, "owner"]
	table = exports.table(doctype, fields, [list(row) for row in rows], totals)
	exports.provide_table(title, kind, table, csv_options, doctype)


@whitelist()
def save_report(name: Any, doctype: Any, report_settings: Any) -> Any:
	"""Keep a list's settings as a Report of type Report Builder."""
	from minibench.context import session
	from minibench.model.document import get_doc, new_doc

	if db.exists("Report", name):
		report = get_doc("Report", name)
		_refuse_unless_own_builder_report(
			report, "write", _("Standard Reports cannot be edited"), session.user
		)
	else:
		report = new_doc("Report")
		report.report_name = name
		report.ref_doctype = doctype
	report.report_type = "Report Builder"
	report.json = report_settings
	report.save(ignore_permissions=True)
	msgprint(_("Report {0} saved").format(f"<strong>{report.name}</strong>"), indicator="green", alert=True)
	return report.name


def _refuse_unless_own_builder_report(report: Any, ptype: str, standard: str, user: str) -> None:
	if report.is_standard == "Yes":
		throw(standard)
	if report.report_type != "Report Builder":
		throw(_("Only reports of type Report Builder can be edited"))
	if report.owner != user and not report.has_permission(ptype):
		throw(_("Insufficient Permissions for editing Report"), PermissionError)


@whitelist()
def get_sidebar_stats(stats: Any, doctype: Any, filters: Any = None) -> Any:
	return {"stats": get_stats(stats, doctype, filters or [])}


@whitelist()
def get_stats(stats: Any, doctype: Any, filters: Any = None) -> Any:
	"""How often each value of the given columns occurs; of `_user_tags`, each tag."""
	from minibench.data.query import get_list as query_list

	filters = json.loads(filters) if isinstance(filters, str) and filters else filters or []
	columns = db.get_table_columns(doctype)
	found: dict[str, Any] = {}
	for column in json.loads(stats):
		if column not in columns:
			continue
		counts = query_list(
			doctype,
			fields=[column, "count(*)"],
			filters=[*filters, [column, "!=", ""]],
			group_by=column,
			as_list=True,
			order_by=column,
		)
		if column != "_user_tags":
			found[column] = counts
			continue
		untagged = query_list(
			doctype,
			fields=["count(*)"],
			filters=[*filters, [column, "in", ("", ",")]],
			as_list=True,
			order_by=None,
		)
		found[column] = [*scrub_user_tags(counts), [_("No Tags"), untagged[0][0] if untagged else 0]]
	return found


def scrub_user_tags(counts: Any) -> list[list[Any]]:
	"""Counts of tag lists as counts of tags."""
	tags: dict[str, int] = {}
	for joined, number in counts:
		for tag in filter(None, (joined or "").split(",")):
			tags[tag] = tags.get(tag, 0) + number
	return [[tag, number] for tag, number in tags.items()]
