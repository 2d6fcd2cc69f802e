"""Every Python file of the app keeps every rule; and every rule finds what it is there to find."""

from __future__ import annotations

import ast

import pytest

from tests.architecture import rules
from tests.architecture.source import Source, dotted, modules, python_files

FILES = python_files()


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_rule_holds(rule: rules.Rule) -> None:
	wrong = [message for source in FILES for message in rule(source)]
	assert not wrong, "\n" + "\n".join(wrong)


BAD = {
	rules.pure_code_imports_no_framework: [
		("credit_control/domain/exposure.py", "import frappe"),
		("credit_control/domain/exposure.py", "from erpnext.accounts import party"),
		("common/money.py", "from frappe.utils import flt"),
		("credit_control/domain/exposure.py", "from o2c_extensions.common.decisions import record"),
		("credit_control/domain/exposure.py", "from o2c_extensions.credit_control import queries"),
	],
	rules.pure_code_has_no_clock_and_no_floats: [
		("credit_control/domain/a.py", "import datetime\nx = datetime.date.today()"),
		("credit_control/domain/a.py", "LIMIT = 0.5"),
		("credit_control/domain/a.py", "def f(x):\n\treturn float(x)"),
		("credit_control/domain/a.py", "def f(x):\n\treturn round(x, 2)"),
	],
	rules.domain_dataclasses_are_frozen: [
		("credit_control/domain/a.py", "@dataclass\nclass A:\n\tx: int"),
		("credit_control/domain/a.py", "@dataclass(slots=True)\nclass A:\n\tx: int"),
	],
	rules.flt_names_its_precision: [("billing/services.py", "flt(doc.total)")],
	rules.erpnext_only_through_erp: [
		("billing/services.py", "from erpnext.accounts.party import get_party_account"),
		("billing/services.py", "def f():\n\timport erpnext"),
	],
	rules.no_raw_sql: [("billing/queries.py", "frappe.db.sql('select 1')")],
	rules.query_builder_only_in_queries: [
		("billing/services.py", "frappe.qb.from_('x')"),
		("billing/services.py", "from frappe.query_builder import DocType"),
	],
	rules.no_query_in_a_loop: [
		("billing/services.py", "for row in rows:\n\tfrappe.get_doc('Item', row.item)"),
		("billing/services.py", "x = [frappe.db.get_value('Item', r) for r in rows]"),
		("billing/services.py", "x = [r for r in rows if frappe.db.exists('Item', r)]"),
		("billing/services.py", "while True:\n\tdoc.save()"),
		("billing/services.py", "for row in rows:\n\trow.db_set('x', 1)"),
		(
			"billing/services.py",
			"for a in b:\n\tfor c in frappe.get_all('Item', filters={'a': a}):\n\t\tpass",
		),
	],
	rules.commits_only_in_batch: [
		("billing/services.py", "frappe.db.commit()"),
		("billing/services.py", "frappe.db.rollback()"),
	],
	rules.permissions_ignored_only_in_audit: [
		("billing/services.py", "doc.insert(ignore_permissions=True)"),
		("billing/services.py", "doc.flags.ignore_permissions = True"),
		("billing/services.py", "doc.flags['ignore_permissions'] = True"),
	],
	rules.no_monkey_patching: [
		("billing/services.py", "from erpnext import x\nx.f = 1"),
		("billing/services.py", "import frappe\nfrappe.get_all = None"),
		("billing/services.py", "import frappe\nsetattr(frappe.db, 'x', 1)"),
	],
	rules.common_imports_no_module: [("common/money.py", "from o2c_extensions.billing import services")],
	rules.modules_import_earlier_ones_only: [
		("credit_control/services.py", "from o2c_extensions.billing.services import invoice"),
		("credit_control/services.py", "from ..billing import services"),
	],
	rules.whitelisted_functions_are_guarded: [
		("billing/api.py", "@frappe.whitelist(methods=['GET'])\ndef f(x: str):\n\tfrappe.only_for('x')"),
		("billing/api.py", "@frappe.whitelist(methods=['GET'])\ndef f(x) -> str:\n\tfrappe.only_for('x')"),
		("billing/api.py", "@frappe.whitelist()\ndef f(x: str) -> str:\n\tfrappe.only_for('x')"),
		("billing/api.py", "@frappe.whitelist(methods=['GET'])\ndef f(x: str) -> str:\n\treturn x"),
		(
			"billing/api.py",
			"@frappe.whitelist(methods=['GET'])\ndef f(x: str) -> str:\n\tfrappe.has_permission('Item')",
		),
		(
			"billing/api.py",
			"@frappe.whitelist(allow_guest=True, methods=['GET'])\ndef f(x: str) -> str:\n\treturn x",
		),
		(
			"billing/api.py",
			"@frappe.whitelist(methods=['GET'])\ndef f(x: str) -> None:\n\tfrappe.only_for('x')\n\tfrappe.db.delete('Item')",
		),
	],
	rules.messages_are_translated: [
		("billing/services.py", "frappe.throw('No.')"),
		("billing/services.py", "frappe.throw(_(f'No {x}'))"),
	],
	rules.nothing_is_printed: [("billing/services.py", "print(1)")],
	rules.init_files_hold_no_code: [("billing/__init__.py", "import frappe")],
	rules.events_are_short: [("billing/events.py", "def f(doc):\n" + "\tx = 1\n" * 6)],
}


