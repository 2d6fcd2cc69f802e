"""Receipts posted a second on a real ERPNext: Payment Entry and reconciliation. Peer: ERPNext alone, as a clerk does it.

The peer makes a draft, submits it and reconciles it with the bank reconciliation tool, without this app's document events.
Ours does what a run of Cash Application does: finds the invoice in the line's text, decides, posts, puts the decision on
record and tells the case, each receipt in a transaction of its own. The receipts stay on the site: give it a test site.
"""

from __future__ import annotations

import json
import subprocess
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import _servers

NAME = "posting"
TARGET = "at least 3 times the peer's receipts a second, and more with two workers"
UNIT = "receipts posted a second, one worker"

TIMES = 3
ROUNDS = 5
A_ROUND = 15
WORKERS = 2

# Run in the bench's Python. argv: the site, and "make", "peer" or "ours"; then one JSON list a line.
WORK = """
import json, sys, time
import frappe
from frappe.utils import getdate, nowdate

site, role = sys.argv[1:3]
frappe.init(site, sites_path=".", force=True)
frappe.connect()
frappe.set_user("Administrator")
if role == "peer":
	# The peer is ERPNext without this app: nothing of ours is called when a document changes.
	for events in frappe.get_doc_hooks().values():
		for event, handlers in events.items():
			events[event] = [each for each in handlers if not each.startswith("o2c_extensions.")]

queries = [0]
send = frappe.db.sql
def counted(*arguments, **options):
	queries[0] += 1
	return send(*arguments, **options)
frappe.db.sql = counted

from erpnext.accounts.doctype.bank_reconciliation_tool.bank_reconciliation_tool import reconcile_vouchers


def insert(doctype, **values):
	return frappe.get_doc({"doctype": doctype, **values}).insert()


class Maker:
	def __init__(self):
		year = getdate().year
		if not frappe.db.exists("Fiscal Year", {"year_start_date": f"{year}-01-01"}):
			insert("Fiscal Year", year=str(year), year_start_date=f"{year}-01-01", year_end_date=f"{year}-12-31")
		self.company = frappe.get_all("Company", pluck="name", order_by="creation asc")[0]
		label = f"Benchmark {frappe.generate_hash(length=6)}"
		parent = frappe.get_all("Account", {"company": self.company, "account_type": "Bank", "is_group": 1}, pluck="name")[0]
		ledger = insert(
			"Account", account_name=label, parent_account=parent, account_type="Bank", company=self.company
		)
		insert("Bank", bank_name=label)
		self.bank = insert(
			"Bank Account", account_name=label, bank=label, account=ledger.name, is_company_account=1, company=self.company
		).name
		self.currency = ledger.account_currency
		self.item = insert("Item", item_code=label, item_group="All Item Groups", stock_uom="Nos", is_stock_item=0).name
		self.customers = [
			insert(
				"Customer", customer_name=f"{label} {number}", customer_group="All Customer Groups",
				territory="All Territories",
			).name
			for number in range(10)
		]
		frappe.db.commit()

	def make(self, count):
		jobs = []
		for number in range(count):
			invoice = frappe.get_doc({
				"doctype": "Sales Invoice", "company": self.company, "customer": self.customers[number % 10],
				"due_date": nowdate(), "items": [{"item_code": self.item, "qty": 1, "rate": 100 + number}],
			})
			invoice.insert()
			invoice.submit()
			line = frappe.get_doc({
				"doctype": "Bank Transaction", "date": nowdate(), "deposit": invoice.outstanding_amount,
				"currency": self.currency, "bank_account": self.bank, "company": self.company,
				"description": f"Invoice {invoice.name}", "reference_number": frappe.generate_hash(length=10),
			})
			line.insert()
			line.submit()
			jobs.append([line.name, invoice.name])
		frappe.db.commit()
		return jobs


def native(line, invoice):
	row = frappe.db.get_value("Bank Transaction", line, "*", as_dict=True)
	bill = frappe.db.get_value("Sales Invoice", invoice, ["customer", "debit_to"], as_dict=True)
	payment = frappe.get_doc({
		"doctype": "Payment Entry", "payment_type": "Receive", "company": row.company, "posting_date": row.date,
		"party_type": "Customer", "party": bill.customer, "paid_from": bill.debit_to,
		"paid_to": frappe.db.get_value("Bank Account", row.bank_account, "account"), "bank_account": row.bank_account,
		"paid_amount": row.deposit, "received_amount": row.deposit, "reference_no": row.reference_number,
		"reference_date": row.date,
		"references": [
			{"reference_doctype": "Sales Invoice", "reference_name": invoice, "allocated_amount": row.deposit}
		],
	})
	payment.insert()
	payment.submit()
	reconcile_vouchers(line, json.dumps([{"payment_doctype": "Payment Entry", "payment_name": payment.name}]))
	frappe.db.commit()


def peer(jobs):
	for line, invoice in jobs:
		native(line, invoice)


def ours(jobs):
	# As one of several runs that share the receipts.
	from o2c_extensions.cash_application.queries.lines import rows_of
	from o2c_extensions.cash_application.services import matching
	from o2c_extensions.cash_application.services.numbers import Numbers

	numbers = Numbers()
	planned = matching.announce(matching.plan(rows_of(names=[line for line, _invoice in jobs]), getdate()))
	planned.poster.number_ahead(numbers)
	frappe.db.commit()
	for line, _invoice in jobs:
		for attempt in range(5):
			try:
				matching.apply(line, getdate(), planned=planned)
				frappe.db.commit()
				break
			except (frappe.QueryDeadlockError, frappe.TimestampMismatchError):
				frappe.db.rollback()
				planned.forget()


def checked(jobs):
	lines, invoices = zip(*jobs)
	states = frappe.get_all("Bank Transaction", filters={"name": ["in", lines]}, pluck="status")
	assert states == ["Reconciled"] * len(jobs), states
	open_amounts = frappe.get_all("Sales Invoice", filters={"name": ["in", invoices]}, pluck="outstanding_amount")
	assert not any(open_amounts), open_amounts
	payments = frappe.get_all("Bank Transaction Payments", filters={"parent": ["in", lines]}, pluck="payment_entry")
	entries = frappe.get_all("GL Entry", filters={"voucher_no": ["in", payments]}, fields=["debit", "credit"])
	assert len(entries) == 2 * len(jobs) and sum(each.debit - each.credit for each in entries) == 0


work = Maker().make if role == "make" else {"peer": peer, "ours": ours}[role]
print("RESULT []", flush=True)
for line in sys.stdin:
	request = json.loads(line)
	queries[0], cpu, begun = 0, time.process_time(), time.perf_counter()
	answer = work(request)
	figures = {
		"seconds": time.perf_counter() - begun, "cpu": time.process_time() - cpu, "queries": queries[0],
	}
	if role != "make":
		checked(request)
		answer = figures
	frappe.db.commit()
	print("RESULT " + json.dumps(answer), flush=True)
"""


