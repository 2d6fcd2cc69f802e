"""From order to cash as a client of the REST API does it, with the roles that ERPNext itself gives its users."""

from __future__ import annotations

import frappe
import pytest

from tests.contract.rest.tools import api_token, fresh
from tests.support import erp

CLERK = "erp-clerk@example.com"
SELLER = "erp-seller@example.com"
ROLES = ("Sales User", "Sales Master Manager", "Item Manager", "Stock User", "Accounts Manager")
MAKE_DELIVERY = "erpnext.selling.doctype.sales_order.sales_order.make_delivery_note"
BILL_ORDER = "erpnext.selling.doctype.sales_order.sales_order.make_sales_invoice"
BILL_DELIVERY = "erpnext.stock.doctype.delivery_note.delivery_note.make_sales_invoice"
PAY = "erpnext.accounts.doctype.payment_entry.payment_entry.get_payment_entry"


class Client:
	"""One user's calls; what is made is noted, and taken back in the end."""

	def __init__(self, http, user):
		self.session = http.session()
		self.session.headers["Authorization"] = f"token {api_token(user)}"
		self.made = []

	def post(self, doctype, /, **values):
		answer = self.session.post(f"/api/resource/{doctype}", json=values)
		if answer.status_code == 200:
			self.made.append((doctype, answer.json()["data"]["name"]))
		return answer

	def put(self, doctype, name, /, **values):
		return self.session.put(f"/api/resource/{doctype}/{name}", json=values)

	def get(self, doctype, name):
		return data(self.session.get(f"/api/resource/{doctype}/{name}"))

	def insert(self, doctype, /, **values):
		return data(self.post(doctype, **values))

	def submit(self, doc):
		return data(self.put(doc["doctype"], doc["name"], docstatus=1))

	def cancel(self, doc):
		return data(self.put(doc["doctype"], doc["name"], docstatus=2))

	def mapped(self, method, **arguments):
		"""What a mapping function answers, as a client sends it back to be saved."""
		answer = self.session.post(f"/api/method/{method}", json=arguments)
		assert answer.status_code == 200, answer.text
		return answer.json()["message"]

	def take_back(self):
		fresh()
		for doctype, name in reversed(self.made):
			docstatus = frappe.db.get_value(doctype, name, "docstatus")
			if docstatus == 1:
				frappe.get_doc(doctype, name).cancel()
			elif docstatus == 0 and frappe.get_meta(doctype).is_submittable:
				frappe.delete_doc(doctype, name)
		frappe.db.commit()


def data(answer):
	assert answer.status_code == 200, answer.text
	return answer.json()["data"]


def refused(answer):
	return answer.status_code, answer.json().get("exc_type")


def user(email, *roles):
	if not frappe.db.exists("User", email):
		doc = frappe.get_doc({"doctype": "User", "email": email, "first_name": "E", "send_welcome_email": 0})
		doc.insert()
	frappe.get_doc("User", email).add_roles(*roles)
	frappe.db.commit()
	return email


@pytest.fixture
def clerk(http):
	erp.found_company()
	frappe.local.future_sle = {}
	client = Client(http, user(CLERK, *ROLES))
	yield client
	client.take_back()


@pytest.fixture
def customer(clerk):
	return clerk.insert(
		"Customer",
		customer_name=f"REST {frappe.generate_hash(length=8)}",
		customer_type="Company",
		customer_group="All Customer Groups",
		territory="All Territories",
	)["name"]


@pytest.fixture
def item(clerk):
	code = f"REST-{frappe.generate_hash(length=8)}"
	return clerk.insert(
		"Item",
		item_code=code,
		item_name="Schraube",
		item_group="All Item Groups",
		stock_uom="Nos",
		is_stock_item=1,
		valuation_method="Moving Average",
	)["name"]


def in_stock(clerk, item, qty=10):
	line = {"item_code": item, "qty": qty, "basic_rate": 7.5, "t_warehouse": erp.STORES}
	return clerk.submit(
		clerk.insert(
			"Stock Entry",
			stock_entry_type="Material Receipt",
			company=erp.COMPANY,
			set_posting_time=1,
			posting_date=erp.DAY,
			posting_time="08:00:00",
			items=[line],
		)
	)


