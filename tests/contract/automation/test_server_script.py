"""Server Scripts of all four kinds."""

from __future__ import annotations

import frappe
import pytest
from frappe.utils.safe_exec import ServerScriptNotEnabled, safe_exec

from tests.contract.automation.tools import CLERK, ORDER, PARTY, acting_as, forget, order, party
from tests.support.engines import Engine
from tests.support.http import LiveServer

pytestmark = pytest.mark.usefixtures("forget_automation")


def script(name: str, code: str, **values) -> object:
	return frappe.get_doc(
		{
			"doctype": "Server Script",
			"name": name,
			"script_type": "DocType Event",
			"reference_doctype": PARTY,
			"script": code,
			**values,
		}
	).insert()


def on(event: str, code: str, doctype: str = PARTY) -> object:
	return script(f"Contract {event}", code, doctype_event=event, reference_doctype=doctype)


TRACE = "frappe.get_doc({{'doctype': 'ToDo', 'description': 'trace {}'}}).insert(ignore_permissions=True)"


def traced() -> list[str]:
	traces = frappe.get_all(
		"ToDo", {"description": ["like", "trace %"]}, pluck="description", order_by="creation"
	)
	return [trace.removeprefix("trace ") for trace in traces]


def test_before_insert_changes_the_document():
	on("Before Insert", "doc.credit_limit = 42")
	assert frappe.db.get_value(PARTY, party().name, "credit_limit") == 42


def test_the_order_of_events():
	for event in ("Before Insert", "Before Validate", "Before Save", "After Insert", "After Save"):
		on(event, TRACE.format(event.replace(" ", "")))
	doc = party()
	assert traced() == ["BeforeInsert", "BeforeValidate", "BeforeSave", "AfterInsert", "AfterSave"]
	frappe.db.delete("ToDo", {"description": ["like", "trace %"]})
	doc.save()
	assert traced() == ["BeforeValidate", "BeforeSave", "AfterSave"]


def test_events_of_a_submittable_document():
	for event in (
		"Before Submit",
		"After Submit",
		"Before Save (Submitted Document)",
		"After Save (Submitted Document)",
		"Before Cancel",
		"After Cancel",
	):
		on(event, TRACE.format(event.split(" (")[0].replace(" ", "")), ORDER)
	doc = order()
	assert traced() == []
	doc.submit()
	assert traced() == ["BeforeSubmit", "AfterSubmit"]
	doc.remarks = "later"
	doc.save()
	doc.cancel()
	assert traced() == [
		"BeforeSubmit",
		"AfterSubmit",
		"BeforeSave",
		"AfterSave",
		"BeforeCancel",
		"AfterCancel",
	]


def test_deleting_and_renaming():
	for event in ("Before Delete", "After Delete", "Before Rename", "After Rename"):
		on(event, TRACE.format(event.replace(" ", "")))
	doc = party("Old Name")
	frappe.rename_doc(PARTY, doc.name, "New Name")
	assert traced() == ["BeforeRename", "AfterRename"]
	frappe.delete_doc(PARTY, "New Name")
	assert traced()[2:] == ["BeforeDelete", "AfterDelete"]


def test_a_script_refuses():
	on("Before Save", "if doc.disabled:\n\tfrappe.throw('not disabled, please')")
	party("Fine")
	with pytest.raises(frappe.ValidationError, match="not disabled, please"):
		party("Not Fine", disabled=1)


def test_a_disabled_script_rests():
	doc = on("Before Insert", "doc.credit_limit = 42")
	doc.disabled = 1
	doc.save()
	assert not party().credit_limit


def test_a_deleted_script_rests():
	doc = on("Before Insert", "doc.credit_limit = 42")
	doc.delete()
	assert not party().credit_limit


def test_a_document_script_cannot_end_the_transaction():
	on("Before Save", "frappe.db.commit()")
	with pytest.raises(AttributeError):
		party()


def test_scripts_of_other_doctypes_do_not_run():
	on("Before Insert", "doc.reason = 'x'", ORDER)
	party()


def test_a_script_that_is_no_python():
	with pytest.raises(frappe.ValidationError):
		on("Before Save", "js || code.?")


def test_only_script_managers_write_scripts():
	with acting_as(CLERK), pytest.raises(frappe.PermissionError):
		on("Before Save", "pass")


def test_scripts_must_be_enabled(engine: Engine):
	if engine.name == "bench":
		pytest.skip("on a bench the switch is in the common configuration of all sites")
	with engine.config(server_script_enabled=0), pytest.raises(ServerScriptNotEnabled):
		safe_exec("x = 1")


# --- API ---------------------------------------------------------------------------------------------------------


