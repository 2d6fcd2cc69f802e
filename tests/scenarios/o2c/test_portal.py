"""The customer's portal: what a customer sees of its own, over HTTP as a browser and a program do; and no one else's."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from html import escape
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import frappe
import pytest
from o2c_extensions.common import casebook
from o2c_extensions.customer_portal import queries, services

from tests.support import erp
from tests.support.engines import Engine

# Its world of some fifty documents takes a loaded machine a while.
pytestmark = pytest.mark.timeout(900)

PASSWORD = "Kiesel-und-Strand-7"
API = "/api/method/o2c_extensions.customer_portal.api."
HTML = {"Accept": "text/html,application/xhtml+xml"}
DAY, DUE, LATER = "2026-03-02", "2026-03-16", "2026-03-20"
PAGES = ("/my", "/my/orders", "/my/invoices", "/my/statement")


class World:
	"""Two customers with a portal user each, and what belongs to them. Committed, since the server must see it; removed after."""

	def __init__(self) -> None:
		self.made: list[tuple[str, str]] = []

	def keep(self, doc: Any) -> Any:
		self.made.append((doc.doctype, doc.name))
		return doc

	def user(self, name: str) -> str:
		email = f"{name}-{frappe.generate_hash(length=8)}@portal.test"
		user = frappe.get_doc(
			{
				"doctype": "User",
				"email": email,
				"first_name": name,
				"user_type": "Website User",
				"send_welcome_email": 0,
				"new_password": PASSWORD,
				"roles": [{"role": "Customer"}],
			}
		)
		self.keep(user.insert(ignore_permissions=True))
		return email

	def customer(self, name: str, user: str) -> str:
		title = f"{name} {frappe.generate_hash(length=8)}"
		self.made.append(("Customer", title))
		return erp.make_customer(customer_name=title, portal_users=[{"user": user}])

	def item(self, name: str) -> str:
		code = erp.make_item(is_stock_item=0, item_name=name)
		self.made.append(("Item", code))
		return code

	def order(self, customer: str, item: str, rate: float, submit: bool = True, **values: Any) -> Any:
		rows = [{"item_code": item, "qty": 2, "rate": rate, "o2c_promised_date": "2026-03-09"}]
		order = erp.order(customer, rows, o2c_promised_date="2026-03-09", **values).insert()
		self.keep(order)
		return order.submit() if submit else order

	def delivery(self, order: Any) -> Any:
		line = order.items[0]
		row = {"item_code": line.item_code, "qty": 1, "rate": line.rate, "warehouse": erp.STORES}
		delivery = frappe.get_doc(
			{
				"doctype": "Delivery Note",
				"customer": order.customer,
				"company": erp.COMPANY,
				"set_posting_time": 1,
				"posting_date": "2026-03-03",
				"items": [{**row, "against_sales_order": order.name, "so_detail": line.name}],
			}
		)
		self.keep(delivery.insert())
		return delivery.submit()

	def invoice(
		self, customer: str, item: str, rate: float, order: Any = None, submit: bool = True, **values: Any
	) -> Any:
		row: dict[str, Any] = {"item_code": item, "qty": 2, "rate": rate}
		if order:
			row |= {"sales_order": order.name, "so_detail": order.items[0].name}
		values = {"due_date": DUE, **values}
		self.keep(invoice := erp.invoice(customer, [row], **values).insert())
		return invoice.submit() if submit else invoice

	def payment(self, invoice: Any, amount: float, day: str = LATER) -> Any:
		payment = frappe.get_doc(
			{
				"doctype": "Payment Entry",
				"payment_type": "Receive",
				"posting_date": day,
				"company": erp.COMPANY,
				"party_type": "Customer",
				"party": invoice.customer,
				"paid_from": invoice.debit_to,
				"paid_to": erp.BANK,
				"paid_amount": amount,
				"received_amount": amount,
				"source_exchange_rate": 1,
				"target_exchange_rate": 1,
				"reference_no": "12",
				"reference_date": day,
				"references": [
					{
						"reference_doctype": "Sales Invoice",
						"reference_name": invoice.name,
						"allocated_amount": amount,
					}
				],
			}
		)
		self.keep(payment.insert())
		return payment.submit()

	def attach(self, doc: Any, content: bytes) -> Any:
		file = frappe.get_doc(
			{
				"doctype": "File",
				"file_name": f"secret-{frappe.generate_hash(length=8)}.txt",
				"attached_to_doctype": doc.doctype,
				"attached_to_name": doc.name,
				"is_private": 1,
				"content": content,
			}
		)
		return self.keep(file.insert())

	def remove(self) -> None:
		frappe.db.rollback()
		frappe.set_user("Administrator")
		for doctype, name in reversed(self.made):
			if not frappe.db.exists(doctype, name):
				continue
			doc = frappe.get_doc(doctype, name)
			doc.flags.ignore_links = True
			if doc.docstatus == 1:
				doc.cancel()
			frappe.delete_doc(doctype, name, force=True, ignore_permissions=True)
			# ERPNext keeps the entries of a cancelled document, and gives its name to the next one.
			self._forget(doctype, name)
		frappe.db.commit()

	def _forget(self, doctype: str, name: str) -> None:
		for ledger in ("GL Entry", "Payment Ledger Entry", "Stock Ledger Entry"):
			frappe.db.delete(ledger, {"voucher_type": doctype, "voucher_no": name})
		frappe.db.delete("O2C Event", {"reference_doctype": doctype, "reference_name": name})


@pytest.fixture(scope="module")
def world(engine: Engine) -> Iterator[Any]:
	"""`own` and `foreign`: each a customer, its user and its documents. Of the foreign one 30 documents of all kinds."""
	engine.begin()
	erp.found_company()
	made = World()
	try:
		yield _people(made)
	finally:
		made.remove()


def _people(made: World) -> Any:
	own = SimpleNamespace(user=made.user("anna"))
	own.customer = made.customer("Anker & Söhne", own.user)
	own.item = made.item("Anker <i>klein</i>")
	own.order = made.order(own.customer, own.item, 100.5, po_no="BEST-1")
	own.delivery = made.delivery(own.order)
	own.invoice = made.invoice(own.customer, own.item, 100.5, own.order, po_no="BEST-1")
	own.payment = made.payment(own.invoice, 100)
	own.order.reload()
	own.promised = str(own.order.o2c_promised_date)
	own.draft = made.order(own.customer, own.item, 55, submit=False)
	own.draft_invoice = made.invoice(own.customer, own.item, 55, submit=False)

	foreign = SimpleNamespace(user=made.user("berta"), word=f"Geheim{frappe.generate_hash(length=6)}")
	foreign.customer = made.customer(foreign.word, foreign.user)
	foreign.item = made.item(foreign.word)
	foreign.orders = [
		made.order(foreign.customer, foreign.item, 7351.13 + n, po_no=f"{foreign.word}-{n}") for n in range(8)
	]
	foreign.deliveries = [made.delivery(order) for order in foreign.orders[:5]]
	foreign.invoices = [
		made.invoice(foreign.customer, foreign.item, 7351.13 + n, order, po_no=order.po_no)
		for n, order in enumerate(foreign.orders)
	]
	foreign.payments = [made.payment(invoice, 6171.83 + n) for n, invoice in enumerate(foreign.invoices[:5])]
	foreign.drafts = [
		made.order(foreign.customer, foreign.item, 7351.13, submit=False),
		made.order(foreign.customer, foreign.item, 7351.13, submit=False),
		made.invoice(foreign.customer, foreign.item, 7351.13, submit=False),
		made.invoice(foreign.customer, foreign.item, 7351.13, submit=False),
	]
	foreign.file = made.attach(foreign.invoices[0], foreign.word.encode())
	foreign.documents = [
		*foreign.orders,
		*foreign.deliveries,
		*foreign.invoices,
		*foreign.payments,
		*foreign.drafts,
	]
	assert len(foreign.documents) == 30
	nobody = SimpleNamespace(user=made.user("nemo"))
	frappe.db.commit()
	return SimpleNamespace(own=own, foreign=foreign, nobody=nobody, made=made)


@pytest.fixture
def anna(world: Any, http: Any) -> Any:
	"""A session of the own customer's user."""
	return http.login(world.own.user, PASSWORD)


