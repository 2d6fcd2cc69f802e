"""Report: who may run it, and what it returns. See minibench.analytics for how."""

from __future__ import annotations

from typing import Any

from minibench.analytics.report_builder import run_standard_report
from minibench.collaboration.messages import throw
from minibench.context import Dict, conf, db, flags, session
from minibench.errors import NotInMinibench
from minibench.model.document import Document
from minibench.translate import _
from minibench.values.numbers import cint
from minibench.web.whitelist import whitelist


class Report(Document):
	module: Any
	is_standard: Any
	json: Any

	def validate(self) -> None:
		from minibench.access.roles import only_for

		if not self.module:
			self.module = db.get_value("DocType", self.ref_doctype, "module")
		if not self.is_standard:
			self.is_standard = "Yes" if session.user == "Administrator" and conf.developer_mode == 1 else "No"
		if self.is_standard == "No":
			if self.report_type != "Report Builder":
				only_for("Script Manager", True)
			if db.get_value("Report", self.name, "is_standard") == "Yes":
				throw(_("Cannot edit a standard report. Please duplicate and create a new report"))
		elif session.user != "Administrator":
			throw(_("Only Administrator can save a standard report. Please rename and save."))
		if self.report_type == "Report Builder" and not self.json:
			self.json = "{}"

	def before_insert(self) -> None:
		self.set_doctype_roles()

	def before_export(self, doc: Any) -> None:
		doc.letterhead = None
		doc.prepared_report = 0

	def on_trash(self) -> None:
		is_allowed = conf.developer_mode or flags.in_migrate or flags.in_patch or flags.in_uninstall
		if self.is_standard == "Yes" and not is_allowed:
			throw(_("You are not allowed to delete Standard Report"))

	def get_columns(self) -> list[Any]:
		"""The columns entered in the form."""
		return [row.as_dict(no_default_fields=True, no_child_table_fields=True) for row in self.columns]

	@whitelist()
	def set_doctype_roles(self) -> None:
		"""A report of one's own is for the roles of its DocType, unless it names others."""
		from minibench.model.meta import get_meta

		if self.get("roles") or self.is_standard != "No":
			return
		meta = get_meta(self.ref_doctype)
		if not meta.istable:
			self.set("roles", [{"role": row.role} for row in meta.permissions if row.permlevel == 0])

	def is_permitted(self) -> bool:
		"""Whether it has no roles, or the session's user has one of them."""
		from minibench.access.users import get_roles
		from minibench.data.query import get_all

		allowed = get_all("Has Role", filters={"parent": self.name}, pluck="role")
		return not allowed or not set(allowed).isdisjoint(get_roles())

	# --- running -------------------------------------------------------------------------------------------------------

	def execute_query_report(self, filters: Any) -> Any:
		"""SQL that a user wrote for MariaDB."""
		raise NotInMinibench("a Query Report (write a Script Report)")

	def execute_script_report(self, filters: Any) -> Any:
		"""What the script returns."""
		from minibench.analytics.report import timed

		execute = self.execute_module if self.is_standard == "Yes" else self.execute_script
		return timed(self.name, lambda: execute(filters))

	def execute_module(self, filters: Any) -> Any:
		"""Call `execute` of the report's module in its app."""
		from minibench.hooks import get_attr

		module = self.module or db.get_value("DocType", self.ref_doctype, "module")
		return get_attr(f"{get_report_module_dotted_path(module, self.name)}.execute")(Dict(filters))

	def execute_script(self, filters: Any) -> Any:
		"""Run the script that is kept in the report."""
		from minibench.automation.safe_exec import safe_exec

		names: dict[str, Any] = {"filters": Dict(filters), "data": None, "result": None}
		safe_exec(self.report_script, None, names, script_filename=f"Report {self.name}")
		return names["data"] or (self.get_columns(), names["result"])

	def get_data(
		self,
		filters: Any = None,
		limit: int | None = None,
		user: str | None = None,
		as_dict: bool = False,
		ignore_prepared_report: bool = False,
		are_default_filters: bool = True,
	) -> tuple[list[Any], list[Any]]:
		"""Columns and rows, whatever the report's type; rows as dicts if asked."""
		if self.report_type == "Report Builder":
			columns, result = run_standard_report(self, filters, limit, user)
		else:
			columns, result = self.run_query_report(
				filters, user, ignore_prepared_report, are_default_filters
			)
		return columns, self.build_data_dict(result, columns) if as_dict else result

	def run_query_report(
		self,
		filters: Any = None,
		user: str | None = None,
		ignore_prepared_report: bool = False,
		are_default_filters: bool = True,
	) -> tuple[list[Any], list[Any]]:
		"""The same for a report that runs code."""
		from minibench.analytics.report import run

		data = run(
			self.name,
			filters=filters,
			user=user,
			ignore_prepared_report=ignore_prepared_report,
			are_default_filters=are_default_filters,
		)
		columns = []
		for each in data.get("columns") or ():
			column = Dict(each)
			column.fieldname = column.fieldname or column.label
			columns.append(column)
		return columns, list(data.get("result") or ())

	def run_standard_report(
		self, filters: Any = None, limit: int | None = None, user: str | None = None
	) -> tuple[list[Any], list[Any]]:
		"""The same for a report of the Report Builder."""
		return run_standard_report(self, filters, limit, user)

	def build_data_dict(self, result: list[Any], columns: list[Any]) -> list[Dict]:
		"""Rows as dicts by field name."""
		names = [column.get("fieldname") for column in columns]
		return [Dict(row) if isinstance(row, dict) else Dict(zip(names, row, strict=False)) for row in result]

	@whitelist()
	def toggle_disable(self, disable: bool) -> None:
		"""Switch the report off or on."""
		if not self.has_permission("write"):
			throw(_("You are not allowed to edit the report."))
		self.db_set("disabled", cint(disable))


def is_prepared_report_enabled(report: str) -> int:
	"""Whether the report is to be prepared in the background."""
	return cint(db.get_value("Report", report, "prepared_report"))


def get_report_module_dotted_path(module: str, report_name: str) -> str:
	"""The Python module of a report: app.module.report.name.name."""
	from minibench.hooks import get_module_app, package_of, scrub

	app, name = get_module_app(module), scrub(report_name)
	folder = package_of(app) if app in ("frappe", "erpnext") else f"{app}.{scrub(module)}"
	return f"{folder}.report.{name}.{name}"