def order(clerk, customer, item, **values):
	line = {"item_code": item, "qty": 4, "rate": 25, "warehouse": erp.STORES}
	return clerk.insert(
		"Sales Order",
		**{
			"customer": customer,
			"company": erp.COMPANY,
			"transaction_date": erp.DAY,
			"delivery_date": erp.DAY,
			"items": [line],
			"taxes": [erp.tax()],
			**values,
		},
	)


def on(values, day):
	return {**values, "set_posting_time": 1, "posting_date": day, "posting_time": "12:00:00"}


def billed(clerk, customer, item):
	"""An order, submitted, and a draft of its invoice."""
	sold = clerk.submit(order(clerk, customer, item))
	draft = on(clerk.mapped(BILL_ORDER, source_name=sold["name"]), "2026-03-04")
	return sold, {**draft, "due_date": "2026-03-20", "payment_schedule": []}


def test_from_order_to_cash_and_back(clerk, customer, item):
	in_stock(clerk, item)
	sold = order(clerk, customer, item)
	assert (sold["docstatus"], sold["status"], sold["grand_total"]) == (0, "Draft", 119)
	sold = clerk.submit(sold)
	assert (sold["docstatus"], sold["status"]) == (1, "To Deliver and Bill")

	draft = clerk.mapped(MAKE_DELIVERY, source_name=sold["name"])
	note = clerk.submit(clerk.insert("Delivery Note", **on(draft, "2026-03-03")))
	assert (note["status"], note["items"][0]["against_sales_order"]) == ("To Bill", sold["name"])
	assert clerk.get("Sales Order", sold["name"])["status"] == "To Bill"

	draft = on(clerk.mapped(BILL_DELIVERY, source_name=note["name"]), "2026-03-04")
	invoice = clerk.insert("Sales Invoice", **{**draft, "due_date": "2026-03-20"})
	invoice = clerk.submit(invoice)
	assert (invoice["outstanding_amount"], invoice["debit_to"]) == (119, "Debtors - NH")
	assert clerk.get("Sales Order", sold["name"])["status"] == "Completed"

	draft = clerk.mapped(PAY, dt="Sales Invoice", dn=invoice["name"], bank_account=erp.BANK)
	assert draft["paid_amount"] == 119
	draft |= {"posting_date": "2026-03-05", "reference_no": "REST 1", "reference_date": "2026-03-05"}
	payment = clerk.submit(clerk.insert("Payment Entry", **draft))
	invoice = clerk.get("Sales Invoice", invoice["name"])
	assert (invoice["status"], invoice["outstanding_amount"]) == ("Paid", 0)

	assert clerk.cancel(payment)["docstatus"] == 2
	invoice = clerk.get("Sales Invoice", invoice["name"])
	assert (invoice["status"], invoice["outstanding_amount"]) == ("Overdue", 119)
	cancelled = clerk.cancel(invoice)
	assert (cancelled["docstatus"], cancelled["status"]) == (2, "Cancelled")
	assert clerk.get("Sales Order", sold["name"])["status"] == "To Bill"

	own = ("name", "docstatus", "status", "modified", "creation", "outstanding_amount")
	copy = {key: value for key, value in cancelled.items() if key not in own}
	for table in ("items", "taxes", "payment_schedule"):
		copy[table] = [
			{
				key: value
				for key, value in row.items()
				if key not in ("name", "parent", "creation", "modified", "docstatus")
			}
			for row in copy[table]
		]
	copy["items"][0]["qty"] = 3
	amended = clerk.submit(clerk.insert("Sales Invoice", **{**copy, "amended_from": cancelled["name"]}))
	assert amended["name"] == f"{cancelled['name']}-1"
	assert amended["grand_total"] == 89.25
	assert clerk.get("Sales Order", sold["name"])["per_billed"] == 75

	fresh()
	from tests.support.ledgers import assert_books_balance

	assert_books_balance()


def test_too_much_is_delivered(clerk, customer, item):
	in_stock(clerk, item)
	sold = clerk.submit(order(clerk, customer, item))
	draft = on(clerk.mapped(MAKE_DELIVERY, source_name=sold["name"]), "2026-03-03")
	draft["items"][0]["qty"] = 5
	note = clerk.insert("Delivery Note", **draft)
	assert refused(clerk.put("Delivery Note", note["name"], docstatus=1)) == (417, "OverAllowanceError")
	assert clerk.get("Delivery Note", note["name"])["docstatus"] == 0
	assert clerk.get("Sales Order", sold["name"])["per_delivered"] == 0


