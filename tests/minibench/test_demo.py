"""The demo: lived in one go or killed at any moment, it ends in the same ledgers, and they balance."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from minibench import context
from minibench.lifecycle.site import new_site
from tests.support import ledgers

pytestmark = pytest.mark.timeout(400)

ROOT = Path(__file__).resolve().parents[2]
SITE = "demo.localhost"
COMPANY = "Nordwind Handels GmbH"
ANCHOR = "2026-03-31"
# Few, but with holds, drop shipments, returns, dunnings and receipts that wait.
STORY = {"orders": 14, "seed": 4, "date": ANCHOR}
LEDGERS = {
	"GL Entry": "posting_date account party debit credit against voucher_type voucher_no against_voucher is_cancelled",
	"Payment Ledger Entry": "posting_date account party amount voucher_no against_voucher_no due_date delinked",
	"Stock Ledger Entry": "posting_date posting_time item_code warehouse actual_qty qty_after_transaction "
	"valuation_rate stock_value voucher_no is_cancelled",
	"Bin": "item_code warehouse actual_qty reserved_qty ordered_qty projected_qty valuation_rate stock_value",
	"Sales Order": "name transaction_date customer po_no status o2c_credit_status per_delivered per_billed grand_total",
	"Delivery Note": "name posting_date status docstatus grand_total",
	"Sales Invoice": "name posting_date due_date customer grand_total outstanding_amount status",
	"Payment Entry": "name posting_date party paid_amount unallocated_amount reference_no",
	"Bank Transaction": "name date deposit withdrawal allocated_amount o2c_match_status description",
	"Bank Statement": "name statement_id opening_balance closing_balance status",
	"Deduction": "customer sales_invoice date amount open_amount status responsible bank_transaction",
	"Remittance Advice": "name customer status total bank_transaction payment_entry",
	"Dunning": "name posting_date customer o2c_dunning_level status grand_total",
	"Credit Hold": "name sales_order status excess",
	"O2C Decision": "position decision_type subject_name outcome",
	"O2C Event": "o2c_case stage event reference_name",
}


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
	"""A sites folder with a site that nothing has happened on."""
	sites = tmp_path_factory.mktemp("demo-sites")
	(sites / "common_site_config.json").write_text("{}")
	before = context.local.__dict__.copy()
	new_site(SITE, sites, "admin", config={"o2c_demo": STORY})
	context.local.__dict__.update(before)
	return sites


@pytest.fixture(scope="module")
def whole(blank: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
	"""The same with the demo, loaded without interruption."""
	sites = copy_of(blank, tmp_path_factory.mktemp("whole"))
	done = subprocess.run(loader(), env=environment(sites), capture_output=True, text=True, timeout=300)
	assert done.returncode == 0, done.stderr + done.stdout
	return sites


def copy_of(sites: Path, target: Path) -> Path:
	shutil.copytree(sites, target, dirs_exist_ok=True)
	return target


def environment(sites: Path, **values: str) -> dict[str, str]:
	return {**os.environ, "O2C_SITES": str(sites), "O2C_SITE": SITE, "PYTHONPATH": str(ROOT), **values}


def loader() -> list[str]:
	script = f"from minibench.commands import demo_data; print(demo_data.load({SITE!r}))"
	return [sys.executable, "-c", script]


def digest(sites: Path) -> dict[str, list[str]]:
	"""What the ledgers and the documents say, row by row, without what differs from run to run."""
	import sqlite3

	connection = sqlite3.connect(f"file:{sites / SITE / 'site.db'}?mode=ro", uri=True)
	said = {}
	for doctype, fields in LEDGERS.items():
		columns = ", ".join(fields.split())
		said[doctype] = sorted(map(repr, connection.execute(f"select {columns} from `tab{doctype}`")))
	connection.close()
	return said


def progress(sites: Path) -> int:
	import sqlite3

	connection = sqlite3.connect(f"file:{sites / SITE / 'site.db'}?mode=ro", uri=True)
	try:
		(done,) = connection.execute(
			"select count(*) from `tabO2C Run Item` where status = 'Done'"
		).fetchone()
	except sqlite3.OperationalError:
		return 0
	finally:
		connection.close()
	return int(done)


def test_the_demo_has_what_it_is_to_show(whole: Path) -> None:
	said = digest(whole)
	assert len(said["Sales Order"]) == STORY["orders"]
	for doctype in (
		"Delivery Note",
		"Sales Invoice",
		"Payment Entry",
		"Bank Statement",
		"Dunning",
		"Credit Hold",
	):
		assert said[doctype], f"no {doctype}"
	for status in ("Matched", "Waiting"):
		assert any(f"'{status}'" in row for row in said["Bank Transaction"]), f"no receipt is {status}"


def test_its_books_balance(whole: Path, site_of: Any) -> None:
	with site_of(whole):
		ledgers.assert_books_balance(COMPANY)


def test_the_bank_is_its_statements_less_what_waits(whole: Path, site_of: Any) -> None:
	import frappe

	with site_of(whole):
		from o2c_extensions.demo.founding import BANK_GL

		entries = frappe.get_all(
			"GL Entry",
			{"account": BANK_GL, "is_cancelled": 0},
			["sum(debit) as debit", "sum(credit) as credit"],
		)[0]
		[closing] = frappe.get_all(
			"Bank Statement", pluck="closing_balance", order_by="to_date desc", limit_page_length=1
		)
		waiting = frappe.get_all("Bank Transaction", {"docstatus": 1}, ["sum(unallocated_amount) as left"])[0]
		assert round(entries.debit - entries.credit, 2) == round(closing - waiting.left, 2)


def test_its_decisions_are_chained_and_nothing_was_mailed(whole: Path, site_of: Any) -> None:
	import frappe

	with site_of(whole):
		from o2c_extensions.common import decisions

		report = decisions.verify()
		assert report["intact"]
		assert report["checked"] > STORY["orders"]
		assert not frappe.get_all("Email Queue")
		assert not frappe.get_all("Error Log")
		assert frappe.db.get_single_value("O2C Settings", "release_orders") == 1


def test_the_policy_that_was_tried_is_told_beside_what_was_decided(whole: Path, site_of: Any) -> None:
	"""Each order that either policy would have held: the replayed exposure and outcome are those of its decision."""
	import frappe

	with site_of(whole):
		simulation = frappe.get_last_doc("Credit Simulation")
		assert (simulation.orders, simulation.current_held > 0) == (STORY["orders"], True)
		rows = {row.sales_order: row for row in simulation.rows}
		assert len(rows) >= simulation.current_held
		decided = frappe.get_all(
			"O2C Decision",
			{"decision_type": "Credit Check", "subject_name": ("in", list(rows))},
			["subject_name", "outcome", "inputs"],
			order_by="decided_at desc, creation desc",
		)
		first = {row.subject_name: row for row in decided}
		assert set(first) == set(rows)
		for name, decision in first.items():
			parts = json.loads(decision.inputs)["exposure"]
			signed = (
				float(part) * (-1 if kind == "unallocated_payments" else 1) for kind, part in parts.items()
			)
			assert rows[name].exposure == pytest.approx(sum(signed), abs=0.001), name
			assert rows[name].current_outcome == decision.outcome, name


def test_no_job_is_left_that_would_change_anything(whole: Path, tmp_path: Path) -> None:
	sites = copy_of(whole, tmp_path)
	before = digest(sites)
	command = [sys.executable, "-m", "minibench.commands", "worker", "--burst"]
	subprocess.run(command, env=environment(sites), check=True, timeout=120, capture_output=True)
	assert digest(sites) == before


def test_the_same_seed_makes_the_same_ledgers_after_kills_of_the_command(
	blank: Path, whole: Path, tmp_path: Path
) -> None:
	sites = copy_of(blank, tmp_path)
	impatient(sites)
	total = progress(whole)
	for share, how in ((0.03, signal.SIGKILL), (0.35, signal.SIGTERM), (0.7, signal.SIGKILL)):
		run_until(loader(), sites, int(total * share), how)
	done = subprocess.run(loader(), env=environment(sites), capture_output=True, text=True, timeout=300)
	assert done.returncode == 0, done.stderr
	assert "order.manager@nordwind.example" in done.stdout
	assert_same(digest(sites), digest(whole))


def test_the_same_seed_makes_the_same_ledgers_after_kills_of_the_worker(
	blank: Path, whole: Path, tmp_path: Path, site_of: Any
) -> None:
	import frappe

	sites = copy_of(blank, tmp_path)
	impatient(sites)
	with site_of(sites):
		from o2c_extensions.common import batch
		from o2c_extensions.demo import load

		run = load.begin(**STORY)
		frappe.db.commit()
	worker = [sys.executable, "-m", "minibench.commands", "worker"]
	total = progress(whole)
	for share in (0.2, 0.6):
		run_until(worker, sites, int(total * share), signal.SIGKILL)
		time.sleep(5.5)
		with site_of(sites):
			batch.resume_abandoned()
			frappe.db.commit()
	run_until(worker, sites, total, signal.SIGTERM)
	with site_of(sites):
		assert frappe.db.get_value("O2C Run", run, "status") == "Completed"
	assert_same(digest(sites), digest(whole))


def test_who_loads_it_beside_another_is_told_when_to_try_again(
	blank: Path, tmp_path: Path, site_of: Any
) -> None:
	import frappe

	with site_of(copy_of(blank, tmp_path)):
		from o2c_extensions.demo import load

		run = load.begin(**STORY)
		frappe.db.set_value("O2C Run", run, {"status": "Running", "heartbeat": frappe.utils.now_datetime()})
		with pytest.raises(frappe.ValidationError, match=r"try again in \d+ seconds"):
			load.load(**STORY)
		assert not frappe.get_all("Company")


def test_a_site_with_transactions_is_refused(whole: Path, tmp_path: Path, site_of: Any) -> None:
	import frappe

	with site_of(copy_of(whole, tmp_path)):
		from o2c_extensions.demo import load

		with pytest.raises(frappe.ValidationError, match="without transactions"):
			load.load(**STORY)


@pytest.mark.parametrize("parameters", [{"orders": 0}, {"orders": 10**6}, {"date": "2999-01-01"}])
def test_wrong_parameters_are_refused(whole: Path, site_of: Any, parameters: dict[str, Any]) -> None:
	import frappe

	with site_of(whole):
		from o2c_extensions.demo.load import DemoWork

		with pytest.raises(frappe.ValidationError):
			DemoWork(parameters)


# --- the command line -------------------------------------------------------------------------------------------------------


def test_the_command_makes_a_site_with_the_demo_and_keeps_the_old_one(tmp_path: Path) -> None:
	sites = tmp_path / "sites"
	sites.mkdir()
	(sites / SITE).mkdir()
	(sites / SITE / "note.txt").write_text("the old one")
	command = [sys.executable, "-m", "minibench.commands", "demo"]
	refused = subprocess.run(command, env=environment(sites), capture_output=True, text=True, input="n\n")
	assert refused.returncode == 130
	assert (sites / SITE / "note.txt").exists()
	options = ["--yes", "--orders", "2", "--date", ANCHOR, "--seed", "5"]
	done = subprocess.run(
		[*command, *options], env=environment(sites), capture_output=True, text=True, timeout=300
	)
	assert done.returncode == 0, done.stderr
	assert "demo-o2c" in done.stdout
	assert len(digest(sites)["Sales Order"]) == 2
	assert (sites / f".{SITE}.before-demo" / "note.txt").read_text() == "the old one"
	assert "o2c_demo" not in json.loads((sites / SITE / "site_config.json").read_text())
	public = [sys.executable, "-m", "minibench.commands", "web", "--host", "0.0.0.0", "--port", "0"]
	refused = subprocess.run(public, env=environment(sites), capture_output=True, text=True, timeout=60)
	assert refused.returncode != 0


# --- tools ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def site_of(engine: Any) -> Iterator[Any]:
	"""Opens the site of a folder in this process for a while; the test site is open again afterwards."""
	from contextlib import contextmanager

	@contextmanager
	def opened(sites: Path) -> Iterator[None]:
		context.init(SITE, sites, force=True)
		context.connect()
		try:
			yield
		finally:
			context.destroy()
			engine.connect()

	yield opened


def impatient(sites: Path) -> None:
	"""A silent runner is taken for dead after the shortest time that a setting allows."""
	import sqlite3

	with sqlite3.connect(sites / SITE / "site.db") as connection:
		connection.execute(
			"update `tabSingles` set value = '5' where doctype = 'O2C Settings' and field = 'takeover_seconds'"
		)
	connection.close()


def run_until(command: list[str], sites: Path, steps: int, how: signal.Signals) -> None:
	"""Let a process work until so many steps are done, then end it."""
	process = subprocess.Popen(
		command, env=environment(sites), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
	)
	deadline = time.monotonic() + 240
	while progress(sites) < steps:
		assert time.monotonic() < deadline, f"only {progress(sites)} of {steps} steps are done"
		assert process.poll() is None, f"the process has ended by itself after {progress(sites)} steps"
		time.sleep(0.05)
	if how is not signal.SIGKILL:
		time.sleep(0.3)
	process.send_signal(how)
	process.wait(60)


def assert_same(one: dict[str, list[str]], other: dict[str, list[str]]) -> None:
	for doctype in LEDGERS:
		missing = [row for row in other[doctype] if row not in set(one[doctype])]
		extra = [row for row in one[doctype] if row not in set(other[doctype])]
		assert not missing and not extra, f"{doctype}: {missing[:3]} became {extra[:3]}"
		assert len(one[doctype]) == len(other[doctype])
