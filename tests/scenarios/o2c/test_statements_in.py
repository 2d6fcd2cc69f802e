"""Statements come in, in every format and by every way, and each line becomes one bank transaction."""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import frappe
import pytest
from frappe.utils import get_files_path
from o2c_extensions.cash_application import api, tasks
from o2c_extensions.cash_application.services import intake
from o2c_extensions.cash_application.services.statements import import_statement

from tests.support import bank_files, camt, erp, mt940
from tests.support.mt940 import Booking

DAY = date(2026, 3, 10)
TODAY = date(2026, 3, 31)
IBAN = "DE37990000000000440044"
RENT = Booking(
	Decimal("119.50"),
	DAY,
	"Rechnung 17",
	name="Kunde GmbH",
	iban="DE89370400440532013000",
	bank_reference="B1",
)
FEE = Booking(Decimal("-4.20"), DAY, "Entgelt", name="Bank", bank_reference="B2")


@pytest.fixture(autouse=True)
def by_hand_only() -> None:
	frappe.db.set_single_value("O2C Settings", "match_receipts", 0)
	frappe.clear_document_cache("O2C Settings", "O2C Settings")


@pytest.fixture
def account(company: str) -> str:
	label = f"Bank {frappe.generate_hash(length=6)}"
	bank = erp.insert("Bank", bank_name=label)
	ledger = erp.insert(
		"Account",
		account_name=label,
		parent_account="Bank Accounts - NH",
		account_type="Bank",
		account_currency="EUR",
		company=erp.COMPANY,
	)
	return str(
		erp.insert(
			"Bank Account",
			account_name=label,
			bank=bank.name,
			account=ledger.name,
			is_company_account=1,
			company=erp.COMPANY,
			iban=IBAN,
		).name
	)


def files(*bookings: Booking, opening: str = "100") -> dict[str, bytes]:
	closing = Decimal(opening) + sum((each.amount for each in bookings), Decimal(0))
	as_camt = [
		camt.booking(each.amount, each.day, each.text, name=each.name, bank_reference=each.bank_reference)
		for each in bookings
	]
	return {
		"camt": camt.file(IBAN, opening, as_camt),
		"mt940": mt940.file(IBAN, opening, bookings),
		"bai2": bank_files.bai2(IBAN, opening, bookings, currency="EUR"),
		"ofx": bank_files.ofx(IBAN, closing, bookings),
		"csv": bank_files.csv_table(opening, bookings),
		"xlsx": bank_files.workbook(opening, bookings),
	}


def lines(statement: str) -> list[Any]:
	return frappe.get_all(
		"Bank Transaction", filters={"o2c_bank_statement": statement}, fields=["*"], order_by="deposit desc"
	)


def make_mapping(account: str | None, **values: Any) -> str:
	told = {
		"mapping_name": f"Mapping {frappe.generate_hash(length=6)}",
		"bank_account": account,
		"header_row": 1,
		"date_format": "DD.MM.YYYY",
		"decimal_separator": "Comma",
		"thousands_separator": "Point",
		"date_column": "Buchungstag",
		"value_date_column": "Wertstellung",
		"amount_column": "Betrag",
		"currency_column": "Währung",
		"text_columns": "Verwendungszweck",
		"party_column": "Name",
		"iban_column": "IBAN",
		"reference_column": "Transaction ID",
		"balance_column": "Saldo",
	}
	return str(erp.insert("Bank Statement Mapping", **{**told, **values}).name)


# --- formats --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["camt", "mt940", "bai2", "ofx", "csv", "xlsx"])
def test_each_format_becomes_bank_transactions(account: str, kind: str) -> None:
	make_mapping(account)
	[name] = import_statement(files(RENT, FEE)[kind], "a.file", TODAY)
	statement = frappe.get_doc("Bank Statement", name)
	assert (statement.bank_account, statement.currency) == (account, "EUR")
	assert (statement.deposits, statement.withdrawals, statement.difference) == (119.5, 4.2, 0)
	assert statement.closing_balance == 215.3
	assert statement.has_balances == (kind != "ofx")
	assert statement.file_format.upper().startswith(kind[:3].upper())
	rent, fee = lines(name)
	assert (rent.deposit, rent.date, rent.docstatus) == (119.5, DAY, 1)
	assert (rent.description, rent.o2c_bank_reference) == ("Rechnung 17", "B1")
	assert fee.withdrawal == 4.2
	if kind != "bai2":
		assert rent.bank_party_name == "Kunde GmbH"