def shown(session: Any, path: str, **values: Any) -> str:
	answer = session.get(path, params=values, headers=HTML)
	assert answer.status_code == 200, answer.text[-2000:]
	return str(answer.text)


def asked(session: Any, function: str, **values: Any) -> Any:
	answer = session.get(API + function, params=values)
	assert answer.status_code == 200, answer.text[-2000:]
	return answer.json()["message"]


def test_the_overview(world: Any, anna: Any) -> None:
	page = shown(anna, "/my")
	assert world.own.invoice.name in page
	assert world.own.order.name in page
	assert "Anker &amp; Söhne" in page
	with as_user(world.own.user):
		said = services.overview(frappe.utils.getdate("2026-03-31"))
	assert said["balances"] == [
		{"company": erp.COMPANY, "currency": "EUR", "balance": 139.19, "overdue": 139.19}
	]
	assert (said["open_orders"], said["open_invoices"]) == (1, 1)


def test_the_orders(world: Any, anna: Any) -> None:
	assert world.own.order.name in shown(anna, "/my/orders")
	assert world.own.draft.name not in shown(anna, "/my/orders")
	said = asked(anna, "my_orders")
	assert [row["name"] for row in said["orders"]] == [world.own.order.name]
	assert (said["page"], said["pages"], said["total"]) == (1, 1, 1)
	row = said["orders"][0]
	assert (row["standing"], row["total"], row["promised"], row["po_no"]) == (
		"Partly Delivered",
		239.19,
		world.own.promised,
		"BEST-1",
	)
	# Pages that there are not are the nearest one that there is.
	assert asked(anna, "my_orders", page=99)["page"] == 1
	assert asked(anna, "my_orders", page=-3)["page"] == 1
	assert world.own.order.name in shown(anna, "/my/orders", page="no number", show="open")


