"""How many invoices are found for 10,000 labelled bank lines, and how many postings are wrong.

Peer: ERPNext's `auto_reconcile_vouchers` on a part of the same work: the same customers, invoices and bank transactions. It needs equal
reference numbers and looks at Payment Entries and Journal Entries, not at invoices.

The seeds here were never looked at while weights were chosen; that was done on 1 to 21.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from o2c_extensions.cash_application.domain.engine.engine import match
from o2c_extensions.cash_application.domain.engine.model import INVOICE

from benchmarks import _servers
from benchmarks._corpus import RULE, Corpus, generate
from benchmarks._quality import Quality, judge, measure

NAME = "match-quality"
TARGET = "at least 95 % of invoices found, wrong automatic postings at most 0.1 %"
UNIT = "share of invoices found, posted or proposed"

LINES = 10_000
SEEDS = (2026, 2027, 2028, 2029, 2030)
FOUND, WRONG = 0.95, 0.001
# Making an invoice on the peer takes seconds.
PEERS_LINES = 60

# argv: the site; stdin: what to make; then the lines that were reconciled, with what. Nothing is kept.
WORK = """
import json, sys
import frappe

frappe.init(sys.argv[1], sites_path=".", force=True)
frappe.connect()
frappe.set_user("Administrator")
told = json.load(sys.stdin)
frappe.db.commit = lambda: None


def insert(doctype, name=None, submit=False, **values):
	doc = frappe.get_doc({"doctype": doctype, **values}).insert(set_name=name)
	if submit:
		doc.submit()
	return doc


for year in ("2025", "2026"):
	if not frappe.db.exists("Fiscal Year", {"year_start_date": year + "-01-01"}):
		insert("Fiscal Year", year=year, year_start_date=year + "-01-01", year_end_date=year + "-12-31")
if not frappe.get_all("Company", {"default_currency": "EUR"}):
	insert("Company", company_name="Quality", abbr="QU", default_currency="EUR", country="Germany")
company = frappe.get_all("Company", {"default_currency": "EUR"}, pluck="name")[0]
income = frappe.get_all("Account", {"company": company, "root_type": "Income", "is_group": 0}, pluck="name")[0]
parent = frappe.get_all("Account", {"company": company, "account_type": "Bank", "is_group": 1}, pluck="name")
parent = (parent or frappe.get_all("Account", {"company": company, "root_type": "Asset", "is_group": 1, "parent_account": ("is", "set")}, pluck="name"))[0]
ledger = insert("Account", account_name="Quality Bank", company=company, parent_account=parent, account_type="Bank", account_currency="EUR").name
bank = insert("Bank", bank_name="Quality Bank").name
account = insert("Bank Account", account_name="Quality", bank=bank, is_company_account=1, company=company, account=ledger).name
item = insert("Item", item_code="Quality", item_group="All Item Groups", stock_uom="Nos", is_stock_item=0).name
for name, title in told["customers"].items():
	insert("Customer", customer_name=title + " " + name, customer_group="All Customer Groups", territory="All Territories")
for one in told["invoices"]:
	insert(
		"Sales Invoice", one["name"], True, company=company, customer=told["customers"][one["customer"]] + " " + one["customer"],
		posting_date=one["posted"], set_posting_time=1, due_date=one["due"], disable_rounded_total=1,
		items=[{"item_code": item, "qty": 1, "rate": one["amount"], "income_account": income}],
	)
lines = {}
for one in told["lines"]:
	made = insert(
		"Bank Transaction", None, True, date=one["day"], bank_account=account, company=company, currency="EUR", deposit=one["amount"],
		description=one["text"], reference_number=one["reference"], bank_party_name=one["payer"],
	)
	lines[made.name] = one["name"]
from erpnext.accounts.doctype.bank_reconciliation_tool.bank_reconciliation_tool import auto_reconcile_vouchers

auto_reconcile_vouchers(account, "2025-01-01", "2026-12-31")
found = {}
for name, line in lines.items():
	paid = [row.payment_entry for row in frappe.get_doc("Bank Transaction", name).payment_entries]
	if paid:
		found[line] = paid
