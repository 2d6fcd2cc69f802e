"""Seconds to insert and submit a Sales Invoice of three lines. Peer: the same on the real ERPNext."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import _servers

NAME = "invoice"
TARGET = "at least 10 times as fast as the bench"
UNIT = "seconds to insert and submit one invoice"

TIMES = 10
ROUNDS = 5
OURS_A_ROUND = 20
PEERS_A_ROUND = 5
WARM_UP = 3

# Run on either engine. argv: the site, and whether what was made is kept; then one number of invoices a line.
# A site that somebody lent us is left as it was, so its commits are not counted; ours are.
WORK = """
import json, sys, time
import frappe
from frappe.utils import getdate, nowdate

site, keep = sys.argv[1], sys.argv[2] == "keep"
frappe.init(site, sites_path=".", force=True)
frappe.connect()
frappe.set_user("Administrator")


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
	company = frappe.get_all("Company", pluck="name")[0]
	items = [
		insert(
			"Item", item_code=f"Benchmark {number}", item_group="All Item Groups", stock_uom="Nos", is_stock_item=1,
		).name
		for number in range(3)
	]
	customer = insert(
		"Customer", customer_name="Benchmark", customer_group="All Customer Groups", territory="All Territories",
	).name
	warehouse = frappe.get_all("Warehouse", {"company": company, "is_group": 0}, pluck="name")[0]
	tax = frappe.get_all("Account", {"company": company, "account_type": "Tax", "is_group": 0}, pluck="name")[0]
	return {
		"doctype": "Sales Invoice",
		"company": company,
		"customer": customer,
		"due_date": nowdate(),
		"items": [{"item_code": item, "qty": 2, "rate": 10 + at, "warehouse": warehouse} for at, item in enumerate(items)],
		"taxes": [{"charge_type": "On Net Total", "account_head": tax, "description": "Tax", "rate": 19}],
	}


invoice = found()
if keep:
	frappe.db.commit()
print("RESULT []", flush=True)
for line in sys.stdin:
	times = []
	for _ in range(int(line)):
		begun = time.perf_counter()
		doc = frappe.get_doc(json.loads(json.dumps(invoice)))
		doc.insert()
		doc.submit()
		if keep:
			frappe.db.commit()
		times.append(time.perf_counter() - begun)
		assert doc.docstatus == 1 and doc.outstanding_amount == doc.rounded_total
	print("RESULT " + json.dumps(times), flush=True)
frappe.db.rollback()
"""


class _Worker:
	"""A process of one engine that makes invoices when it is told to."""

	def __init__(self, name: str, python: Path, before: str, folder: Path, site: str, keep: bool) -> None:
		self.name = name
		self.process = subprocess.Popen(
			[str(python), "-c", before + WORK, site, "keep" if keep else "leave no trace"],
			cwd=folder,
			stdin=subprocess.PIPE,
			stdout=subprocess.PIPE,
			text=True,
			env=_servers.environment(),
		)
		self._answer()

	def make(self, count: int) -> list[float]:
		"""Seconds for each of so many invoices."""
		assert self.process.stdin
		self.process.stdin.write(f"{count}\n")
		self.process.stdin.flush()
		return self._answer()

	def _answer(self) -> list[float]:
		assert self.process.stdout
		for line in self.process.stdout:
			if line.startswith("RESULT "):
				times: list[float] = json.loads(line.removeprefix("RESULT "))
				return times
		raise RuntimeError(f"{self.name} stopped with {self.process.wait()}")

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
	"""Measure ours and the peer in turns, in one run."""
	apps = tuple(
		name for name in (_servers.ROOT / "sites" / "apps.txt").read_text().split() if name != "frappe"
	)
	with ExitStack() as stack:
		sites = stack.enter_context(_servers.our_site(apps))
		boot = f"import sys; sys.path.insert(0, {str(_servers.ROOT)!r}); import minibench; minibench.activate()\n"
		ours = _Worker("minibench", Path(sys.executable), boot, sites, _servers.OUR_SITE, keep=True)
		stack.callback(ours.stop)
		workers = [(ours, OURS_A_ROUND)]
		if bench and site:
			peer = _Worker("bench", bench / "env/bin/python", "", bench / "sites", site, keep=False)
			stack.callback(peer.stop)
			workers.append((peer, PEERS_A_ROUND))
		times: dict[str, list[float]] = {worker.name: [] for worker, _count in workers}
		for worker, _count in workers:
			worker.make(WARM_UP)
		for turn in range(1, rounds + 1):
			for worker, count in workers:
				made = worker.make(count)
				times[worker.name] += made
				print(
					f"round {turn}/{rounds}  {worker.name:<10} {median(made) * 1000:7.1f} ms an invoice",
					flush=True,
				)
	seconds = {name: median(made) for name, made in times.items()}
	native = seconds.get("bench")
	# Of times the smaller is the better one: the ratio says how many times as fast ours is.
	ratio = None if native is None else round(native / seconds["minibench"], 2)
	passed = ratio is None or ratio >= TIMES
	result = _servers.result(NAME, seconds["minibench"], native, UNIT, TARGET, passed)
	return {**result, "ours": round(seconds["minibench"], 4), "ratio": ratio}
