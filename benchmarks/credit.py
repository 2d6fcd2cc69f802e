"""Milliseconds for one credit decision, of a customer with 100,000 entries in the books. Peer: get_customer_outstanding."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks import _servers

NAME = "credit"
TARGET = "at most 8 queries, p95 under 5 ms, at most 1.2 times that of a customer with 1,000 entries"
UNIT = "ms for a decision (median), customer with 100,000 GL entries"

SMALL, LARGE = 1_000, 100_000
ROUNDS = 300
MOST_QUERIES, MOST_MS, MOST_GROWTH = 8, 5.0, 1.2

# Run on either engine, in one transaction that is rolled back. argv: the site; then "HISTORIES" and rounds.
WORK = """
import json, sys, time
import frappe
from frappe.utils import add_days, getdate, now, nowdate

site, small, large, rounds = sys.argv[1], *map(int, sys.argv[2:])
frappe.init(site, sites_path=".", force=True)
frappe.connect()
frappe.set_user("Administrator")

from erpnext.selling.doctype.customer.customer import get_customer_outstanding
from o2c_extensions.common import casebook
from o2c_extensions.credit_control.services import judging, rebuild

OPEN = 20  # invoices that each customer has not paid


def insert(doctype, **values):
	return frappe.get_doc({"doctype": doctype, **values}).insert()


def found():
	year = getdate().year
	if not frappe.db.exists("Fiscal Year", {"year_start_date": f"{year}-01-01"}):
		insert("Fiscal Year", year=str(year), year_start_date=f"{year}-01-01", year_end_date=f"{year}-12-31")
	if not frappe.get_all("Company"):
		insert(
			"Company", company_name="Benchmark", abbr="BM", default_currency="EUR", country="Germany",
			enable_perpetual_inventory=1,
		)
	company = frappe.get_doc("Company", frappe.get_all("Company", pluck="name")[0])
	item = insert(
		"Item", item_code="Benchmark Service", item_group="All Item Groups", stock_uom="Nos", is_stock_item=0,
	).name
	return company, item


def customer_of(company, name):
	return insert(
		"Customer", customer_name=name, customer_group="All Customer Groups", territory="All Territories",
		credit_limits=[{"company": company.name, "credit_limit": 1_000_000}],
	).name


def bulk(doctype, rows):
	moment, user = now(), frappe.session.user
	standard = {"creation": moment, "modified": moment, "owner": user, "modified_by": user, "docstatus": 1}
	rows = [{**standard, **row} for row in rows]
	fields = list(rows[0])
	frappe.db.bulk_insert(doctype, fields, [[row[field] for field in fields] for row in rows], chunk_size=2000)


def history(company, customer, prefix, entries):
	# Half of the entries are invoices, half are payments; but for the last OPEN ones each invoice is paid.
	count = entries // 2
	day = getdate(nowdate())
	of_all = {
		"company": company.name, "account": company.default_receivable_account, "party_type": "Customer", "party": customer,
		"posting_date": day,
	}
	gl, ledger, invoices = [], [], []
	for number in range(count):
		invoice, payment = f"{prefix}-SI-{number:06}", f"{prefix}-PE-{number:06}"
		is_open = number >= count - OPEN
		invoices.append({
			"name": invoice, "customer": customer, "company": company.name, "posting_date": day,
			"due_date": add_days(day, 30), "outstanding_amount": 100 if is_open else 0, "conversion_rate": 1,
			"party_account_currency": company.default_currency, "base_grand_total": 100, "grand_total": 100,
		})
		for voucher_type, voucher, amount in (("Sales Invoice", invoice, 100), ("Payment Entry", payment, -100)):
			alone = voucher == payment and is_open
			against = (voucher_type, voucher) if alone else ("Sales Invoice", invoice)
			gl.append({
				**of_all, "name": f"{voucher}-GL", "voucher_type": voucher_type, "voucher_no": voucher,
				"debit": max(amount, 0), "credit": max(-amount, 0), "is_cancelled": 0,
			})
			ledger.append({
				**of_all, "name": f"{voucher}-PL", "account_type": "Receivable", "voucher_type": voucher_type,
				"voucher_no": voucher, "against_voucher_type": against[0], "against_voucher_no": against[1],
				"amount": amount, "delinked": 0,
			})
	bulk("Sales Invoice", invoices)
	bulk("GL Entry", gl)
	bulk("Payment Ledger Entry", ledger)
	rebuild.rebuild(customer)