@pytest.mark.parametrize("kind", ["camt", "mt940", "bai2", "ofx", "csv", "xlsx"])
def test_each_format_twice_and_overlapping_brings_each_line_once(account: str, kind: str) -> None:
	make_mapping(account)
	content = files(RENT, FEE)[kind]
	first = import_statement(content, "a.file", TODAY)
	assert import_statement(content, "b.file", TODAY) == first
	later = Booking(Decimal(7), DAY, "später", name="X", bank_reference="B3")
	[second] = import_statement(files(RENT, FEE, later)[kind], "c.file", TODAY)
	assert [row.deposit for row in lines(second)] == [7]
	assert frappe.db.get_value("Bank Statement", second, ["new_lines", "known_lines"]) == (1, 2)


@pytest.mark.parametrize("kind", ["mt940", "csv"])
def test_two_equal_payments_of_a_day_stay_two(account: str, kind: str) -> None:
	make_mapping(account)
	twin = Booking(Decimal(10), DAY, "Miete", name="Kunde GmbH")
	[first] = import_statement(files(twin, twin)[kind], "a", TODAY)
	assert len(lines(first)) == 2
	[again] = import_statement(files(twin, twin, FEE)[kind], "b", TODAY)
	assert [row.withdrawal for row in lines(again)] == [4.2]


def test_a_line_is_the_same_in_every_format_that_gives_its_reference(account: str) -> None:
	make_mapping(account)
	told = files(RENT)
	[first] = import_statement(told.pop("camt"), "a", TODAY)
	assert len(lines(first)) == 1
	for content in told.values():
		[again] = import_statement(content, "b", TODAY)
		assert lines(again) == []


def test_statements_of_one_file_tell_of_different_lines(account: str) -> None:
	twin = Booking(Decimal(10), DAY, "Miete")
	one = mt940.file(IBAN, "0", [twin], number="1/1").decode()
	two = mt940.file(IBAN, "10", [twin], number="2/1").decode()
	first, second = import_statement(f"{one}\n{two}\n{two}".encode(), "a", TODAY)
	assert (len(lines(first)), len(lines(second))) == (1, 1)
	[day] = import_statement(mt940.file(IBAN, "0", [twin, twin], number="9/1"), "b", TODAY)
	assert lines(day) == []


def test_what_the_bank_tells_of_a_returned_debit_is_kept(account: str) -> None:
	content = (
		b":20:X\n:25:99000000/440044\n:28C:7/1\n:60F:C260309EUR100,\n:61:2603100310D12,35NRTINONREF//B9\n/OCMT/EUR11,85//CHGS/EUR0,50/\n"
		b":86:109?00SEPA-LS RETOURE?20EREF+A-1?21MREF+M-2?22CRED+DE98ZZZ09999999999?23SVWZ+Konto erloschen"
		b"?30BANKDEFF?31DE89370400440532013000?32Kunde GmbH?34914\n:62F:C260310EUR87,65\n-"
	)
	frappe.db.set_value("Bank Account", account, {"iban": "", "bank_account_no": "440044"})
	[name] = import_statement(content, "a", TODAY)
	[line] = lines(name)
	assert (line.transaction_type, line.o2c_return_code, line.o2c_return_reason) == (
		"Return",
		"914",
		"914 SEPA-LS RETOURE",
	)
	assert (line.o2c_end_to_end_id, line.o2c_mandate_id, line.o2c_creditor_id) == (
		"A-1",
		"M-2",
		"DE98ZZZ09999999999",
	)
	assert (line.o2c_charges, line.o2c_instructed_amount, line.o2c_instructed_currency) == (0.5, 11.85, "EUR")
	assert (line.o2c_booking_code, line.o2c_bank_reference, line.o2c_value_date) == ("109", "B9", DAY)