def test_an_order(world: Any, anna: Any) -> None:
	page = shown(anna, f"/my/orders/{world.own.order.name}")
	for name in (world.own.order.name, world.own.delivery.name, world.own.invoice.name, "BEST-1"):
		assert name in page
	assert "Anker &lt;i&gt;klein&lt;/i&gt;" in page
	assert "<i>klein" not in page
	said = asked(anna, "my_order", name=world.own.order.name)
	(line,) = said["lines"]
	assert (line["qty"], line["delivered_qty"], line["o2c_promised_date"]) == (2, 1, world.own.promised)
	assert [row["name"] for row in said["deliveries"]] == [world.own.delivery.name]
	assert [row["name"] for row in said["invoices"]] == [world.own.invoice.name]


def test_the_timeline_tells_what_happened_and_nothing_of_how_it_was_decided(world: Any) -> None:
	case = frappe.get_doc("Sales Order", world.own.order.name).o2c_case
	before = frappe.db.count("O2C Event", {"o2c_case": case})
	casebook.record_event(case, "Credit", "Held", "Credit Hold", "CH-1", {"excess": 4711})
	casebook.record_event(case, "Promise", "Not Promised", "Sales Order", world.own.order.name)
	casebook.record_event(case, "Invoice", "Not Mailed", "Sales Invoice", world.own.invoice.name)
	casebook.record_event(case, "Delivery", "Delivered", "Delivery Note", world.own.delivery.name)
	casebook.record_event(case, "Delivery", "Delivered", "Delivery Note", "of-somebody-else")
	# Of an order that had this name, was deleted, and may have been of anybody.
	old = casebook.record_event(case, "Receipt", "Cancelled", "Sales Order", world.own.order.name)
	frappe.db.set_value("O2C Event", old, "creation", "2020-01-01 00:00:00", update_modified=False)
	assert frappe.db.count("O2C Event", {"o2c_case": case}) == before + 6
	with as_user(world.own.user):
		timeline = services.order(world.own.order.name)["timeline"]
	assert {step["stage"] for step in timeline} & {"Credit", "Release"} == set()
	assert "4711" not in str(timeline)
	assert "CH-1" not in str(timeline)
	assert "of-somebody-else" not in str(timeline)
	assert [step["name"] for step in timeline if step["text"] == "Goods delivered"][-2:] == [
		world.own.delivery.name,
		None,
	]
	assert not [step for step in timeline if "Not" in step["text"] or step["text"] == "Payment taken back"]


