"""A payer tells what a payment is for; the payment alone would have told nothing."""

from __future__ import annotations

import base64
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import frappe
import pytest
from o2c_extensions.cash_application import api, tasks
from o2c_extensions.cash_application.services import advice_intake, remittances
from o2c_extensions.cash_application.services.matching import apply as apply_receipt
from o2c_extensions.common import casebook
from o2c_extensions.credit_control.services import ledger, recheck

from tests.scenarios.o2c.test_cash import (
	DAY,
	TODAY,
	account,
	by_hand_only,
	line,
	make_invoice,
	outstanding,
	state,
)
from tests.scenarios.o2c.test_statements_in import mail_account
from tests.support import erp
from tests.support import remittance as samples
from tests.support.camt import booking
from tests.support.holds import credit_status, limited, submitted

__all__ = ["account", "by_hand_only", "mail_account"]


def advise(*documents: tuple[Any, str], **values: Any) -> str:
	"""An advice comes in; its name."""
	told = [(getattr(document, "name", document), amount) for document, amount in documents]
	reference = values.pop("reference", f"PAY-{frappe.generate_hash(length=8)}")
	values.setdefault("day", date(2026, 3, 9))
	[name] = remittances.import_advices(
		samples.remadv(told, reference=reference, number=reference, **values), "advice.edi", today=TODAY
	)
	return str(name)


def advice(name: str) -> Any:
	return frappe.get_doc("Remittance Advice", name)


def run() -> None:
	"""What a run of Cash Application does, without its commits."""
	work = tasks.CashApplication({"date": TODAY.isoformat()})
	items = list(work.items())
	work.expect(items)
	for item in items:
		work.do(item)


def test_an_anonymous_lump_payment_pays_the_advised_invoices(
	account: str, customer: str, service: str
) -> None:
	first, second = make_invoice(customer, service, 119), make_invoice(customer, service, 81)
	other = make_invoice(customer, service, 200)
	name = advise((first, "119"), (second, "81"), reference="PAY-0815-A", day=date(2026, 3, 9))
	told = advice(name)
	assert (told.status, told.customer, told.company, told.total) == ("Open", customer, erp.COMPANY, 200)
	assert [(row.reference, row.document, row.amount) for row in told.documents] == [
		(first.name, first.name, 119),
		(second.name, second.name, 81),
	]
	payment_line = line(booking("200", DAY, "SAMMLER", end_to_end="PAY-0815-A"))
	run()
	assert [outstanding(invoice) for invoice in (first, second, other)] == [0, 0, 200]
	assert state(payment_line)[1] == "Matched"
	told = advice(name)
	assert (told.status, told.bank_transaction) == ("Joined", payment_line)
	[entry] = frappe.get_doc("Bank Transaction", payment_line).payment_entries
	assert told.payment_entry == entry.payment_entry


def test_a_shortfall_that_was_advised_stays_open_where_it_was_kept_back(
	account: str, customer: str, service: str
) -> None:
	first, second = make_invoice(customer, service, 119), make_invoice(customer, service, 81)
	name = advise(
		(first, "99"), (second, "81"), reference="PAY-0815-S", kept_back=[(first.name, "20", "Bruch")]
	)
	assert advice(name).documents[0].deduction == 20
	payment_line = line(booking("180", DAY, "SAMMLER", end_to_end="PAY-0815-S"))
	run()
	assert state(payment_line)[1] == "Matched"
	assert (outstanding(first), outstanding(second)) == (20, 0), "not what is due first, but what was told"
	assert advice(name).status == "Joined"


def test_an_advised_payment_lets_a_held_order_go(account: str, service: str) -> None:
	customer = limited(100)
	invoice = make_invoice(customer, service, 90)
	order = submitted(customer, service, 50)
	assert credit_status(order) == "Held"
	advise((invoice, "90"), reference="PAY-0815-K")
	line(booking("90", DAY, "SAMMLER", end_to_end="PAY-0815-K"))
	run()
	assert outstanding(invoice) == 0
	ledger.settle()
	recheck.recheck(customer, erp.COMPANY, casebook.today())
	assert credit_status(order) == "Released"


