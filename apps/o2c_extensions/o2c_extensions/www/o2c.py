"""/o2c: what waits for the people who work in order to cash, in sections by what each of them may see.

The workspace's own page where it is built (see frontend/); else, and for whoever asks for ?plain=1, a plain page made on the
server. A section of it that the user may not see is not read: it is None, where an empty one is [].
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import frappe
from frappe import _
from frappe.permissions import is_system_user
from frappe.sessions import get_csrf_token
from frappe.utils import fmt_money, format_date, format_time, get_absolute_url

from o2c_extensions.cash_application.api import unmatched_receipts
from o2c_extensions.collections_management.api import overdue_invoices
from o2c_extensions.common import casebook
from o2c_extensions.credit_control.queries.holds import FREE, HOLD
from o2c_extensions.credit_control.services.holds import actions_on, held
from o2c_extensions.o2c_analytics import queries, services
from o2c_extensions.o2c_analytics.api import KPI_ROLES
from o2c_extensions.o2c_analytics.domain.kpi import PERIOD_DAYS
from o2c_extensions.o2c_analytics.domain.sparkline import sparkline
from o2c_extensions.o2c_workspace.services import page as workspace
from o2c_extensions.setup.roles import ROLES

no_cache = 1
ROWS = 20
RUNS = 8
# How many receipts of all companies are looked through for those of one.
_RECEIPTS = 500
_COLORS = {
	"Open": "orange",
	"In Review": "blue",
	"Second Review": "blue",
	"Queued": "grey",
	"Running": "blue",
	"Completed": "green",
	"Completed with Errors": "orange",
	"Failed": "red",
	"Stopped": "grey",
}


def get_context(context: Any) -> None:
	_require_staff()
	token = get_csrf_token()  # from here on the session's requests that change something must bring it
	built = workspace.assets()
	if built and not frappe.form_dict.get("plain"):
		_show_workspace(context, built, token)
		return
	companies = queries.companies()
	asked = frappe.form_dict.get("company")
	company = services.permitted_company(asked) if asked else next(iter(companies), None)
	today = casebook.today()
	context.update(
		title=_("Order to Cash"),
		no_cache=1,
		built=bool(built),
		base_page="templates/web.html",
		companies=companies,
		company=company,
		today=format_date(today),
		days=PERIOD_DAYS,
		staff=frappe.utils.get_fullname(frappe.session.user),
		color_of=_COLORS.get,
		**(_sections(company, today) if company else {}),
	)


def _show_workspace(context: Any, built: dict[str, Any], token: str) -> None:
	"""The page that draws itself in the browser, with what it must know before its first request."""
	boot = workspace.boot()
	context.update(
		no_cache=1,
		base_page="o2c_extensions/templates/o2c_workspace/page.html",
		assets=built,
		boot=boot,
		boot_json=_as_script(boot),
		csrf_json=_as_script(token),
	)


def _as_script(value: Any) -> str:
	"""JSON that may stand in a script element: nothing in it ends the element or begins a comment."""
	text = json.dumps(value, default=str)
	return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _require_staff() -> None:
	"""Send a guest to log in; refuse who is no System User with one of our roles."""
	if frappe.session.user == "Guest":
		request = getattr(frappe.local, "request", None)
		asked = request.full_path.rstrip("?") if request else "/o2c"
		frappe.local.flags.redirect_location = f"/login?redirect-to={quote(asked)}"
		raise frappe.Redirect(302)
	if not is_system_user() or not {"System Manager", *ROLES} & set(frappe.get_roles()):
		frappe.throw(_("This page is for those who work in order to cash."), frappe.PermissionError)


def _sections(company: str, today: date) -> dict[str, Any]:
	return {
		"kpis": _kpis(company, today) if set(KPI_ROLES) & set(frappe.get_roles()) else None,
		"held": _held(company) if frappe.has_permission(HOLD, "read") else None,
		"overdue": _overdue(company) if frappe.has_permission("Sales Invoice", "read") else None,
		"receipts": _receipts(company) if frappe.has_permission("Bank Transaction", "read") else None,
		"runs": _runs() if frappe.has_permission("O2C Run", "read") else None,
	}


def _kpis(company: str, today: date) -> list[dict[str, Any]]:
	labels = services.labels()
	return [_tile(name, labels[name], points) for name, points in services.trends(company, today).items()]


def _tile(name: str, label: str, points: services.Trend) -> dict[str, Any]:
	(before_day, before), (_today, now) = points[-2:]
	known = [value for _day, value in points if value is not None]
	trend = _("{0} months, between {1} and {2}.")
	return {
		"label": label,
		"value": _number(now),
		"unit": "" if now is None else _("days") if name == "dso" else "%",
		"before": "" if before is None else _("{0} on {1}").format(_number(before), format_date(before_day)),
		"line": sparkline([value for _day, value in points], width=160, height=36, margin=4),
		"said": trend.format(len(points), _number(min(known)), _number(max(known))) if known else "",
	}


def _number(value: Decimal | None) -> str:
	return "–" if value is None else str(fmt_money(float(value), precision=1))


def _held(company: str) -> dict[str, Any]:
	filters = {"company": company, "status": ("not in", (*FREE, "Rejected"))}
	holds = frappe.get_list(
		HOLD, filters=filters, fields=["*"], order_by="creation asc", limit_page_length=ROWS + 1
	)
	may_write = bool(frappe.has_permission(HOLD, "write"))
	rows = [
		{
			"name": hold.name,
			"link": get_absolute_url(HOLD, hold.name),
			"order": hold.sales_order or hold.held_document,
			"order_link": get_absolute_url(*held(hold)),
			"customer": hold.customer_name or hold.customer,
			"amount": fmt_money(hold.order_amount, currency=hold.currency),
			"excess": fmt_money(hold.excess, currency=hold.currency),
			"since": format_date(hold.creation),
			"status": hold.status,
			"reasons": hold.reasons,
			"actions": actions_on(hold.name) if may_write else [],
		}
		for hold in holds[:ROWS]
	]
	return {"rows": rows, "more": len(holds) > ROWS, "list": "/app/credit-hold"}


def _overdue(company: str) -> dict[str, Any]:
	found = overdue_invoices(company)
	rows = [
		{
			"name": debt["sales_invoice"],
			"link": get_absolute_url("Sales Invoice", debt["sales_invoice"]),
			"customer": debt["customer_name"] or debt["customer"],
			"due": format_date(debt["due_date"]),
			"days": debt["days_overdue"],
			"amount": fmt_money(debt["outstanding"], currency=debt["currency"]),
			"level": debt["dunning_level"],
		}
		for debt in found[:ROWS]
	]
	link = f"/app/sales-invoice?status=Overdue&company={quote(company)}"
	return {"rows": rows, "more": len(found) > ROWS, "count": len(found), "list": link}


def _receipts(company: str) -> dict[str, Any]:
	found = [row for row in unmatched_receipts(limit_page_length=_RECEIPTS) if row["company"] == company]
	rows = [
		{
			"name": row["name"],
			"link": get_absolute_url("Bank Transaction", row["name"]),
			"date": format_date(row["date"]),
			"payer": row["bank_party_name"] or "–",
			"text": _text(row["reference_number"] or "", row["description"] or ""),
			"amount": fmt_money(row["unallocated_amount"], currency=row["currency"]),
			"reasons": [reason for reason in row["reasons"] if reason],
		}
		for row in found[:ROWS]
	]
	return {"rows": rows, "more": len(found) > ROWS, "count": len(found), "list": "/app/bank-transaction"}


def _text(reference: str, description: str) -> str:
	"""What the payer wrote; the reference, which banks often repeat in it, once."""
	return description if reference in description else f"{reference} {description}".strip()


def _runs() -> dict[str, Any]:
	fields = ["name", "kind", "status", "total", "done", "failed", "creation"]
	found = frappe.get_list("O2C Run", fields=fields, order_by="creation desc", limit_page_length=RUNS)
	rows = [
		{
			**run,
			"link": get_absolute_url("O2C Run", run.name),
			"started": f"{format_date(run.creation)} {format_time(run.creation, 'HH:mm')}",
		}
		for run in found
	]
	return {"rows": rows, "more": False, "list": "/app/o2c-run"}
