"""A customer's credit: what is outstanding, and what the limit is."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.context import db
from minibench.model.caches import get_cached_value
from minibench.translate import _
from minibench.values.numbers import flt


def check_credit_limit(
	customer: str, company: str, ignore_outstanding_sales_order: Any = False, extra_amount: float = 0
) -> None:
	"""Raise ValidationError if the customer owes more than its limit and the user may not allow that."""
	limit = get_credit_limit(customer, company)
	if not limit:
		return
	outstanding = get_customer_outstanding(customer, company, bool(ignore_outstanding_sales_order))
	if extra_amount > 0:
		outstanding += flt(extra_amount)
	if limit > 0 and flt(outstanding) > limit:
		_refuse(customer, outstanding, limit)


def _refuse(customer: str, outstanding: float, limit: float) -> None:
	from minibench.access.users import get_roles, get_users_with_role
	from minibench.values.addresses import get_formatted_email

	role = db.get_single_value("Accounts Settings", "credit_controller")
	if role and role in get_roles():
		return
	users = [
		get_formatted_email(user).replace("<", "(").replace(">", ")")
		for user in get_users_with_role(role or "Sales Master Manager")
	]
	if not users:
		throw(_("Please contact your administrator to extend the credit limits for {0}.").format(customer))
	message = _("Credit limit has been crossed for customer {0} ({1}/{2})").format(
		customer, outstanding, limit
	)
	message += "<br><br>" + _(
		"Please contact any of the following users to extend the credit limits for {0}: {1}"
	).format(customer, "<br><br><ul><li>{}</li></ul>".format("<li>".join(users)))
	msgprint(message, title=_("Credit Limit Crossed"), raise_exception=1)


def get_customer_outstanding(
	customer: str, company: str, ignore_outstanding_sales_order: bool = False, cost_center: str | None = None
) -> float:
	"""What the customer owes and will owe: entries, orders not billed, deliveries that come from no order."""
	condition, values = "", [customer, company]
	if cost_center:
		lft, rgt = get_cached_value("Cost Center", cost_center, ["lft", "rgt"])
		condition = " and cost_center in (select name from `tabCost Center` where lft >= ? and rgt <= ?)"
		values += [lft, rgt]
	booked = db.execute(
		"select round(sum(debit), 9) - round(sum(credit), 9) from `tabGL Entry` where party_type = 'Customer' and is_cancelled = 0 "
		f"and party = ? and company = ?{condition}",
		values,
	)[0][0]
	return float(
		flt(booked)
		+ (0 if ignore_outstanding_sales_order else _ordered(customer, company))
		+ _delivered(customer, company)
	)


def _ordered(customer: str, company: str) -> float:
	rows = db.execute(
		"select round(sum(base_grand_total * (100 - per_billed) / 100), 9) from `tabSales Order` where customer = ? "
		"and docstatus = 1 and company = ? and per_billed < 100 and status != 'Closed'",
		(customer, company),
	)
	return float(flt(rows[0][0]))


def _delivered(customer: str, company: str) -> float:
	rows = db.execute(
		"select i.amount, dn.base_net_total, dn.base_grand_total, "
		"(select round(sum(si.amount), 9) from `tabSales Invoice Item` si where si.dn_detail = i.name and si.docstatus = 1) "
		"from `tabDelivery Note` dn join `tabDelivery Note Item` i on i.parent = dn.name "
		"where dn.customer = ? and dn.company = ? and dn.docstatus = 1 and dn.status not in ('Closed', 'Stopped') "
		"and coalesce(i.against_sales_order, '') = '' and coalesce(i.against_sales_invoice, '') = ''",
		(customer, company),
	)
	total = 0.0
	for amount, base_net_total, base_grand_total, billed in rows:
		if flt(amount) > flt(billed) and base_net_total:
			total += (flt(amount) - flt(billed)) / flt(base_net_total) * flt(base_grand_total)
	return total


def get_credit_limit(customer: str | None, company: str | None) -> float:
	"""The limit of the customer in the company, else of its group, else of the company."""
	limit: Any = None
	if customer:
		limit = db.get_value(
			"Customer Credit Limit",
			{"parent": customer, "parenttype": "Customer", "company": company},
			"credit_limit",
		)
		if not limit:
			group = get_cached_value("Customer", customer, "customer_group")
			found = db.get_value(
				"Customer Credit Limit",
				{"parent": group, "parenttype": "Customer Group", "company": company},
				["credit_limit", "bypass_credit_limit_check"],
			)
			if found and not found[1]:
				limit = found[0]
	if not limit and company:
		limit = get_cached_value("Company", company, "credit_limit")
	return float(flt(limit))