def test_structured_references_and_charges_of_camt_are_kept(account: str) -> None:
	content = camt.file(IBAN, "0", [camt.booking("10", DAY, reference="RF18539007547034")]).replace(
		b"<RltdPties>",
		b'<AmtDtls><InstdAmt><Amt Ccy="USD">11.50</Amt><CcyXchg><SrcCcy>USD</SrcCcy><XchgRate>1.15</XchgRate></CcyXchg>'
		b'</InstdAmt></AmtDtls><Chrgs><Rcrd><Amt Ccy="EUR">0.25</Amt></Rcrd></Chrgs><RltdPties>',
	)
	[name] = import_statement(content, "a", TODAY)
	[line] = lines(name)
	assert line.o2c_structured_references == "RF18539007547034"
	assert (line.o2c_instructed_amount, line.o2c_instructed_currency) == (11.5, "USD")
	assert (line.o2c_exchange_rate, line.o2c_charges) == (1.15, 0.25)


# --- what is refused ------------------------------------------------------------------------------------------------------


def count() -> tuple[int, int]:
	return frappe.db.count("Bank Statement"), frappe.db.count("Bank Transaction")


def refuse(content: bytes, *words: str, **values: Any) -> None:
	before = count()
	with pytest.raises(frappe.ValidationError) as error:
		import_statement(content, "bad", TODAY, **values)
	for word in words:
		assert word in str(error.value)
	assert count() == before


def test_a_difference_is_told_with_its_place(account: str) -> None:
	content = mt940.file(IBAN, "100", [RENT]).replace(b"EUR219,50", b"EUR200,00")
	refuse(content, "-19", "(line 7, :62F:)")
	[name] = import_statement(content, "a", TODAY, accept_difference=True)
	assert frappe.db.get_value("Bank Statement", name, ["difference", "difference_accepted_by"]) == (
		-19.5,
		frappe.session.user,
	)


def test_mistakes_are_told_with_their_place(account: str) -> None:
	told = files(RENT, FEE)
	make_mapping(account)
	refuse(told["mt940"].replace(b"C119,50", b"C119.5.0"), "119.5.0", "line 5", ":61:")
	refuse(told["bai2"].replace(b"16,165", b"16,165X"), "165X", "line 4", "record 16")
	refuse(told["ofx"].replace(b"<TRNAMT>119.50", b"<TRNAMT>abc"), "abc", "STMTTRN[1]/TRNAMT")
	refuse(told["csv"].replace(b"119,50;EUR", b"119x50;EUR"), "119x50", "line 2", "Betrag")
	refuse(b"%PDF-1.4\n\x00\x01\x02", "none of the known formats")


def test_the_second_statement_of_a_file_in_which_something_is_wrong_keeps_the_first_out(account: str) -> None:
	one = mt940.file(IBAN, "0", [RENT], number="1/1")
	refuse(one + b"\n" + mt940.file(IBAN, "0", [FEE], number="2/1").replace(b"D4,20", b"Dx"), "Dx")
	refuse(one + b"\n" + mt940.file("DE99", "0", [FEE], number="2/1"), "DE99")


def test_a_table_needs_a_mapping_that_fits(account: str) -> None:
	refuse(files(RENT)["csv"], "0 Bank Statement Mappings")
	make_mapping(account, amount_column="Amount")
	refuse(files(RENT)["csv"], "0 Bank Statement Mappings")
	first = make_mapping(account)
	make_mapping(account)
	refuse(files(RENT)["csv"], "2 Bank Statement Mappings")
	[name] = import_statement(files(RENT)["csv"], "a", TODAY, mapping=first)
	assert len(lines(name)) == 1


def test_a_mapping_for_any_account_is_told_which(account: str) -> None:
	make_mapping(None)
	refuse(files(RENT)["csv"], "of which account")
	[name] = import_statement(files(RENT)["csv"], "a", TODAY, bank_account=account)
	assert frappe.db.get_value("Bank Statement", name, "bank_account") == account