def order_of(company, customer, item):
	return frappe.get_doc({
		"doctype": "Sales Order", "customer": customer, "company": company.name, "transaction_date": nowdate(),
		"delivery_date": add_days(nowdate(), 7), "items": [{"item_code": item, "qty": 1, "rate": 100}],
	}).insert()


def queries(call):
	database, asked = frappe.db, []
	name = "cursor" if hasattr(database, "cursor") else "sql"
	original = getattr(database, name)

	def counted(query, *args, **kwargs):
		if str(query).lstrip().lower().startswith("select"):
			asked.append(str(query))
		return original(query, *args, **kwargs)

	setattr(database, name, counted)
	try:
		call()
	finally:
		delattr(database, name)
	return len(asked)


def timed(call):
	begun = time.perf_counter()
	call()
	return 1000 * (time.perf_counter() - begun)


company, item = found()
customers = {}
for size in (small, large):
	customers[size] = customer_of(company, f"Benchmark {size}")
	begun = time.perf_counter()
	history(company, customers[size], f"BM{size}", size)
	print(f"history of {size} entries: {time.perf_counter() - begun:.1f} s", file=sys.stderr, flush=True)
orders = {size: order_of(company, customer, item) for size, customer in customers.items()}
today = casebook.today()
times = {f"{who} {size}": [] for who in ("ours", "native") for size in customers}
processor = []
asked = {}
for turn in range(rounds + 10):
	for size, customer in customers.items():
		decide = lambda: judging.look(orders[size], "Order", today)
		at_work = time.process_time()
		mine = timed(decide)
		at_work = time.process_time() - at_work
		theirs = timed(lambda: get_customer_outstanding(customer, company.name))
		if turn >= 10:
			times[f"ours {size}"].append(mine)
			processor.append(1000 * at_work)
			times[f"native {size}"].append(theirs)
for size in customers:
	finding = judging.look(orders[size], "Order", today)
	assert finding.verdict.passes and finding.exposure.receivables == 100 * OPEN, finding
	assert finding.exposure.unallocated_payments == 100 * OPEN, finding
	asked[size] = queries(lambda: judging.look(orders[size], "Order", today))
frappe.db.rollback()
print("RESULT " + json.dumps({"times": times, "queries": max(asked.values()), "processor": processor}), flush=True)
"""


def run(
	bench: Path | None = None, site: str | None = None, rounds: int = ROUNDS, **_options: Any
) -> dict[str, Any]:
	"""Measure decisions beside the native sum, of both customers in turns, in one process of one engine."""
	with ExitStack() as stack:
		if bench and site:
			command, folder, where = (
				[str(bench.resolve() / "env/bin/python"), "-c", WORK],
				bench / "sites",
				site,
			)
		else:
			apps = (_servers.ROOT / "sites" / "apps.txt").read_text().split()
			folder = stack.enter_context(_servers.our_site(tuple(name for name in apps if name != "frappe")))
			boot = f"import sys; sys.path.insert(0, {str(_servers.ROOT)!r}); import minibench; minibench.activate()\n"
			command, where = [sys.executable, "-c", boot + WORK], _servers.OUR_SITE
		done = subprocess.run(
			[*command, where, str(SMALL), str(LARGE), str(rounds)],
			cwd=folder,
			stdout=subprocess.PIPE,
			text=True,
			env=_servers.environment(),
		)
	if done.returncode:
		raise RuntimeError(f"the measuring process stopped with {done.returncode}")
	found = next(line for line in done.stdout.splitlines() if line.startswith("RESULT "))
	measured = json.loads(found.removeprefix("RESULT "))
	times = {what: median(each) for what, each in measured["times"].items()}
	p95 = quantiles(measured["times"][f"ours {LARGE}"], n=20)[-1]
	ours, native = times[f"ours {LARGE}"], times[f"native {LARGE}"]
	growth = ours / times[f"ours {SMALL}"]
	for what, milliseconds in times.items():
		print(f"{what:<16} {milliseconds:8.2f} ms", flush=True)
	passed = measured["queries"] <= MOST_QUERIES and p95 < MOST_MS and growth <= MOST_GROWTH
	return {
		**_servers.result(NAME, ours, native, UNIT, TARGET, passed),
		"ours": round(ours, 2),
		"peer": round(native, 2),
		"ratio": round(native / ours, 2),
		"p95": round(p95, 2),
		"growth": round(growth, 2),
		"peer_growth": round(native / times[f"native {SMALL}"], 1),
		"queries": measured["queries"],
		# Of this process alone: what a decision takes on a machine that does nothing else is this and the database's part.
		"processor": round(median(measured["processor"]), 2),
	}