class _Worker:
	"""A process of the bench that makes, or posts, receipts when it is told to."""

	def __init__(self, bench: Path, site: str, role: str) -> None:
		self.process = subprocess.Popen(
			[str(bench / "env/bin/python"), "-W", "ignore", "-c", WORK, site, role],
			cwd=bench / "sites",
			stdin=subprocess.PIPE,
			stdout=subprocess.PIPE,
			text=True,
			env=_servers.environment(),
		)
		self.role = role
		self.answer()

	def ask(self, request: Any) -> None:
		assert self.process.stdin
		self.process.stdin.write(json.dumps(request) + "\n")
		self.process.stdin.flush()

	def answer(self) -> Any:
		assert self.process.stdout
		for line in self.process.stdout:
			if line.startswith("RESULT "):
				return json.loads(line.removeprefix("RESULT "))
		raise RuntimeError(f"{self.role} stopped with {self.process.wait()}")

	def stop(self) -> None:
		assert self.process.stdin
		self.process.stdin.close()
		try:
			self.process.wait(60)
		except subprocess.TimeoutExpired:
			self.process.kill()
			self.process.wait()


def run(
	bench: Path | None = None, site: str | None = None, rounds: int = ROUNDS, **_options: Any
) -> dict[str, Any]:
	"""Measure the peer, one worker of ours and two, in turns, in one run.

	Raises:
		ValueError: no bench was named: this is about a real ERPNext.
	"""
	if not bench or not site:
		raise ValueError("./o2c benchmark posting --bench PATH --site NAME: it is about a real ERPNext")
	found: dict[str, list[dict[str, float]]] = {"peer": [], "ours": [], "two": []}
	with ExitStack() as stack:

		def start(role: str) -> _Worker:
			worker = _Worker(bench, site, role)
			stack.callback(worker.stop)
			return worker

		maker, peer = start("make"), start("peer")
		ours = [start("ours") for _number in range(WORKERS)]
		ways = {"peer": [peer], "ours": ours[:1], "two": ours}
		_round(maker, ways, 3)
		for turn in range(1, rounds + 1):
			for name, figures in _round(maker, ways, A_ROUND).items():
				found[name].append(figures)
				print(
					f"round {turn}/{rounds}  {name:<5} {figures['rate']:6.2f} receipts/s   "
					f"{1000 * figures['cpu']:6.1f} ms of CPU and {figures['queries']:5.1f} queries each",
					flush=True,
				)
	middle = {
		name: {key: median(each[key] for each in all_rounds) for key in ("rate", "cpu", "queries")}
		for name, all_rounds in found.items()
	}
	one, two, native = middle["ours"], middle["two"], middle["peer"]
	passed = one["rate"] >= TIMES * native["rate"] and two["rate"] > one["rate"]
	return _servers.result(
		NAME,
		one["rate"],
		native["rate"],
		UNIT,
		TARGET,
		passed,
		two_workers=round(two["rate"], 2),
		two_to_one=round(two["rate"] / one["rate"], 2),
		cpu_ms={"ours": round(1000 * one["cpu"], 1), "peer": round(1000 * native["cpu"], 1)},
		cpu_ratio=round(native["cpu"] / one["cpu"], 2),
		queries={"ours": round(one["queries"], 1), "peer": round(native["queries"], 1)},
	)


def _round(maker: _Worker, ways: dict[str, list[_Worker]], count: int) -> dict[str, dict[str, float]]:
	"""Each way posts as many receipts a worker; what comes of it, for one receipt."""
	result = {}
	for name, workers in ways.items():
		maker.ask(count * len(workers))
		jobs = maker.answer()
		for number, worker in enumerate(workers):
			worker.ask(jobs[number :: len(workers)])
		figures = [worker.answer() for worker in workers]
		# They begin together; the slowest says how long it took.
		seconds = max(each["seconds"] for each in figures)
		result[name] = {
			"rate": len(jobs) / seconds,
			"cpu": sum(each["cpu"] for each in figures) / len(jobs),
			"queries": sum(each["queries"] for each in figures) / len(jobs),
		}
	return result