@pytest.mark.parametrize(
	"values",
	[
		{"date_column": ""},
		{"amount_column": ""},
		{"date_format": "DD.MM"},
		{"header_row": -1},
		{"decimal_separator": "Point", "thousands_separator": "Point"},
	],
)
def test_a_mapping_that_can_read_nothing_is_refused(account: str, values: dict[str, Any]) -> None:
	with pytest.raises(frappe.ValidationError):
		make_mapping(account, **values)


# --- looked at before it is imported ----------------------------------------------------------------------------------------


def sent(content: bytes, **values: Any) -> dict[str, Any]:
	return {"content": base64.b64encode(content).decode(), "filename": "a.csv", **values}


def test_a_table_is_shown_as_it_would_be_read(account: str) -> None:
	before = count()
	content = files(RENT, FEE)["csv"].replace(b"-4,20", b"-4,2,0")
	shown = api.preview_statement(**sent(content, bank_account=account))
	assert (shown["format"], shown["is_table"], shown["mapping"], shown["saved"]) == ("CSV", True, None, [])
	assert shown["values"]["date_column"] == "Buchungstag"
	assert shown["values"]["text_columns"] == "Verwendungszweck"
	first, second = shown["rows"]
	assert (first["line"], first["amount"], first["remittance"], first["problems"]) == (
		2,
		119.5,
		"Rechnung 17",
		{},
	)
	assert list(second["problems"]) == ["Betrag"]
	assert (shown["problems"], shown["problem"]) == (1, "")
	assert count() == before


def test_a_proposal_is_saved_and_used(account: str) -> None:
	content = files(RENT, FEE)["xlsx"]
	values = api.preview_statement(**sent(content))["values"]
	tried = api.preview_statement(**sent(content, mapping=json.dumps({**values, "bank_account": account})))
	assert [row["own_account"] for row in tried["rows"]] == [IBAN, IBAN]
	name = erp.insert(
		"Bank Statement Mapping", mapping_name=frappe.generate_hash(), **{**values, "bank_account": account}
	).name
	assert api.preview_statement(**sent(content))["mapping"] == name
	[statement] = api.import_statement(**sent(content))["statements"]
	assert len(lines(statement)) == 2


def test_a_mapping_that_does_not_fit_says_so_and_shows_the_headings(account: str) -> None:
	shown = api.preview_statement(
		**sent(
			files(RENT)["csv"],
			mapping={
				"date_column": "Day",
				"amount_column": "Betrag",
				"date_format": "DD.MM.YYYY",
				"header_row": 1,
			},
		)
	)
	assert "Day" in shown["problem"]
	assert shown["headings"] == list(bank_files.HEADINGS)
	assert shown["rows"] == []


def test_other_formats_are_shown_by_statement(account: str) -> None:
	before = count()
	shown = api.preview_statement(**sent(files(RENT, FEE)["mt940"]))
	assert (shown["format"], shown["is_table"]) == ("MT940", False)
	[statement] = shown["statements"]
	assert (statement["account"], statement["entries"], statement["difference"]) == (IBAN, 2, 0)
	assert count() == before


def test_who_may_look(account: str) -> None:
	email = f"analyst-{frappe.generate_hash(length=8)}@example.com"
	user = frappe.get_doc(
		{
			"doctype": "User",
			"email": email,
			"first_name": "A",
			"send_welcome_email": 0,
			"roles": [{"role": "O2C Analyst"}],
		}
	)
	user.flags.no_welcome_mail = True
	user.insert()
	frappe.set_user(email)
	frappe.flags.in_test = False  # frappe.only_for lets every test pass
	with pytest.raises(frappe.PermissionError):
		api.preview_statement(**sent(files(RENT)["mt940"]))


# --- the watched folder ---------------------------------------------------------------------------------------------------