def test_an_advice_that_comes_later_is_joined_with_the_waiting_line(
	account: str, customer: str, service: str
) -> None:
	invoice = make_invoice(customer, service, 77)
	payment_line = line(booking("77", DAY, "danke", end_to_end="PAY-0815-B"))
	assert apply_receipt(payment_line, TODAY) is None
	assert state(payment_line)[1] == "Waiting"
	name = advise((invoice, "77"), reference="PAY-0815-B")
	assert advice(name).bank_transaction == payment_line
	run()
	assert outstanding(invoice) == 0
	assert advice(name).status == "Joined"


def test_a_late_advice_starts_a_run(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 77)
	line(booking("77", DAY, "danke", end_to_end="PAY-0815-C"))
	frappe.db.set_single_value("O2C Settings", "match_receipts", 1)
	frappe.clear_document_cache("O2C Settings", "O2C Settings")
	before = frappe.db.count("O2C Run", {"kind": "Cash Application"})
	advise((invoice, "77"), reference="PAY-0815-C")
	assert frappe.db.count("O2C Run", {"kind": "Cash Application"}) == before + 1
	advise((invoice, "77"), reference="PAY-NOT-THERE")
	assert frappe.db.count("O2C Run", {"kind": "Cash Application"}) == before + 1


def test_the_payer_and_the_amount_find_the_line_without_a_reference(
	account: str, customer: str, service: str
) -> None:
	invoice = make_invoice(customer, service, "333.33")
	title = frappe.db.get_value("Customer", customer, "customer_name")
	payment_line = line(booking("333.33", DAY, "Überweisung", name=title.upper()))
	stranger = line(booking("444.44", DAY, "Überweisung", name="Jemand Anders"), opening="333.33", number="2")
	name = advise((invoice, "333.33"), day=date(2026, 3, 8))
	assert advice(name).bank_transaction == payment_line
	lost = advise((invoice, "444.44"), day=date(2026, 3, 8))
	assert not advice(lost).bank_transaction
	assert stranger


def test_a_payment_that_is_taken_back_leaves_the_advice_open(
	account: str, customer: str, service: str
) -> None:
	invoice = make_invoice(customer, service, 50)
	name = advise((invoice, "50"), reference="PAY-0815-D")
	payment_line = line(booking("50", DAY, "", end_to_end="PAY-0815-D"))
	run()
	frappe.get_doc("Payment Entry", advice(name).payment_entry).cancel()
	assert (advice(name).status, advice(name).payment_entry) == ("Open", None)
	frappe.get_doc("Bank Transaction", payment_line).cancel()
	assert advice(name).bank_transaction is None


def test_the_same_advice_is_taken_once_whatever_its_envelope(
	account: str, customer: str, service: str
) -> None:
	invoice = make_invoice(customer, service, 50)
	content = samples.remadv([(invoice.name, "50")], reference="PAY-0815-E")
	first = remittances.import_advices(content, "a.edi")
	assert remittances.import_advices(content, "b.edi") == first
	assert remittances.import_advices(content.replace(b"'", b"'\r\n"), "c.edi") == first
	both = samples.remadv([(invoice.name, "50")], reference="PAY-0815-F")
	assert remittances.import_advices(both, "d.edi") != first


def test_what_names_nothing_of_ours_is_unknown_and_still_offered(account: str) -> None:
	name = advise(("RE-4711", "12.50"), reference="PAY-0815-G")
	assert (advice(name).status, advice(name).customer) == ("Unknown", None)
	payment_line = line(booking("12.50", DAY, "x", end_to_end="PAY-0815-G"))
	remittances.join_lines()
	assert remittances.references_for([payment_line, "nothing"]) == {payment_line: ("RE-4711",)}


def test_the_customers_own_order_number_names_its_invoice(account: str, customer: str, service: str) -> None:
	number = f"BEST-{frappe.generate_hash(length=8)}"
	invoice = make_invoice(customer, service, 50, po_no=number)
	name = advise((number, "50"), reference="PAY-0815-H")
	assert advice(name).documents[0].document == invoice.name