def test_the_invoices(world: Any, anna: Any) -> None:
	page = shown(anna, "/my/invoices")
	assert world.own.invoice.name in page
	assert world.own.draft_invoice.name not in page
	said = asked(anna, "my_invoices", only_open=1)
	(row,) = said["invoices"]
	assert (row["total"], row["outstanding"], row["due_date"]) == (239.19, 139.19, DUE)
	with as_user(world.own.user):
		day = frappe.utils.getdate
		assert services.invoices(day(DUE))["invoices"][0]["standing"] == "Partly Paid"
		late = services.invoices(day("2026-03-17"))["invoices"][0]
	assert (late["standing"], late["overdue"]) == ("Overdue", 139.19)


def test_an_invoice(world: Any, anna: Any) -> None:
	page = shown(anna, f"/my/invoices/{world.own.invoice.name}")
	assert world.own.order.name in page
	said = asked(anna, "my_invoice", name=world.own.invoice.name)
	assert said["orders"] == [world.own.order.name]
	(payment,) = said["payments"]
	assert (payment["kind"], payment["amount"], payment["day"]) == ("Payment", 100, LATER)
	assert (said["net_total"], said["taxes"], said["total"]) == (201, 38.19, 239.19)


def test_the_pdf_of_an_invoice(world: Any, anna: Any) -> None:
	answer = anna.get(API + "invoice_pdf", params={"name": world.own.invoice.name})
	assert answer.status_code == 200, answer.text[-500:]
	assert answer.headers["Content-Type"] == "application/pdf"
	assert answer.content.startswith(b"%PDF-")
	assert world.own.invoice.name in answer.headers["Content-Disposition"]


def test_the_statement(world: Any, anna: Any) -> None:
	span = {"from_date": "2026-03-01", "to_date": "2026-03-31"}
	said = asked(anna, "my_statement", **span)
	assert [(move["kind"], move["amount"], move["balance"]) for move in said["movements"]] == [
		("Invoice", 239.19, 239.19),
		("Payment", -100, 139.19),
	]
	assert (said["opening"], said["charged"], said["credited"], said["closing"]) == (0, 239.19, 100, 139.19)
	later = asked(anna, "my_statement", from_date="2026-03-10", to_date="2026-04-10")
	assert (later["opening"], later["closing"], len(later["movements"])) == (239.19, 139.19, 1)
	page = shown(anna, "/my/statement", **span)
	assert world.own.invoice.name in page
	assert world.own.payment.name in page


def test_the_statement_for_spreadsheets(world: Any, anna: Any) -> None:
	span = {"from_date": "2026-03-01", "to_date": "2026-03-31"}
	answer = anna.get(API + "statement_csv", params=span)
	assert answer.status_code == 200, answer.text[-500:]
	assert answer.headers["Content-Type"].startswith("text/csv")
	assert "statement-2026-03-01-2026-03-31.csv" in answer.headers["Content-Disposition"]
	rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
	assert [row[4:6] for row in rows[1:]] == [
		["", "0.00"],
		["239.19", "239.19"],
		["-100.00", "139.19"],
		["", "139.19"],
	]


def test_days_that_are_none(world: Any, anna: Any) -> None:
	page = shown(anna, "/my/statement", from_date="2026-05-01", to_date="2026-03-01")
	assert 'role="alert"' in page
	page = shown(anna, "/my/statement", from_date="no day")
	assert 'role="alert"' in page
	answer = anna.get(API + "my_statement", params={"from_date": "2026-05-01", "to_date": "2026-03-01"})
	assert answer.status_code == 417