@pytest.fixture
def watched(account: str) -> Iterator[Path]:
	name = f"statements-{frappe.generate_hash(length=6)}"
	frappe.db.set_single_value("O2C Settings", "statement_folder", name)
	frappe.clear_document_cache("O2C Settings", "O2C Settings")
	path = Path(get_files_path(name, is_private=1))
	path.mkdir(parents=True)
	yield path
	for found in sorted(path.rglob("*"), reverse=True):
		found.rmdir() if found.is_dir() else found.unlink()
	path.rmdir()


def put(folder: Path, name: str, content: bytes, age: float = 60) -> None:
	(folder / name).write_bytes(content)
	os.utime(folder / name, (time.time() - age,) * 2)


def after_commit() -> None:
	"""What the commit of a run would set off, without ending the test's transaction."""
	frappe.db.after_commit.run()


def test_a_file_in_the_folder_is_taken_once(watched: Path) -> None:
	put(watched, "march.sta", files(RENT)["mt940"])
	[item] = intake.items([])
	made = intake.take(item, TODAY)
	assert (watched / "march.sta").exists(), "nothing is moved before the commit"
	after_commit()
	assert [path.name for path in (watched / "done").iterdir()] == ["march.sta"]
	assert intake.items([]) == []
	assert len(lines(made)) == 1


def test_a_worker_that_was_killed_after_the_commit_leaves_a_file_that_is_put_away(watched: Path) -> None:
	put(watched, "march.sta", files(RENT)["mt940"])
	[item] = intake.items([])
	made = intake.take(item, TODAY)
	frappe.db.after_commit.reset()
	assert intake.items([]) == [item]
	assert intake.take(item, TODAY) == made
	after_commit()
	assert intake.items([]) == []
	assert len(lines(made)) == 1


def test_a_file_that_cannot_be_imported_is_put_aside_with_the_reason(watched: Path) -> None:
	before = count()
	put(watched, "bad.sta", files(RENT)["mt940"].replace(b"C119,50", b"Cx"))
	[item] = intake.items([])
	assert "Cx" in intake.take(item, TODAY)
	after_commit()
	assert sorted(path.name for path in (watched / "failed").iterdir()) == ["bad.sta", "bad.sta.reason.txt"]
	assert "line 5" in (watched / "failed" / "bad.sta.reason.txt").read_text()
	assert count() == before


def test_files_of_one_name_do_not_take_each_others_place(watched: Path) -> None:
	for booking in (RENT, FEE):
		put(watched, "today.sta", files(booking)["mt940"])
		[item] = intake.items([])
		intake.take(item, TODAY)
		after_commit()
	assert sorted(path.name for path in (watched / "done").iterdir()) == ["today.1.sta", "today.sta"]


def test_what_is_not_complete_or_no_file_is_left_alone(watched: Path) -> None:
	content = files(RENT)["mt940"]
	put(watched, "fresh.sta", content, age=0)
	put(watched, ".hidden", content)
	put(watched, "load.part", content)
	(watched / "sub").mkdir()
	(watched / "link.sta").symlink_to("/etc/hostname")
	assert intake.items([]) == []
	assert intake.take("folder:link.sta", TODAY) == "Gone"
	assert intake.take("folder:../../site_config.json", TODAY) == "Gone"


def test_a_run_is_started_when_files_wait(watched: Path) -> None:
	runs = {"kind": "Statement Intake"}
	before = frappe.db.count("O2C Run", runs)
	tasks.watch_folder()
	assert frappe.db.count("O2C Run", runs) == before
	put(watched, "march.sta", files(RENT)["mt940"])
	tasks.watch_folder()
	tasks.watch_folder()
	assert frappe.db.count("O2C Run", runs) == before + 1


@pytest.mark.parametrize("told", ["/etc", "../../../..", "/tmp/statements", "."])
def test_a_folder_elsewhere_is_not_watched(company: str, told: str) -> None:
	settings = frappe.get_doc("O2C Settings")
	settings.statement_folder = told
	with pytest.raises(frappe.ValidationError):
		settings.save()