def test_a_part_of_what_was_advised(account: str, customer: str, service: str) -> None:
	first, second = make_invoice(customer, service, 60), make_invoice(customer, service, 40)
	name = advise((first, "60"), (second, "40"), reference="PAY-0815-I")
	payment_line = line(booking("60", DAY, first.name, end_to_end="PAY-0815-I"))
	remittances.join_lines()
	assert advice(name).bank_transaction == payment_line
	from o2c_extensions.cash_application.services.clerks import match_by_hand

	match_by_hand(payment_line, [first.name])
	assert advice(name).status == "Partly"


def test_the_cases_are_told_and_the_join_is_on_record(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 50)
	name = advise((invoice, "50"), reference="PAY-0815-J", day=date(2026, 3, 9))
	case = frappe.db.get_value("Sales Invoice", invoice.name, "o2c_case")
	[event] = frappe.get_all(
		"O2C Event", filters={"o2c_case": case, "event": "Advised"}, fields=["reference_name", "details"]
	)
	assert (event.reference_name, json.loads(event.details)["payment_date"]) == (name, "2026-03-09")
	line(booking("50", DAY, "", end_to_end="PAY-0815-J"))
	remittances.join_lines()
	assert frappe.db.exists("O2C Decision", {"decision_type": "Remittance Join", "reference_name": name})


# --- ways in --------------------------------------------------------------------------------------------------------------


def count() -> int:
	return int(frappe.db.count("Remittance Advice"))


@pytest.mark.parametrize("spoil", [b"'MOA+12:", b"UNT+"])
def test_a_spoiled_file_leaves_nothing(account: str, spoil: bytes) -> None:
	before = count()
	content = samples.remadv([("A-1", "1.00"), ("A-2", "2.00")]).replace(
		spoil, b"'MOA+12:x" if b"MOA" in spoil else b"UNT+9"
	)
	with erp.refused(frappe.ValidationError) as caught:
		api.import_advice(base64.b64encode(content).decode(), "a.edi")
	assert "segment" in str(caught.value)
	assert count() == before


def test_a_table_is_read_by_a_saved_mapping(account: str, customer: str) -> None:
	title = frappe.db.get_value("Customer", customer, "customer_name")
	erp.insert(
		"Remittance Advice Mapping",
		mapping_name=f"Mapping {frappe.generate_hash(length=6)}",
		customer=customer,
		header_row=1,
		date_format="DD.MM.YYYY",
		decimal_separator="Comma",
		reference_column="Zeichen",
		amount_column="Wert",
	)
	content = b"Zeichen;Wert;Rest\nX-1;1,50;a\nX-2;2,50;b\n"
	shown = api.preview_advice(base64.b64encode(content).decode(), "a.csv")
	assert [row["amount"] for row in shown["rows"]] == [1.5, 2.5]
	[name] = api.import_advice(base64.b64encode(content).decode(), "a.csv")["advices"]
	told = advice(name)
	assert (told.payer, told.customer, told.total, told.file_format) == (title, customer, 4, "CSV")


def test_a_preview_keeps_nothing(account: str) -> None:
	before = count()
	shown = api.preview_advice(base64.b64encode(samples.X820).decode(), "a.x12")
	[told] = shown["advices"]
	assert (told["payer"], told["total"], len(told["documents"])) == ("Big Retail Corp", 5390.5, 3)
	shown = api.preview_advice(base64.b64encode(samples.CSV.encode()).decode(), "a.csv")
	assert (shown["values"]["reference_column"], shown["problems"]) == ("Rechnungsnummer", 0)
	assert count() == before


def test_only_clerks_import(account: str) -> None:
	user = erp.insert(
		"User",
		email=f"{frappe.generate_hash(length=8)}@example.com",
		first_name="Nobody",
		send_welcome_email=0,
	)
	frappe.flags.in_test, kept = False, frappe.flags.in_test
	frappe.set_user(user.name)
	try:
		with pytest.raises(frappe.PermissionError):
			api.import_advice(base64.b64encode(samples.X820).decode(), "a.x12")
	finally:
		frappe.set_user("Administrator")
		frappe.flags.in_test = kept


def test_nobody_writes_an_advice_by_hand(account: str) -> None:
	with erp.refused(frappe.PermissionError):
		frappe.get_doc({"doctype": "Remittance Advice", "status": "Open"}).insert()