@pytest.mark.parametrize(
	("rule", "path", "text"),
	[(rule, path, text) for rule, cases in BAD.items() for path, text in cases],
	ids=lambda value: getattr(value, "__name__", None),
)
def test_rule_finds_what_it_forbids(rule: rules.Rule, path: str, text: str) -> None:
	assert list(rule(Source(path, text)))


def test_every_rule_is_tried_on_something_forbidden() -> None:
	assert set(BAD) == set(rules.RULES)


def test_the_query_builder_has_a_file_or_a_folder() -> None:
	for path in ("billing/queries.py", "billing/queries/invoices.py"):
		assert not list(rules.query_builder_only_in_queries(Source(path, "frappe.qb.from_('x')")))


def test_loops_over_a_set_that_is_loaded_once_are_allowed() -> None:
	text = "for row in frappe.get_all('Item'):\n\tnames.insert(0, row.name)\nx = [r for r in frappe.get_all('Item')]"
	assert not list(rules.no_query_in_a_loop(Source("billing/services.py", text)))


@pytest.mark.parametrize("entry", rules.QUERIES_IN_LOOPS, ids=str)
def test_exceptions_are_still_needed(entry: tuple[str, str]) -> None:
	"""An exception that nothing uses any more would hide the next mistake."""
	path, function = entry
	source = next(file for file in FILES if file.path == path)
	used = [
		name
		for where, call, name in rules._calls_in_loops(source)
		if where == function and rules._is_query(call, name)
	]
	assert used


def test_reasons_to_act_as_system_are_the_ones_in_use() -> None:
	audit = next(file for file in FILES if file.path == "common/audit.py")
	listed = next(
		set(ast.literal_eval(node.value))  # type: ignore[arg-type]
		for node in ast.walk(audit.tree)
		if isinstance(node, ast.AnnAssign) and dotted(node.target) == "REASONS"
	)
	used: set[str] = set()
	for source in FILES:
		for call, name in source.calls():
			if name.rpartition(".")[2] in ("as_system", "require") and source.path != "common/audit.py":
				assert isinstance(call.args[0], ast.Constant), source.at(
					call, "the reason must be written out"
				)
				used.add(str(call.args[0].value))
	assert used == listed


def test_every_module_is_a_package_of_its_own() -> None:
	assert len(set(modules())) == len(modules())
	for module in modules():
		assert any(source.path == f"{module}/__init__.py" for source in FILES), module