def test_a_folder_elsewhere_may_be_allowed_by_the_sites_configuration(company: str, tmp_path: Path) -> None:
	frappe.conf["o2c_statement_folders"] = [str(tmp_path)]
	try:
		assert intake.checked(str(tmp_path / "bank")) == (tmp_path / "bank").resolve()
	finally:
		frappe.conf.pop("o2c_statement_folders")


# --- mail -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def mail_account(account: str) -> str:
	name = f"Statements {frappe.generate_hash(length=6)}"
	made = erp.insert(
		"Email Account", email_account_name=name, email_id=f"{frappe.generate_hash(length=8)}@example.com"
	).name
	frappe.db.set_single_value("O2C Settings", "statement_mail_account", made)
	frappe.db.set_single_value("O2C Settings", "statement_senders", "auszug@bank.example\n@other.example")
	frappe.clear_document_cache("O2C Settings", "O2C Settings")
	return str(made)


def receive(
	account: str,
	content: bytes,
	*,
	sender: str = "Bank <auszug@bank.example>",
	name: str = "a.sta",
	way: str = "Received",
) -> Any:
	"""A mail as the framework stores it: first the mail, then its attachments."""
	mail = erp.insert(
		"Communication",
		subject="Kontoauszug",
		communication_medium="Email",
		communication_type="Communication",
		sent_or_received=way,
		sender=sender,
		email_account=account,
		content="x",
	)
	return frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{frappe.generate_hash(length=6)}-{name}",
			"attached_to_doctype": "Communication",
			"attached_to_name": mail.name,
			"is_private": 1,
			"content": content,
		}
	).insert()


def started() -> list[str]:
	return frappe.get_all(
		"O2C Run", filters={"kind": "Statement Intake"}, pluck="parameters", order_by="creation asc"
	)


def test_an_attachment_of_the_banks_mail_is_imported(mail_account: str) -> None:
	before = len(started())
	file = receive(mail_account, files(RENT)["camt"])
	[parameters] = started()[before:]
	work = tasks.StatementIntake(json.loads(parameters))
	[item] = work.items()
	made = work.do(item)
	assert len(lines(str(made))) == 1
	comments = frappe.get_all(
		"Comment",
		filters={"reference_doctype": "Communication", "reference_name": file.attached_to_name},
		pluck="content",
	)
	assert any(str(made) in text for text in comments)
	assert work.do(item) == made, "a second time is the same statement"


def test_an_attachment_that_is_refused_is_told_of_on_the_mail(mail_account: str) -> None:
	before = count()
	file = receive(mail_account, files(RENT)["mt940"].replace(b"C119,50", b"Cx"))
	assert "Cx" in intake.take(f"file:{file.name}", TODAY)
	[text] = frappe.get_all(
		"Comment",
		filters={"reference_name": file.attached_to_name, "comment_type": "Comment"},
		pluck="content",
	)
	assert "line 5" in text
	assert count() == before


@pytest.mark.parametrize(
	"values",
	[
		{"sender": "Forger <a@elsewhere.example>"},
		{"way": "Sent"},
		{"content": b"\x89PNG\r\n\x1a\n\x00\x00\x00"},
		{"content": b"Dear customer,\nplease find attached\n", "name": "letter.txt"},
	],
	ids=["another sender", "sent by us", "a picture", "a letter"],
)
def test_other_attachments_are_left_alone(mail_account: str, values: dict[str, Any]) -> None:
	before = started()
	receive(mail_account, **{"content": files(RENT)["camt"], **values})
	assert started() == before


def test_a_domain_may_stand_for_all_its_addresses(mail_account: str) -> None:
	before = started()
	receive(mail_account, files(RENT)["camt"], sender="anybody@other.example")
	assert len(started()) == len(before) + 1


def test_another_mail_account_is_not_looked_into(mail_account: str) -> None:
	before = started()
	other = erp.insert(
		"Email Account",
		email_account_name=frappe.generate_hash(),
		email_id=f"{frappe.generate_hash(length=8)}@example.com",
	).name
	receive(other, files(RENT)["camt"])
	assert started() == before
