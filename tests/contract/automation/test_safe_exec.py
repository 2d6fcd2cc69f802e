"""What a script or an expression of an administrator may do, and what it is refused."""

from __future__ import annotations

import frappe
import pytest
from frappe.utils.safe_exec import safe_exec

REFUSED = (SyntaxError, AttributeError, NameError, ImportError, TypeError, NotImplementedError, KeyError)


def run(script: str, **names: object) -> dict:
	"""Run a script; what it leaves in its locals."""
	left = dict(names)
	safe_exec(script, None, left)
	return left


@pytest.mark.parametrize(
	"expression, value",
	[
		("1 + 1", 2),
		("int('7') + round(2.4)", 9),
		("float('1.5')", 1.5),
		("[x * 2 for x in (1, 2, 3)]", [2, 4, 6]),
		("{'a': 1}['a']", 1),
		("'yes' if 2 > 1 else 'no'", "yes"),
		("'Text'.lower()", "text"),
	],
)
def test_expressions(expression, value):
	assert frappe.safe_eval(expression) == value


def test_expressions_see_what_they_are_given():
	doc = frappe._dict(total=50, items=[frappe._dict(qty=2)])
	assert frappe.safe_eval("doc.total > limit", {"limit": 40}, {"doc": doc}) is True
	assert frappe.safe_eval("doc['items'][0].qty", None, {"doc": doc}) == 2


def test_an_absent_name_or_attribute_is_an_error_in_an_expression():
	with pytest.raises(NameError):
		frappe.safe_eval("nothing")
	with pytest.raises(AttributeError):
		frappe.safe_eval("'text'.nothing")


@pytest.mark.parametrize(
	"expression",
	[
		"().__class__",
		"().__class__.__base__.__subclasses__()",
		"__import__('os')",
		"open('/etc/passwd')",
		"eval('1')",
		"exec('1')",
		"type(1)",
		"getattr(1, 'real')",
		"globals()",
		"vars()",
		"'{0.__class__}'.format(1)",
		"'{a.__class__}'.format_map({'a': 1})",
		"(lambda: 1).__globals__",
		"(x for x in ()).gi_frame",
		"(x for x in ()).gi_code",
		"{'__class__': 1}['__class__']",
		"[secret := 1]",
		"f'{().__class__}'",
		"().__clasſ__",  # normalised to __class__
	],
)
def test_expressions_cannot_escape(expression):
	with pytest.raises(REFUSED):
		frappe.safe_eval(expression)


def test_statements_are_no_expressions():
	for code in ("import os", "x = 1", "def f(): pass", "del x"):
		with pytest.raises(SyntaxError):
			frappe.safe_eval(code)


def test_scripts_compute():
	left = run("total = 0\nfor i in range(4):\n\ttotal = total + i\nnames = sorted({'b', 'a'})")
	assert left["total"] == 6
	assert left["names"] == ["a", "b"]


def test_scripts_use_the_framework():
	script = """
party = frappe.get_doc({"doctype": "Contract Party", "party_name": "Script Ltd", "credit_limit": 5}).insert()
found = frappe.db.get_value("Contract Party", {"party_name": "Script Ltd"}, "credit_limit")
names = frappe.get_all("Contract Party", {"party_name": "Script Ltd"}, pluck="name")
tomorrow = frappe.utils.add_days("2024-02-28", 1)
amount = frappe.utils.flt("1.239", 2)
text = json.dumps({"a": 1})
user = frappe.session.user
scrubbed = scrub("Sales Order")
"""
	left = run(script)
	assert left["found"] == 5
	assert left["names"] == ["Script Ltd"]
	assert str(left["tomorrow"]) == "2024-02-29"
	assert left["amount"] == 1.24
	assert left["text"] == '{"a": 1}'
	assert left["user"] == "Administrator"
	assert left["scrubbed"] == "sales_order"


def test_scripts_throw_the_frameworks_errors():
	with pytest.raises(frappe.ValidationError, match="not so"):
		run("frappe.throw('not so')")
	with pytest.raises(frappe.PermissionError):
		run("raise frappe.PermissionError")


def test_scripts_change_documents_and_dicts():
	party = frappe.get_doc({"doctype": "Contract Party", "party_name": "Changed"})
	run("doc.notes = 'by script'\ndoc.flags.seen = True\nd = {}\nd['x'] = 1", doc=party)
	assert party.notes == "by script"


def test_an_absent_name_of_the_framework_raises_when_it_is_called():
	with pytest.raises(AttributeError):
		run("frappe.no_such_thing()")


def test_scripts_cannot_use_augmented_assignment():
	"""RestrictedPython asks the framework how to do it, and v15 does not say."""
	with pytest.raises(NameError, match="_inplacevar_"):
		run("x = 1\nx += 1")


@pytest.mark.parametrize(
	"script",
	[
		"import os",
		"from os import path",
		"__import__('os')",
		"x = ().__class__",
		"x = frappe.get_doc.__globals__",
		"x = frappe.__dict__",
		"x = type('X', (), {})",
		"x = getattr(frappe, '__dict__')",
		"setattr(frappe.get_doc, 'x', 1)",
		"x = open('/etc/passwd')",
		"x = eval('1')",
		"exec('x = 1')",
		"x = compile('1', '', 'eval')",
		"x = '{0.__class__}'.format(frappe)",
		"x = '{a.__class__}'.format_map({'a': frappe})",
		"x = str.format('{0.__class__}', frappe)",
		"x = frappe['__class__']",
		"x = (i for i in ()).gi_frame",
		"def f():\n\tyield 1\nx = f().gi_frame.f_back",
		"try:\n\t1 / 0\nexcept Exception as e:\n\tx = e.__traceback__",
		"try:\n\t1 / 0\nexcept Exception as e:\n\tx = e.__traceback__.tb_frame",
		"frappe.get_doc.x = 1",
		"frappe.ValidationError.http_status_code = 200",
		"frappe.utils.flt.x = 1",
		"class X:\n\t__slots__ = ()\n\tdef __getattr__(self, n): return 1",
		"_x = 1",
		"x = [].__len__()",
		"async def f():\n\tpass",
	],
)
def test_scripts_cannot_escape(script):
	with pytest.raises(REFUSED):
		run(script)


def test_scripts_do_not_change_what_others_read():
	run("frappe.get_hooks()['app_name'] = ['stolen']")
	assert "stolen" not in frappe.get_hooks("app_name")


def test_a_script_cannot_write_for_ever(monkeypatch):
	party = frappe.get_doc({"doctype": "Contract Party", "party_name": "Busy"}).insert()
	frappe.db.transaction_writes = 199_990
	try:
		with pytest.raises(frappe.TooManyWritesError):
			run(
				"n = 0\nwhile True:\n\tn = n + 1\n\tfrappe.db.set_value('Contract Party', name, 'notes', str(n))",
				name=party.name,
			)
	finally:
		frappe.db.rollback()


def test_print_goes_to_the_debug_log():
	frappe.local.debug_log = []
	run("print('seen', 1)")
	assert frappe.local.debug_log == ["seen 1"]