def test_too_much_is_billed(clerk, customer, item):
	sold, draft = billed(clerk, customer, item)
	draft["items"][0]["qty"] = 5
	invoice = clerk.insert("Sales Invoice", **draft)
	assert refused(clerk.put("Sales Invoice", invoice["name"], docstatus=1)) == (417, "OverAllowanceError")
	assert clerk.get("Sales Order", sold["name"])["per_billed"] == 0


def test_more_than_there_is(clerk, customer, item):
	in_stock(clerk, item, qty=3)
	sold = clerk.submit(order(clerk, customer, item))
	note = clerk.insert(
		"Delivery Note", **on(clerk.mapped(MAKE_DELIVERY, source_name=sold["name"]), "2026-03-03")
	)
	assert refused(clerk.put("Delivery Note", note["name"], docstatus=1)) == (417, "NegativeStockError")


def test_a_closed_period(clerk, customer, item):
	_sold, draft = billed(clerk, customer, item)
	period = frappe.get_doc(
		{
			"doctype": "Accounting Period",
			"period_name": f"REST {frappe.generate_hash(length=6)}",
			"company": erp.COMPANY,
			"start_date": "2026-03-01",
			"end_date": "2026-03-31",
			"closed_documents": [{"document_type": "Sales Invoice", "closed": 1}],
		}
	).insert()
	frappe.db.commit()
	try:
		assert refused(clerk.post("Sales Invoice", **draft)) == (417, "ClosedAccountingPeriod")
	finally:
		fresh()
		frappe.delete_doc("Accounting Period", period.name, force=True)
		frappe.db.commit()


def test_a_day_without_a_fiscal_year(clerk, customer, item):
	_sold, draft = billed(clerk, customer, item)
	draft |= {"posting_date": "2019-03-04", "due_date": "2019-03-20"}
	invoice = clerk.insert("Sales Invoice", **draft)
	assert refused(clerk.put("Sales Invoice", invoice["name"], docstatus=1)) == (417, "FiscalYearError")


def test_somebody_else_was_faster(clerk, customer, item):
	sold = order(clerk, customer, item)
	data(clerk.put("Sales Order", sold["name"], po_no="A 1"))
	stale = clerk.put("Sales Order", sold["name"], po_no="A 2", modified=sold["modified"])
	assert refused(stale) == (417, "TimestampMismatchError")
	assert clerk.get("Sales Order", sold["name"])["po_no"] == "A 1"


def test_a_cancelled_order_cannot_be_billed(clerk, customer, item):
	sold, draft = billed(clerk, customer, item)
	clerk.cancel(sold)
	assert refused(clerk.post("Sales Invoice", **draft)) == (417, "CancelledLinkError")
	again = clerk.session.post(f"/api/method/{BILL_ORDER}", json={"source_name": sold["name"]})
	assert refused(again) == (417, "ValidationError")


def test_what_others_stand_on_is_not_cancelled(clerk, customer, item):
	sold, draft = billed(clerk, customer, item)
	clerk.submit(clerk.insert("Sales Invoice", **draft))
	assert refused(clerk.put("Sales Order", sold["name"], docstatus=2)) == (417, "LinkExistsError")
	assert clerk.get("Sales Order", sold["name"])["docstatus"] == 1


def test_what_is_not_there(clerk, customer):
	line = {"item_code": "No such item", "qty": 1, "rate": 1, "delivery_date": erp.DAY}
	unknown = clerk.post(
		"Sales Order", customer=customer, company=erp.COMPANY, transaction_date=erp.DAY, items=[line]
	)
	assert refused(unknown) == (404, "DoesNotExistError")


def test_a_seller_neither_bills_nor_books(http, clerk, customer, item):
	sold, draft = billed(clerk, customer, item)
	seller = Client(http, user(SELLER, "Sales User"))
	assert seller.get("Sales Order", sold["name"])["customer"] == customer
	assert refused(seller.post("Sales Invoice", **draft)) == (403, "PermissionError")
	assert refused(seller.session.get("/api/resource/GL Entry")) == (403, "PermissionError")
	payment = clerk.mapped(PAY, dt="Sales Order", dn=sold["name"], bank_account=erp.BANK)
	assert refused(seller.post("Payment Entry", **payment)) == (403, "PermissionError")
	guest = http.session().post("/api/resource/Sales Order", json={})
	assert refused(guest) == (403, "PermissionError")
