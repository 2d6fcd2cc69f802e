"""Many threads and processes on one site: nothing lost, nothing half done, nobody told that the database is locked."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from minibench import context
from minibench.data.database import Database
from minibench.data.writer_lock import WriterLock
from minibench.errors import QueryTimeoutError
from tests.minibench.bare_site import make_site

# A minute is what is promised; the default keeps the suite quick.
SECONDS = float(os.environ.get("MINIBENCH_HAMMER_SECONDS", "6"))
HAMMER = Path(__file__).with_name("hammer.py")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
	folder = make_site(tmp_path)
	db = Database(folder)
	for name in ("a", "b", "c"):
		db.insert_row("Counter", {"name": name, "total": 0})
	db.commit()
	db.close()
	return folder


def python(*arguments: str) -> subprocess.Popen[str]:
	return subprocess.Popen(
		[sys.executable, *arguments],
		stdout=subprocess.PIPE,
		text=True,
		env={**os.environ, "PYTHONPATH": str(ROOT)},
	)


@pytest.mark.timeout(300)
def test_no_update_is_lost_among_two_processes_of_sixteen_threads(folder: Path):
	crews = [python(str(HAMMER), str(folder), str(SECONDS), prefix, "16") for prefix in "pq"]
	reports = [json.loads(crew.communicate()[0]) for crew in crews]
	assert [error for report in reports for error in report["errors"]] == []
	threads = [raised for report in reports for raised in report["threads"].values()]
	expected = sum((Counter(raised) for raised in threads), Counter())
	db = Database(folder)
	found = dict(db.get_values("Counter", ["a", "b", "c"], ["name", "total"], order_by=None))
	assert found == {name: expected[name] for name in "abc"}
	assert db.count("Counter", {"note": "inserted"}) == expected["inserted"]
	assert db.execute("pragma integrity_check") == [("ok",)]
	# Fair: every thread of every process got its turns, and none waited for seconds.
	turns = [sum(count for what, count in raised.items() if what != "longest_ms") for raised in threads]
	assert min(turns) * 5 > max(turns), turns
	assert max(raised["longest_ms"] for raised in threads) < 5000


def test_a_killed_process_leaves_the_site_whole(folder: Path):
	script = (
		"import sys, time\n"
		"from pathlib import Path\n"
		"from minibench.data.database import Database\n"
		"db = Database(Path(sys.argv[1]))\n"
		'db.execute("update tabCounter set total = 999")\n'
		"db.insert_rows('Counter', [{'name': f'x{n}', 'note': 'y' * 140} for n in range(20000)])\n"
		"print('written', flush=True)\n"
		"time.sleep(60)\n"
	)
	victim = python("-c", script, str(folder))
	assert victim.stdout and victim.stdout.readline() == "written\n"
	db = Database(folder)
	assert db.get_value("Counter", "a", "total") == 0
	victim.send_signal(signal.SIGKILL)
	victim.wait()
	started = time.monotonic()
	assert db.get_value("Counter", "a", "total", for_update=True) == 0
	assert time.monotonic() - started < 1
	assert db.count("Counter") == 3
	db.update_row("Counter", "a", {"total": 1})
	db.commit()
	assert db.execute("pragma integrity_check") == [("ok",)]


def test_killed_at_any_moment_all_or_nothing_is_there(folder: Path):
	"""Two rows are raised together, again and again; whenever the process dies, they are equal and nothing told is lost."""
	script = (
		"import sys\n"
		"from pathlib import Path\n"
		"from minibench.data.database import Database\n"
		"db = Database(Path(sys.argv[1]))\n"
		"while True:\n"
		"\ttotal = db.get_value('Counter', 'a', 'total', for_update=True) + 1\n"
		"\tdb.update_row('Counter', 'a', {'total': total})\n"
		"\tdb.update_row('Counter', 'b', {'total': total})\n"
		"\tdb.commit()\n"
		"\tprint(total, flush=True)\n"
	)
	told = 0
	for round_number in range(6):
		victim = python("-c", script, str(folder))
		assert victim.stdout
		for _ in range(20 + round_number * 7):
			told = int(victim.stdout.readline())
		time.sleep(0.003 * round_number)
		victim.kill()
		rest = victim.communicate()[0].split()
		told = int(rest[-1]) if rest else told
		db = Database(folder)
		first, second = (db.get_value("Counter", name, "total", for_update=True) for name in "ab")
		assert first == second >= told
		assert db.execute("pragma integrity_check") == [("ok",)]
		db.rollback()
		db.close()


def test_for_update_excludes_a_second_writer_and_reads_what_it_left(folder: Path):
	first, order = Database(folder), []
	assert first.get_value("Counter", "a", "total", for_update=True) == 0

	def second() -> None:
		db = Database(folder)
		assert db.get_value("Counter", "a", "total") == 0
		total = db.get_value("Counter", "a", "total", for_update=True)
		order.append(("second", total))
		db.update_row("Counter", "a", {"total": total + 1})
		db.commit()
		db.close()

	thread = threading.Thread(target=second)
	thread.start()
	time.sleep(0.2)
	order.append(("first", 0))
	first.update_row("Counter", "a", {"total": 10})
	first.commit()
	thread.join()
	assert order == [("first", 0), ("second", 10)]
	assert first.get_value("Counter", "a", "total") == 11


def test_waiting_ends_with_a_timeout_that_names_itself(folder: Path):
	holder, other = Database(folder), Database(folder)
	holder.get_value("Counter", "a", for_update=True)
	with pytest.raises(QueryTimeoutError):
		other.get_value("Counter", "a", for_update=True, wait=False)
	context.local.conf = context.Dict(getattr(context.local, "conf", None) or {}, lock_wait_timeout=0.2)
	try:
		started = time.monotonic()
		with pytest.raises(QueryTimeoutError):
			other.update_row("Counter", "a", {"total": 1})
		assert 0.1 < time.monotonic() - started < 3
	finally:
		context.local.conf.pop("lock_wait_timeout")
	assert other.get_value("Counter", "a", "total") == 0
	holder.rollback()
	other.update_row("Counter", "a", {"total": 5})
	other.commit()
	assert holder.get_value("Counter", "a", "total") == 5


def test_a_strangers_lock_is_waited_for(folder: Path):
	"""The sqlite3 shell, or a backup, knows nothing of our queue."""
	stranger = sqlite3.connect(folder / "site.db", isolation_level=None, check_same_thread=False)
	stranger.execute("begin immediate")
	threading.Timer(0.5, lambda: stranger.execute("commit")).start()
	db = Database(folder)
	db.update_row("Counter", "a", {"total": 7})
	db.commit()
	assert db.get_value("Counter", "a", "total") == 7


def test_threads_are_served_in_the_order_in_which_they_came(folder: Path):
	lock = WriterLock.of(folder)
	assert lock.acquire(1)
	served: list[int] = []

	def wait(number: int) -> None:
		assert lock.acquire(10)
		served.append(number)
		lock.release()

	crew = []
	for number in range(8):
		crew.append(threading.Thread(target=wait, args=(number,)))
		crew[-1].start()
		time.sleep(0.02)
	lock.release()
	for thread in crew:
		thread.join()
	assert served == list(range(8))


def test_a_thread_that_ends_without_closing_frees_the_lock(folder: Path):
	thread = threading.Thread(target=lambda: Database(folder).update_row("Counter", "a", {"total": 3}))
	thread.start()
	thread.join()
	db = Database(folder)
	db.update_row("Counter", "b", {"total": 4})
	db.commit()
	assert db.get_value("Counter", "a", "total") == 0


def test_a_forked_child_shares_neither_lock_nor_connection(folder: Path):
	db = Database(folder)
	db.update_row("Counter", "a", {"total": 1})
	child = os.fork()
	if child == 0:
		status = 1
		try:
			own = Database(folder)
			if own.get_value("Counter", "a", "total") == 0:
				status = 0
		finally:
			os._exit(status)
	assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
	db.commit()
	assert db.get_value("Counter", "a", "total") == 1
