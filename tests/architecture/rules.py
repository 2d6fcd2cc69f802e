"""DESIGN.md's rules about Python code. A rule takes one file and yields what is wrong in it, with line and way out."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from tests.architecture.source import Source, dotted, modules

Rule = Callable[[Source], Iterator[str]]

# Files outside of domain/ that are as pure as it.
PURE = (
	"common/money.py",
	"common/dates.py",
	"common/chain.py",
	"common/expressions.py",
	"common/forms.py",
	"demo/people.py",
	"demo/catalogue.py",
	"demo/story.py",
	"demo/payers.py",
	"demo/camt.py",
)

# Loops that run a query each time, and why there is no set-based way: (file, function) -> reason.
QUERIES_IN_LOOPS = {
	("common/paging.py", "pages"): "one query a page of rows is what paging is",
	(
		"common/batch.py",
		"run",
	): "one query a chunk of items; items are done one by one, each in its own transaction",
	(
		"common/decisions.py",
		"seal",
	): "an IN list could lock other transactions' rows; most transactions seal one row",
	("common/locks.py", "hold"): "rows are locked one by one, in one order, so that nobody waits in a circle",
	(
		"credit_control/services/accounts.py",
		"change",
	): "an IN list could lock other customers' accounts; most transactions change one",
	(
		"credit_control/services/ledger.py",
		"_write",
	): "an IN list could lock other customers' entries; most transactions change one or two",
	(
		"credit_control/queries/holds.py",
		"lock",
	): "rows are locked one by one, in one order, so that nobody waits in a circle",
	(
		"cash_application/doctype/bank_statement/bank_statement.py",
		"take_lines",
	): "each line becomes a document with its own name, checks and events",
	(
		"o2c_workspace/queries.py",
		"readable",
	): "rights are asked DocType by DocType; a score of them, from the cache",
	("setup/roles.py", "sync"): "a handful of our own constants, once in a site's life",
	("setup/records.py", "make_once"): "a handful of our own records, once in a site's life",
	(
		"setup/indexes.py",
		"sync",
	): "a handful of our own constants; an index is made by a statement of its own",
	("uninstall.py", "_remove_records"): "a handful of our own records; each may be held by a link",
	("setup/property_setters.py", "sync"): "a handful of our own constants, once in a site's life",
}

# Whitelisted functions that a visitor without login may call: dotted path -> reason.
GUEST_FUNCTIONS: dict[str, str] = {}

_FRAPPE_QUERIES = {
	"frappe.get_doc",
	"frappe.get_cached_doc",
	"frappe.get_last_doc",
	"frappe.get_single",
	"frappe.get_all",
	"frappe.get_list",
	"frappe.get_value",
	"frappe.get_cached_value",
	"frappe.set_value",
	"frappe.delete_doc",
	"frappe.rename_doc",
	"frappe.has_permission",
}
_NO_QUERY = {
	"commit",
	"rollback",
	"savepoint",
	"release_savepoint",
	"escape",
	"before_commit",
	"after_commit",
}
_DOCUMENT_WRITES = {
	"save",
	"insert",
	"submit",
	"cancel",
	"delete",
	"reload",
	"db_set",
	"db_update",
	"db_insert",
}
_CLOCKS = ("date.today", "datetime.now", "datetime.today", "datetime.utcnow", "time.time", "time.monotonic")
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def _is_pure(source: Source) -> bool:
	return source.is_domain or source.path in PURE


def pure_code_imports_no_framework(source: Source) -> Iterator[str]:
	if not _is_pure(source):
		return
	for line, name in source.imports():
		if name.split(".")[0] in ("frappe", "erpnext", "minibench"):
			yield f"{source.path}:{line}: imports {name}; pure code gets what it needs as arguments"
		if name.startswith("o2c_extensions.") and not _names_pure_code(name):
			yield f"{source.path}:{line}: imports {name}, which is not pure itself"


def _names_pure_code(name: str) -> bool:
	path = name.removeprefix("o2c_extensions.").replace(".", "/")
	return "domain" in path.split("/") or any(f"{path}/".startswith(pure[:-3] + "/") for pure in PURE)


def pure_code_has_no_clock_and_no_floats(source: Source) -> Iterator[str]:
	if not _is_pure(source):
		return
	for call, name in source.calls():
		if name.endswith(_CLOCKS):
			yield source.at(call, f"{name}(): the time is an argument")
	if not source.is_domain:
		return
	for node in ast.walk(source.tree):
		if isinstance(node, ast.Constant) and isinstance(node.value, float):
			yield source.at(node, f"{node.value} is a binary float; write Decimal('{node.value}')")
		if isinstance(node, ast.Call) and dotted(node.func) in ("float", "flt"):
			yield source.at(node, "money is Decimal or whole cents in domain/")
		if (
			isinstance(node, ast.Call)
			and dotted(node.func).endswith("round")
			and dotted(node.func) == "round"
		):
			yield source.at(node, "round() works on floats and to even; use common.money.rounded")


def domain_dataclasses_are_frozen(source: Source) -> Iterator[str]:
	if not _is_pure(source):
		return
	for node in ast.walk(source.tree):
		if not isinstance(node, ast.ClassDef):
			continue
		for decorator in node.decorator_list:
			call = decorator.func if isinstance(decorator, ast.Call) else decorator
			if dotted(call) not in ("dataclass", "dataclasses.dataclass"):
				continue
			keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
			if not any(word.arg == "frozen" and _is_true(word.value) for word in keywords):
				yield source.at(node, f"dataclass {node.name} must be frozen=True")


def flt_names_its_precision(source: Source) -> Iterator[str]:
	for call, name in source.calls():
		if name.rpartition(".")[2] == "flt" and len(call.args) + len(call.keywords) < 2:
			yield source.at(call, "flt(value) without precision; say how many places, or use common.money")


def erpnext_only_through_erp(source: Source) -> Iterator[str]:
	if source.path == "erp.py":
		return
	for line, name in source.imports():
		if name.split(".")[0] == "erpnext":
			yield f"{source.path}:{line}: imports {name}; add it to erp.py, with the reason, and call that"


def no_raw_sql(source: Source) -> Iterator[str]:
	# What the query builder has written is run again there.
	if source.path == "common/prepared.py":
		return
	for call, name in source.calls():
		if name.endswith((".db.sql", ".db.sql_list", ".db.sql_ddl", ".db.multisql")):
			yield source.at(call, f"{name}: use get_all, db.* with filters, or frappe.qb in queries.py")


def query_builder_only_in_queries(source: Source) -> Iterator[str]:
	if source.path.endswith("/queries.py") or "/queries/" in source.path:
		return
	for node in ast.walk(source.tree):
		if isinstance(node, ast.Attribute) and dotted(node) == "frappe.qb":
			yield source.at(node, "frappe.qb belongs in the module's queries")
	for line, name in source.imports():
		if name.startswith(("frappe.query_builder", "pypika", "frappe.qb")):
			yield f"{source.path}:{line}: imports {name}; the query builder belongs in the module's queries"


def no_query_in_a_loop(source: Source) -> Iterator[str]:
	for function, call, name in _calls_in_loops(source):
		if (source.path, function) not in QUERIES_IN_LOOPS and _is_query(call, name):
			yield source.at(
				call,
				f"{name}() once for each turn of a loop in {function}(); load or write the set in one query",
			)


def _is_query(call: ast.Call, name: str) -> bool:
	if name in _FRAPPE_QUERIES:
		return True
	if name.startswith("frappe.db."):
		return name.split(".")[2] not in _NO_QUERY
	method = name.rpartition(".")[2]
	# list.insert(0, x) and dict.delete(x) have positional arguments; a document's methods do not, but for db_set.
	return "." in name and method in _DOCUMENT_WRITES and (not call.args or method == "db_set")


def _calls_in_loops(source: Source) -> Iterator[tuple[str, ast.Call, str]]:
	"""Calls that run once a turn. What a `for` iterates over is evaluated once, and so is outside."""

	def visit(node: ast.AST, function: str, looping: bool) -> Iterator[tuple[str, ast.Call, str]]:
		if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
			function, looping = node.name, False
		if isinstance(node, ast.Call) and looping:
			yield function, node, dotted(node.func)
		once: list[ast.AST] = []
		if isinstance(node, (ast.For, ast.AsyncFor)):
			once = [node.iter]
		elif isinstance(node, _COMPREHENSIONS):
			once = [node.generators[0].iter]
		for child in ast.iter_child_nodes(node):
			if isinstance(child, ast.comprehension):
				for part in ast.iter_child_nodes(child):
					yield from visit(part, function, looping if part in once else True)
			else:
				inside = isinstance(node, (*_LOOPS, *_COMPREHENSIONS)) and child not in once
				yield from visit(child, function, looping or inside)

	yield from visit(source.tree, "module level", False)


def commits_only_in_batch(source: Source) -> Iterator[str]:
	if source.path == "common/batch.py":
		return
	for call, name in source.calls():
		if name.endswith((".db.commit", ".db.begin")) or (name == "frappe.db.rollback" and not call.keywords):
			yield source.at(call, f"{name}: only common/batch.py ends a transaction")


def permissions_ignored_only_in_audit(source: Source) -> Iterator[str]:
	if source.path == "common/audit.py":
		return
	for node in ast.walk(source.tree):
		named = (
			(isinstance(node, ast.keyword) and node.arg == "ignore_permissions")
			or (isinstance(node, ast.Attribute) and node.attr == "ignore_permissions")
			or (isinstance(node, ast.Constant) and node.value == "ignore_permissions")
		)
		if named:
			yield source.at(
				node.value if isinstance(node, ast.keyword) else node,
				"ignore_permissions: act through common.audit.as_system(reason)",
			)


def no_monkey_patching(source: Source) -> Iterator[str]:
	imported = {
		(alias.asname or alias.name).split(".")[0]
		for node in ast.walk(source.tree)
		if isinstance(node, (ast.Import, ast.ImportFrom))
		for alias in node.names
	}
	for node in ast.walk(source.tree):
		targets: list[ast.expr] = []
		if isinstance(node, ast.Assign):
			targets = node.targets
		elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
			targets = [node.target]
		elif isinstance(node, ast.Call) and dotted(node.func) == "setattr" and node.args:
			targets = [ast.Attribute(value=node.args[0], attr="?")]
		for target in targets:
			name = dotted(target)
			if isinstance(target, ast.Attribute) and name.split(".")[0] in imported:
				if not name.startswith(("frappe.local.", "frappe.flags.", "frappe.response.")):
					yield source.at(node, f"{name} = ...: changes what others have defined")


def common_imports_no_module(source: Source) -> Iterator[str]:
	if source.module != "common":
		return
	for line, name in source.imports():
		if name.startswith("o2c_extensions.") and name.split(".")[1] not in ("common", "erp"):
			yield f"{source.path}:{line}: imports {name}; common/ is below all modules"


def modules_import_earlier_ones_only(source: Source) -> Iterator[str]:
	if source.module not in modules():
		return
	mine = modules().index(source.module)
	for line, name in source.imports():
		parts = name.split(".")
		if parts[0] == "o2c_extensions" and len(parts) > 1 and parts[1] in modules()[mine + 1 :]:
			yield (
				f"{source.path}:{line}: imports {name}, which comes later in modules.txt; "
				"the way back goes through document events"
			)


def whitelisted_functions_are_guarded(source: Source) -> Iterator[str]:
	for node in ast.walk(source.tree):
		if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
			continue
		for decorator in node.decorator_list:
			call = decorator.func if isinstance(decorator, ast.Call) else decorator
			if dotted(call) in ("frappe.whitelist", "whitelist"):
				keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
				yield from _check_whitelisted(source, node, {word.arg: word.value for word in keywords})


def _check_whitelisted(
	source: Source, node: ast.FunctionDef | ast.AsyncFunctionDef, options: dict[str | None, ast.expr]
) -> Iterator[str]:
	arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
	for argument in arguments:
		if argument.annotation is None and argument.arg != "self":
			yield source.at(node, f"{node.name}(): {argument.arg} has no type")
	if node.returns is None:
		yield source.at(node, f"{node.name}(): no return type")
	if node.args.vararg or node.args.kwarg:
		yield source.at(node, f"{node.name}(): *args and **kwargs accept whatever is sent")
	methods = options.get("methods")
	allowed = ast.literal_eval(methods) if methods is not None else None
	if allowed not in (["GET"], ["POST"]):
		yield source.at(node, f"{node.name}(): say methods=['GET'], or ['POST'] if it changes data")
	if "allow_guest" in options:
		path = f"o2c_extensions.{source.path[:-3].replace('/', '.')}.{node.name}"
		if path not in GUEST_FUNCTIONS:
			yield source.at(node, f"{node.name}(): allow_guest, but not on the list of guest functions")
	elif not _checks_permission(node):
		yield source.at(
			node,
			f"{node.name}(): begin with frappe.has_permission(..., throw=True), only_for or check_permission",
		)
	if allowed == ["GET"]:
		for call in (child for child in ast.walk(node) if isinstance(child, ast.Call)):
			name = dotted(call.func)
			if name in ("frappe.db.set_value", "frappe.db.delete", "frappe.delete_doc", "frappe.enqueue"):
				yield source.at(call, f"{node.name}(): {name} changes data, so the function takes POST")


def _checks_permission(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
	body = node.body[1:] if ast.get_docstring(node) is not None else node.body
	if not body or not isinstance(body[0], ast.Expr) or not isinstance(body[0].value, ast.Call):
		return False
	call = body[0].value
	name = dotted(call.func)
	if name == "frappe.has_permission":
		return any(word.arg == "throw" and _is_true(word.value) for word in call.keywords)
	return name == "frappe.only_for" or name.endswith(".check_permission")


def messages_are_translated(source: Source) -> Iterator[str]:
	for call, name in source.calls():
		if name not in ("frappe.throw", "frappe.msgprint") or not call.args:
			continue
		if isinstance(call.args[0], (ast.Constant, ast.JoinedStr)):
			yield source.at(call, f"{name}: the message goes through _()")
	for call, name in source.calls():
		if name in ("_", "frappe._") and call.args and isinstance(call.args[0], ast.JoinedStr):
			yield source.at(call, "_(f'...') cannot be translated: _('... {0}').format(...)")


def nothing_is_printed(source: Source) -> Iterator[str]:
	for call, name in source.calls():
		if name == "print":
			yield source.at(call, "print(): return it, log it, or raise it")


def init_files_hold_no_code(source: Source) -> Iterator[str]:
	if not source.path.endswith("__init__.py"):
		return
	for node in source.tree.body:
		docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
		version = isinstance(node, ast.Assign) and dotted(node.targets[0]) == "__version__"
		if not docstring and not version:
			yield source.at(node, "code in __init__.py: put it in a file that says what it is")


def events_are_short(source: Source) -> Iterator[str]:
	if not source.path.endswith("/events.py"):
		return
	for node in source.tree.body:
		if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
			body = node.body[1:] if ast.get_docstring(node) is not None else node.body
			lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0  # type: ignore[operator]
			if lines > 5:
				yield source.at(node, f"{node.name}() has {lines} lines: an event calls one service")


def _is_true(node: ast.expr) -> bool:
	return isinstance(node, ast.Constant) and node.value is True


RULES: tuple[Rule, ...] = (
	pure_code_imports_no_framework,
	pure_code_has_no_clock_and_no_floats,
	domain_dataclasses_are_frozen,
	flt_names_its_precision,
	erpnext_only_through_erp,
	no_raw_sql,
	query_builder_only_in_queries,
	no_query_in_a_loop,
	commits_only_in_batch,
	permissions_ignored_only_in_audit,
	no_monkey_patching,
	common_imports_no_module,
	modules_import_earlier_ones_only,
	whitelisted_functions_are_guarded,
	messages_are_translated,
	nothing_is_printed,
	init_files_hold_no_code,
	events_are_short,
)