frappe.db.rollback()
print("RESULT " + json.dumps({"made": len(told["invoices"]), "lines": len(lines), "found": found}))
"""


def run(
	bench: Path | None = None,
	site: str | None = None,
	seeds: tuple[int, ...] = SEEDS,
	lines: int = LINES,
	**_options: Any,
) -> dict[str, Any]:
	"""Ours on every seed; the peer on a part of the first."""
	shares: list[tuple[float, float, float]] = []
	beside: dict[str, Any] = {}
	for seed in seeds:
		corpus = generate(lines, seed)
		choices = match(corpus.lines, corpus.book(), [RULE])
		quality = judge(corpus, choices)
		shares.append((quality.share_found, quality.share_posted, quality.share_wrong))
		if seed == seeds[0]:
			print(quality.table(), flush=True)
			if bench and site:
				part = _part(corpus)
				kept = [choice for choice in choices if choice.line in part.truth]
				beside = {
					"part_ours": judge(part, kept).share_found,
					"peer": _peer(bench, site, part).share_found,
				}
		print(
			f"seed {seed}: {quality.share_found:.2%} of {quality.invoices.total():,} invoices found, {quality.share_posted:.2%} without"
			f" a person; {quality.wrong.total()} of {quality.postings.total():,} postings wrong ({quality.share_wrong:.3%})",
			flush=True,
		)
	if beside:
		print(
			f"of {PEERS_LINES} lines: ours {beside['part_ours']:.1%}, auto_reconcile_vouchers {beside['peer']:.1%} of their invoices",
			flush=True,
		)
	passed = all(found >= FOUND and wrong <= WRONG for found, _posted, wrong in shares)
	count = len(shares)
	return _servers.result(
		NAME,
		sum(found for found, _posted, _wrong in shares) / count,
		beside.get("peer"),
		UNIT,
		TARGET,
		passed,
		posted=round(sum(posted for _found, posted, _wrong in shares) / count, 4),
		wrong=round(sum(wrong for _found, _posted, wrong in shares) / count, 5),
		worst_found=round(min(found for found, _posted, _wrong in shares), 4),
		worst_wrong=round(max(wrong for _found, _posted, wrong in shares), 5),
		part_ours=round(beside["part_ours"], 4) if beside else None,
	)


def _part(corpus: Corpus) -> Corpus:
	"""The first lines in euros that pay nothing but invoices, as they can be made on the peer in reasonable time."""
	items = {item.name: item for item in corpus.items}
	part = Corpus(items=corpus.items, customers=corpus.customers)
	for line in corpus.lines:
		truth = corpus.truth[line.name]
		paid = [items[name] for name in truth.items]
		simple = paid and all(item.kind == INVOICE and item.currency == "EUR" for item in paid)
		if simple and not truth.kind.startswith("twice") and len(part.lines) < PEERS_LINES:
			part.lines.append(line)
			part.truth[line.name] = truth
	return part


def _peer(bench: Path, site: str, part: Corpus) -> Quality:
	wanted = {name for truth in part.truth.values() for name in truth.items}
	invoices = [item for item in part.items if item.name in wanted]
	titles = {customer.name: customer.titles[0] for customer in part.customers}
	told = {
		"customers": {item.customer: titles[item.customer] for item in invoices},
		"invoices": [
			{
				"name": item.name,
				"customer": item.customer,
				"posted": item.posted.isoformat(),
				"due": item.due.isoformat(),
				"amount": item.open / 100,
			}
			for item in invoices
		],
		"lines": [
			{
				"name": line.name,
				"day": line.day.isoformat(),
				"amount": line.amount / 100,
				"text": " ".join(line.texts),
				# The most that a bank could tell: the invoice's very name, where the payer has named one.
				"reference": next(iter(part.truth[line.name].items)),
				"payer": line.party_name,
			}
			for line in part.lines
		],
	}
	done = subprocess.run(
		[str(bench / "env" / "bin" / "python"), "-c", WORK, site],
		cwd=bench / "sites",
		input=json.dumps(told),
		capture_output=True,
		text=True,
		env=_servers.environment(),
	)
	found = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
	if done.returncode or not found:
		raise RuntimeError(f"bench: {done.stdout[-1000:]}{done.stderr[-3000:]}")
	reconciled = json.loads(found[-1].removeprefix("RESULT "))["found"]
	return measure(part, {line: (part.truth[line].customer, names) for line, names in reconciled.items()}, {})