def test_files_in_the_watched_folder_are_taken_once(account: str, tmp_path: Path) -> None:
	folder = Path(frappe.utils.get_files_path(f"advices-{frappe.generate_hash(length=6)}", is_private=1))
	folder.mkdir(parents=True)
	frappe.db.set_single_value("O2C Settings", "advice_folder", folder.name)
	frappe.clear_document_cache("O2C Settings", "O2C Settings")
	good, bad = folder / "a.x12", folder / "b.x12"
	good.write_bytes(samples.X820.replace(b"TRACE000123", frappe.generate_hash(length=10).upper().encode()))
	bad.write_bytes(samples.X820.replace(b"SE*16", b"SE*15"))
	taken = [advice_intake.take(f"folder:{path.name}", TODAY) for path in (good, bad)]
	assert advice(taken[0]).source == "Folder"
	assert "segment 18 SE" in taken[1]
	assert advice_intake.take("folder:../../site_config.json", TODAY) == "Gone"


def receive(account: str, content: str, **values: Any) -> Any:
	return erp.insert(
		"Communication",
		subject="Zahlungsavis",
		communication_medium="Email",
		communication_type="Communication",
		sent_or_received="Received",
		sender="payables@customer.example",
		email_account=account,
		content=content,
		**values,
	)


@pytest.fixture
def advice_account(mail_account: str) -> str:
	frappe.db.set_single_value("O2C Settings", "statement_mail_account", None)
	frappe.db.set_single_value("O2C Settings", "advice_mail_account", mail_account)
	frappe.clear_document_cache("O2C Settings", "O2C Settings")
	return mail_account


def started() -> list[str]:
	return frappe.get_all(
		"O2C Run", filters={"kind": "Remittance Intake"}, pluck="parameters", order_by="creation asc"
	)


def test_what_a_mail_says_is_an_advice(
	advice_account: str, account: str, customer: str, service: str
) -> None:
	invoice = make_invoice(customer, service, "119.00")
	before = len(started())
	mail = receive(
		advice_account,
		f"<p>We have paid</p><table><tr><td>Invoice {invoice.name}</td><td>119.00 EUR</td></tr></table>"
		f"<p>Payment reference: {invoice.name}-P</p>",
	)
	[parameters] = started()[before:]
	work = tasks.AdviceIntake(json.loads(parameters))
	[item] = work.items()
	name = work.do(item)
	told = advice(str(name))
	assert (told.source, told.communication, told.total) == ("Mail", mail.name, 119)
	assert told.documents[0].document == invoice.name
	assert told.payment_reference == f"{invoice.name}-P"
	assert work.do(item) == name, "a second time is the same advice"


def test_an_attachment_counts_before_the_text(advice_account: str, account: str) -> None:
	mail = receive(advice_account, "Invoice 4711 1.00 EUR")
	for filename, content in (("logo.png", b"\x89PNG\r\n\x1a\n"), ("advice.edi", samples.REMADV)):
		frappe.get_doc(
			{
				"doctype": "File",
				"file_name": f"{frappe.generate_hash(length=6)}-{filename}",
				"attached_to_doctype": "Communication",
				"attached_to_name": mail.name,
				"is_private": 1,
				"content": content,
			}
		).insert()
	told = advice(advice_intake.take(f"mail:{mail.name}", TODAY))
	assert (told.advice_number, told.total) == ("AVIS-2026-77", 1516.2)
	assert Decimal(str(told.documents[1].deduction)) == 50


def test_a_mail_that_is_no_advice_is_told_so(advice_account: str, account: str) -> None:
	before = count()
	mail = receive(advice_account, "Please call me.")
	assert "names no document" in advice_intake.take(f"mail:{mail.name}", TODAY)
	assert count() == before
	assert frappe.db.exists("Comment", {"reference_name": mail.name, "comment_type": "Comment"})


@pytest.mark.parametrize("values", [{"sent_or_received": "Sent"}, {"email_account": None}])
def test_other_mails_are_left_alone(advice_account: str, account: str, values: dict[str, Any]) -> None:
	before = len(started())
	erp.insert(
		"Communication",
		**{
			"subject": "x",
			"communication_medium": "Email",
			"communication_type": "Communication",
			"sent_or_received": "Received",
			"sender": "a@b.example",
			"email_account": advice_account,
			"content": "x",
			**values,
		},
	)
	assert len(started()) == before