def test_a_user_of_several_customers_sees_them_all(world: Any) -> None:
	with as_user(world.own.user):
		assert list(services.customers()) == [world.own.customer]
	foreign = frappe.get_doc("Customer", world.foreign.customer)
	foreign.append("portal_users", {"user": world.own.user})
	foreign.save()
	with as_user(world.own.user):
		assert set(services.customers()) == {world.own.customer, world.foreign.customer}
		assert services.orders()["total"] == 9
		said = services.statement(frappe.utils.getdate("2026-03-31"), customer=world.foreign.customer)
		assert said["customer"] == world.foreign.customer
		assert len(said["movements"]) == 13


def test_long_lists_have_pages(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
	monkeypatch.setattr(services, "PAGE", 3)
	with as_user(world.foreign.user):
		pages = [services.orders(page) for page in (1, 2, 3)]
		assert [len(page["orders"]) for page in pages] == [3, 3, 2]
		names = [row["name"] for page in pages for row in page["orders"]]
		assert sorted(names) == sorted(order.name for order in world.foreign.orders)
		assert pages[0]["pages"] == 3


@pytest.mark.parametrize("path", [*PAGES, "/my/orders/X", "/my/invoices/X"])
def test_visitors_are_sent_to_log_in(world: Any, http: Any, path: str) -> None:
	answer = http.session().get(path, headers=HTML, allow_redirects=False)
	assert answer.status_code == 302
	assert answer.headers["Location"].startswith("/login?redirect-to=/my")


@pytest.mark.parametrize("function", ["my_orders", "my_invoices", "my_statement", "statement_csv"])
def test_visitors_and_users_without_a_customer_get_no_answer(world: Any, http: Any, function: str) -> None:
	assert http.session().get(API + function).status_code in (401, 403)
	assert http.login(world.nobody.user, PASSWORD).get(API + function).status_code == 403


def test_users_without_a_customer_see_no_page(world: Any, http: Any) -> None:
	nemo = http.login(world.nobody.user, PASSWORD)
	for path in (*PAGES, f"/my/orders/{world.own.order.name}", f"/my/invoices/{world.own.invoice.name}"):
		answer = nemo.get(path, headers=HTML)
		assert answer.status_code == 403, path
		assert "239,19" not in answer.text
		assert "239.19" not in answer.text


def test_where_a_visit_begins(world: Any, http: Any) -> None:
	for user, home in ((world.own.user, "/my"), (world.nobody.user, "/me")):
		session = http.session()
		answer = session.post("/api/method/login", data={"usr": user, "pwd": PASSWORD})
		assert answer.json()["home_page"] == home


def test_changes_over_the_portal_are_not_possible(world: Any, anna: Any) -> None:
	for function in ("my_orders", "my_order", "my_invoice", "invoice_pdf"):
		answer = anna.post(API + function, data={"name": world.own.order.name})
		assert answer.status_code in (400, 403), function


# --- what is not the customer's own ---------------------------------------------------------------------------------


def ways(doctype: str, name: str) -> list[tuple[str, dict[str, Any]]]:
	"""Every way to ask the server for one document."""
	key = {"doctype": doctype, "name": name}
	by_name = json.dumps({"name": name})
	fields = json.dumps(["*"])
	return [
		(f"/my/orders/{name}", {}),
		(f"/my/invoices/{name}", {}),
		("/my/order", {"name": name}),
		("/my/invoice", {"name": name}),
		(API + "my_order", {"name": name}),
		(API + "my_invoice", {"name": name}),
		(API + "invoice_pdf", {"name": name}),
		(f"/orders/{name}", {}),
		(f"/invoices/{name}", {}),
		(f"/shipments/{name}", {}),
		("/printview", key),
		(f"/api/resource/{doctype}/{name}", {}),
		(f"/api/v2/document/{doctype}/{name}", {}),
		("/api/method/frappe.client.get", key),
		(
			"/api/method/frappe.client.get_value",
			{"doctype": doctype, "filters": by_name, "fieldname": fields},
		),
		("/api/method/frappe.client.get_list", {"doctype": doctype, "filters": by_name, "fields": fields}),
		("/api/method/frappe.client.get_count", {"doctype": doctype, "filters": by_name}),
		("/api/method/frappe.client.validate_link", {"doctype": doctype, "docname": name, "fields": '["*"]'}),
		("/api/method/frappe.desk.form.load.getdoc", key),
		("/api/method/frappe.desk.form.load.get_docinfo", key),
		("/api/method/frappe.utils.print_format.download_pdf", key),
		("/api/method/frappe.www.printview.get_html_and_style", {"doc": doctype, "name": name}),
		("/api/method/frappe.desk.search.search_link", {"doctype": doctype, "txt": name}),
		(
			"/api/method/frappe.desk.reportview.get",
			{"doctype": doctype, "filters": by_name, "fields": '["name"]'},
		),
		(f"/api/resource/{doctype}", {"filters": by_name, "fields": fields}),
		(f"/api/v2/document/{doctype}", {"filters": by_name, "fields": fields}),
	]


# These know a user's own documents only: others are refused, or the answer is an empty list.
LISTS = ("search_link", "validate_link")


@pytest.mark.parametrize("number", range(30))
def test_nothing_of_another_customer(world: Any, anna: Any, number: int) -> None:
	document = world.foreign.documents[number]
	for path, values in ways(document.doctype, document.name):
		answer = anna.get(path, params=values, headers=HTML if not path.startswith("/api") else {})
		if path.endswith(LISTS) and answer.status_code == 200:
			assert not any(answer.json().get("message") or answer.json().get("results") or ()), path
		else:
			assert answer.status_code in (403, 404), (path, answer.status_code, answer.text[-1500:])
		assert_no_leak(world, answer, path)


# A price, an amount with taxes and a payment of the foreign customer's, as the several number formats begin.
SECRETS = ("7351.1", "7,351.1", "7.351,1", "17495.", "17,495.", "17.495,", "6171.8", "6,171.8", "6.171,8")


def assert_no_leak(world: Any, answer: Any, path: str) -> None:
	leaked = [secret for secret in (world.foreign.word, *SECRETS) if secret in answer.text]
	assert not leaked, (path, leaked)


def test_what_exists_and_what_does_not_look_the_same(world: Any, anna: Any) -> None:
	for section, function, there, not_there in (
		("orders", "my_order", world.foreign.orders[0].name, "SAL-ORD-1999-00001"),
		("invoices", "my_invoice", world.foreign.invoices[0].name, "ACC-SINV-1999-00001"),
		("orders", "my_order", world.own.draft.name, "SAL-ORD-1999-00001"),
		("orders", "my_order", world.own.invoice.name, "SAL-ORD' OR '1'='1"),
	):
		real = anna.get(f"/my/{section}/{there}", headers=HTML)
		none = anna.get(f"/my/{section}/{not_there}", headers=HTML)
		assert real.status_code == none.status_code == 404
		assert blurred(real.text, there) == blurred(none.text, not_there)
		real = anna.get(API + function, params={"name": there})
		none = anna.get(API + function, params={"name": not_there})
		assert real.status_code == none.status_code == 404
		assert real.json()["exc_type"] == none.json()["exc_type"] == "DoesNotExistError"
		assert real.json().get("exception") == none.json().get("exception")


def blurred(page: str, name: str) -> str:
	"""The page without the name that was asked for, however it is written."""
	for written in (name, quote(name), escape(name), escape(quote(name)), name.replace("'", "&#39;")):
		page = page.replace(written, "X")
	return page


def test_a_page_that_was_not_there_for_one_is_there_for_the_other(world: Any, anna: Any, http: Any) -> None:
	name = world.foreign.orders[0].name
	berta = http.login(world.foreign.user, PASSWORD)
	for path in (f"/my/orders/{name}", f"/my/order?name={name}"):
		assert anna.get(path, headers=HTML).status_code == 404
		assert anna.get(path, headers=HTML).status_code == 404
		assert name in shown(berta, path)
		assert anna.get(path, headers=HTML).status_code == 404


def test_lists_hold_nothing_of_another_customer(world: Any, anna: Any) -> None:
	for path in PAGES:
		assert_no_leak(world, anna.get(path, headers=HTML), path)
	for function in ("my_orders", "my_invoices", "my_statement", "statement_csv"):
		assert_no_leak(world, anna.get(API + function), function)
	for function in ("my_statement", "statement_csv"):
		answer = anna.get(API + function, params={"customer": world.foreign.customer})
		assert answer.status_code == 404
	answer = anna.get("/my/statement", params={"customer": world.foreign.customer}, headers=HTML)
	assert answer.status_code == 404


LEDGERS = (
	"Sales Order",
	"Sales Order Item",
	"Sales Invoice",
	"Sales Invoice Item",
	"Delivery Note",
	"Payment Entry",
	"Payment Ledger Entry",
	"GL Entry",
	"Customer",
	"Portal User",
	"O2C Event",
	"O2C Decision",
	"O2C Run",
)


@pytest.mark.parametrize("doctype", LEDGERS)
def test_no_list_of_the_desk_is_open(world: Any, anna: Any, doctype: str) -> None:
	every = {"fields": '["*"]', "limit_page_length": 0}
	for path in (
		f"/api/resource/{doctype}",
		f"/api/v2/document/{doctype}",
		"/api/method/frappe.client.get_list",
		"/api/method/frappe.desk.reportview.get",
		"/api/method/frappe.desk.reportview.get_count",
		"/api/method/frappe.desk.reportview.get_list",
		"/api/method/frappe.desk.reportview.export_query",
	):
		values = every if doctype in path else {"doctype": doctype, **every}
		if path.endswith("export_query"):
			values["file_format_type"] = "CSV"
		answer = anna.get(path, params=values)
		assert answer.status_code in (403, 404), (path, answer.status_code, answer.text[-800:])
		assert_no_leak(world, answer, path)


@pytest.mark.parametrize(
	"report", ["Accounts Receivable", "General Ledger", "Sales Register", "Gross Profit"]
)
def test_no_report_runs(world: Any, anna: Any, report: str) -> None:
	answer = anna.get(
		"/api/method/frappe.desk.query_report.run",
		params={"report_name": report, "filters": json.dumps({"company": erp.COMPANY})},
	)
	assert answer.status_code in (403, 404), answer.text[-800:]
	assert_no_leak(world, answer, report)


@pytest.mark.parametrize(
	("function", "values"),
	[
		("erpnext.selling.doctype.sales_order.sales_order.update_status", {"status": "Closed"}),
		("erpnext.accounts.utils.get_balance_on", {}),
		("erpnext.accounts.doctype.payment_entry.payment_entry.get_reference_details", {}),
		("erpnext.accounts.doctype.payment_entry.payment_entry.get_outstanding_reference_documents", {}),
		("erpnext.selling.doctype.sales_order.sales_order.make_sales_invoice", {}),
		("frappe.client.get_count", {}),
	],
)
def test_functions_of_the_desk_are_not_for_the_website(
	world: Any, anna: Any, http: Any, function: str, values: dict[str, Any]
) -> None:
	order = world.foreign.orders[0].name
	call = {
		"name": order,
		"source_name": order,
		"doctype": "Sales Order",
		"reference_doctype": "Sales Order",
		"reference_name": order,
		"party_account_currency": "EUR",
		"party_type": "Customer",
		"party": world.foreign.customer,
		"args": json.dumps(
			{"party_type": "Customer", "party": world.foreign.customer, "company": erp.COMPANY}
		),
		**values,
	}
	for answer in (
		anna.post(f"/api/method/{function}", data=call),
		anna.get(f"/api/method/{function}", params=call),
		anna.get(f"/api/method/{function}/more", params=call),
		anna.get(f"/api/v1/method/{function}", params=call),
		anna.get(f"/api/v2/method/{function}", params=call),
		anna.get("/", params={"cmd": function, **call}),
		anna.get("/api/v2/method/Sales Order/update_status", params=call),
	):
		assert answer.status_code in (403, 404), (answer.request.url, answer.status_code, answer.text[-500:])
		assert_no_leak(world, answer, function)
	frappe.db.rollback()
	assert (
		frappe.db.get_value("Sales Order", order, "status")
		== world.foreign.orders[0].reload().status
		!= "Closed"
	)
	# The staff's forms go on as before.
	answer = http.login().get("/api/method/frappe.client.get_count", params={"doctype": "Sales Order"})
	assert answer.status_code == 200


def test_the_files_of_another_customers_documents(world: Any, anna: Any) -> None:
	file = world.foreign.file
	for path, values in (
		(file.file_url, {}),
		(file.file_url, {"fid": file.name}),
		("/api/method/download_file", {"file_url": file.file_url}),
		(f"/api/resource/File/{file.name}", {}),
		("/api/method/frappe.client.get", {"doctype": "File", "name": file.name}),
	):
		answer = anna.get(path, params=values)
		assert answer.status_code in (403, 404), (path, answer.status_code)
		assert_no_leak(world, answer, path)


def test_a_contact_of_ones_own_making_opens_no_other_customer(world: Any, anna: Any) -> None:
	"""v15 lets every user make contacts: with itself as the contact's user, linked to any customer."""
	answer = anna.post(
		"/api/resource/Contact",
		json={
			"first_name": "Anna",
			"user": world.own.user,
			"email_ids": [{"email_id": world.own.user, "is_primary": 1}],
			"links": [{"link_doctype": "Customer", "link_name": world.foreign.customer}],
		},
	)
	if answer.status_code == 200:
		world.made.made.append(("Contact", answer.json()["data"]["name"]))
	assert [row["name"] for row in asked(anna, "my_orders")["orders"]] == [world.own.order.name]
	assert anna.get(API + "my_order", params={"name": world.foreign.orders[0].name}).status_code == 404


def test_nobody_becomes_a_portal_user_by_himself(world: Any, anna: Any) -> None:
	row = {"parent": world.foreign.customer, "parenttype": "Customer", "parentfield": "portal_users"}
	row["user"] = world.own.user
	for path, body in (
		("/api/resource/Portal User", row),
		("/api/v2/document/Portal User", row),
		("/api/method/frappe.client.insert", {"doc": json.dumps({"doctype": "Portal User", **row})}),
		(
			"/api/method/frappe.client.set_value",
			{
				"doctype": "Customer",
				"name": world.foreign.customer,
				"fieldname": json.dumps({"portal_users": [{"user": world.own.user}]}),
			},
		),
	):
		answer = anna.post(path, json=body)
		assert answer.status_code in (403, 404), (path, answer.status_code, answer.text[-500:])
	frappe.db.rollback()
	assert list(queries.customers_of(world.own.user)) == [world.own.customer]


def test_drafts_do_not_print(world: Any, anna: Any) -> None:
	for draft in (world.own.draft, world.own.draft_invoice):
		key = {"doctype": draft.doctype, "name": draft.name}
		assert anna.get("/printview", params=key, headers=HTML).status_code in (403, 404)
		assert anna.get("/api/method/frappe.utils.print_format.download_pdf", params=key).status_code in (
			403,
			404,
		)
	key = {"doctype": "Sales Invoice", "name": world.own.invoice.name}
	assert anna.get("/printview", params=key, headers=HTML).status_code == 200


class as_user:
	"""Within it, the session is the user's."""

	def __init__(self, user: str) -> None:
		self.user = user

	def __enter__(self) -> None:
		frappe.set_user(self.user)

	def __exit__(self, *_exc: object) -> None:
		frappe.set_user("Administrator")