def api(name: str, code: str, **values) -> object:
	return script(
		name,
		code,
		script_type="API",
		api_method=name.lower().replace(" ", "_"),
		reference_doctype=None,
		**values,
	)


def test_an_api_scripts_flags_are_its_result():
	assert api("Contract Flags", "frappe.flags.answer = 42").execute_method() == {"answer": 42}
	assert api("Contract Value", "frappe.flags = 'hello'").execute_method() == "hello"


def test_an_api_script_is_not_for_guests():
	doc = api("Contract Closed", "frappe.flags.answer = 42")
	with acting_as("Guest"), pytest.raises(frappe.PermissionError):
		doc.execute_method()


def test_an_api_script_may_be_for_guests():
	doc = api("Contract Open", "frappe.flags.answer = 42", allow_guest=1)
	with acting_as("Guest"):
		assert doc.execute_method() == {"answer": 42}


def test_a_document_script_is_no_api():
	with pytest.raises(frappe.DoesNotExistError):
		on("Before Save", "pass").execute_method()


def test_scripts_call_each_other():
	api("Contract Inner", "frappe.flags.answer = frappe.form_dict.number")
	outer = api("Contract Outer", "frappe.flags = frappe.call('contract_inner', number=7)\n")
	assert outer.execute_method() == {"answer": 7}


def test_a_script_cannot_call_what_is_not_whitelisted():
	doc = api("Contract Sly", "frappe.call('frappe.utils.password.get_decrypted_password')")
	with pytest.raises(frappe.PermissionError):
		doc.execute_method()


def test_over_http(http: LiveServer):
	# Counters of calls outlive a run of the tests on a bench: so a new name for each.
	few = f"Contract Few {frappe.generate_hash(length=8)}"
	message = "frappe.response['message'] = "
	try:
		api("Contract Http", f"{message}'hello ' + str(frappe.form_dict.who)", allow_guest=1)
		api(
			few, f"{message}1", allow_guest=1, enable_rate_limit=1, rate_limit_count=2, rate_limit_seconds=600
		)
		api("Contract Private", f"{message}1")
		frappe.db.commit()
		guest = http.session()
		method = f"{http.base_url}/api/method"
		answer = guest.get(f"{method}/contract_http", params={"who": "you"})
		assert (answer.status_code, answer.json()) == (200, {"message": "hello you"})
		assert guest.get(f"{method}/contract_private").status_code == 403
		statuses = [guest.get(f"{method}/{few.lower().replace(' ', '_')}").status_code for _call in range(3)]
		assert statuses == [200, 200, 429]
	finally:
		forget(*(("Server Script", name) for name in ("Contract Http", few, "Contract Private")))


# --- schedule and permissions ------------------------------------------------------------------------------------


def scheduled(frequency: str = "Daily", **values) -> object:
	return script(
		"Contract Schedule",
		TRACE.format("ran"),
		script_type="Scheduler Event",
		event_frequency=frequency,
		reference_doctype=None,
		**values,
	)


def job_types() -> list[dict]:
	return frappe.get_all(
		"Scheduled Job Type",
		filters={"server_script": "Contract Schedule"},
		fields=["name", "method", "frequency", "cron_format", "stopped"],
	)


def test_a_scheduled_script_has_a_job_type():
	scheduled("Cron", cron_format="0 5 * * *")
	(row,) = job_types()
	assert (row.method, row.frequency, row.cron_format) == ("contract_schedule_cron", "Cron", "0 5 * * *")


def test_a_scheduled_script_runs():
	scheduled().execute_scheduled_method()
	assert traced() == ["ran"]


def test_another_frequency_makes_another_job_type():
	doc = scheduled()
	doc.event_frequency = "Weekly"
	doc.save()
	assert [row.frequency for row in job_types()] == ["Weekly"]


def test_disabling_stops_the_job_type():
	doc = scheduled()
	doc.disabled = 1
	doc.save()
	assert [row.stopped for row in job_types()] == [1]
	doc.disabled = 0
	doc.save()
	assert [row.stopped for row in job_types()] == [0]


def test_deleting_the_script_deletes_the_job_type():
	scheduled().delete()
	assert job_types() == []


def test_a_permission_query_limits_lists():
	script(
		"Contract Query",
		"if user != 'Administrator':\n\tconditions = '`tabContract Party`.credit_limit < 10'",
		script_type="Permission Query",
	)
	party("Small", credit_limit=5)
	party("Big", credit_limit=50)
	with acting_as(CLERK):
		assert frappe.get_list(
			PARTY, pluck="name", limit_page_length=0, filters={"name": ["in", ["Small", "Big"]]}
		) == ["Small"]
	assert len(frappe.get_all(PARTY, filters={"name": ["in", ["Small", "Big"]]})) == 2
