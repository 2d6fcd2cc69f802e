"""Who works at Nordwind Handels GmbH: one login for each role, and one for a customer.

All have the same password, which everybody may know: the demo is for one's own machine.
"""

from __future__ import annotations

from dataclasses import dataclass

import frappe
from frappe.utils.password import update_password

from o2c_extensions.demo.story import Story

PASSWORD = "demo-o2c"
DOMAIN = "nordwind.example"


@dataclass(frozen=True)
class Login:
	user: str
	first_name: str
	last_name: str
	does: str
	"""What the login is for, as the command line shows it."""
	roles: tuple[str, ...]


def _staff(account: str, name: str, does: str, *roles: str) -> Login:
	first, _, last = name.partition(" ")
	return Login(f"{account}@{DOMAIN}", first, last, does, roles)


ORDER_MANAGER = _staff("order.manager", "Anna Vogt", "orders", "Order Manager", "Sales User")
CREDIT_CONTROLLER = _staff(
	"credit.controller", "Jens Krüger", "looks into holds", "Credit Controller", "Sales User"
)
CREDIT_MANAGER = _staff(
	"credit.manager", "Martina Seidel", "releases or rejects holds", "Credit Manager", "Sales User"
)
WAREHOUSE = _staff("warehouse", "Kemal Aydin", "delivers", "Stock User", "Sales User")
BILLING = _staff("billing", "Sandra Wolff", "invoices", "Accounts User", "Sales User")
COLLECTIONS_AGENT = _staff(
	"collections.agent", "Oliver Brandt", "overdue invoices", "Collections Agent", "Accounts User"
)
COLLECTIONS_MANAGER = _staff(
	"collections.manager",
	"Ines Hartwig",
	"dunning",
	"Collections Manager",
	"Accounts User",
	"Accounts Manager",
)
# A payment of a dunned invoice resolves its Dunning, and for that ERPNext asks for the manager's role.
CASH_CLERK = _staff(
	"cash.clerk", "Paul Lorenz", "receipts", "Cash Application Clerk", "Accounts User", "Accounts Manager"
)
ANALYST = _staff("analyst", "Eva Stein", "key figures", "O2C Analyst")
ADMINISTRATOR = _staff(
	"o2c.admin",
	"Georg Winter",
	"settings, runs",
	"O2C Administrator",
	"Sales User",
	"Stock User",
	"Accounts User",
	"Accounts Manager",
)
STAFF = (
	ORDER_MANAGER,
	CREDIT_CONTROLLER,
	CREDIT_MANAGER,
	WAREHOUSE,
	BILLING,
	COLLECTIONS_AGENT,
	COLLECTIONS_MANAGER,
	CASH_CLERK,
	ANALYST,
	ADMINISTRATOR,
)
# The customer who has the most to look at.
PORTAL_CUSTOMER = "Klinikum Weserland gGmbH"


def make(told: Story) -> str:
	for login in (*STAFF, customer_login(told)):
		_make(login)
	_open_portal(told)
	return str(len(STAFF) + 1)


def customer_login(told: Story) -> Login:
	"""The login of the customer's contact."""
	customer = told.customer(PORTAL_CUSTOMER)
	first, _, last = customer.contact.rpartition(" ")
	return Login(customer.email, first, last, f"customer {customer.name}", ("Customer",))


def _make(login: Login) -> None:
	user = frappe.get_doc(
		{
			"doctype": "User",
			"email": login.user,
			"first_name": login.first_name,
			"last_name": login.last_name,
			"language": "en",
			"send_welcome_email": 0,
			"user_type": "Website User" if "Customer" in login.roles else "System User",
			"roles": [{"role": role} for role in login.roles],
		}
	)
	user.flags.no_welcome_mail = True
	user.insert()
	update_password(login.user, PASSWORD)


def _open_portal(told: Story) -> None:
	"""The customer's record says who sees its orders and invoices; the contact says who that is."""
	email = told.customer(PORTAL_CUSTOMER).email
	customer = frappe.get_doc("Customer", PORTAL_CUSTOMER)
	customer.append("portal_users", {"user": email})
	customer.save()
	contact = frappe.get_doc("Contact", frappe.db.get_value("Contact", {"email_id": email}))
	contact.user = email
	contact.save()
