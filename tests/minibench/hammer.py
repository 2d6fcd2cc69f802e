"""One process of the concurrency test: threads that read, insert and count up until the time is over.

Prints one JSON line: how often each counter was raised, how many rows were inserted, and every error that a user would
have seen.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from minibench.data.database import Database

COUNTERS = ("a", "b", "c")


def count_up(db: Database, name: str) -> None:
	"""Read, think, write: the way in which updates get lost where nobody excludes the second writer."""
	total = db.get_value("Counter", name, "total", for_update=True)
	if random.random() < 0.2:
		time.sleep(0.0005)
	db.update_row("Counter", name, {"total": total + 1})
	db.commit()


def count_up_unless_undone(db: Database, name: str) -> bool:
	"""The same behind a savepoint; one time in three it is rolled back."""
	db.savepoint("try")
	total = db.get_value("Counter", name, "total", for_update=True)
	db.update_row("Counter", name, {"total": total + 1})
	kept = random.random() > 0.33
	if kept:
		db.release_savepoint("try")
	else:
		db.rollback(save_point="try")
	db.commit()
	return kept


def work(site: Path, until: float, number: str, result: dict[str, Counter[str]], errors: list[str]) -> None:
	raised: Counter[str] = Counter()
	longest = 0.0
	serial = 0
	try:
		db = Database(site)
		while time.monotonic() < until:
			name = random.choice(COUNTERS)
			started = time.monotonic()
			match random.randrange(5):
				case 0 | 1:
					count_up(db, name)
					raised[name] += 1
				case 2:
					raised[name] += count_up_unless_undone(db, name)
				case 3:
					serial += 1
					db.insert_row("Counter", {"name": f"{number}-{serial}", "note": "inserted"})
					db.commit()
					raised["inserted"] += 1
				case 4:
					db.get_values("Counter", {"note": "inserted"}, ["name", "total"], limit=20)
					if random.random() < 0.1:
						db.close()
			longest = max(longest, time.monotonic() - started)
		db.close()
	except BaseException as error:
		errors.append(f"{type(error).__name__}: {error}")
	raised["longest_ms"] = round(longest * 1000)
	result[number] = raised


def main() -> None:
	site, seconds, prefix, threads = Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3], int(sys.argv[4])
	result: dict[str, Counter[str]] = {}
	errors: list[str] = []
	until = time.monotonic() + seconds
	crew = [
		threading.Thread(target=work, args=(site, until, f"{prefix}{n}", result, errors))
		for n in range(threads)
	]
	for thread in crew:
		thread.start()
	for thread in crew:
		thread.join()
	print(
		json.dumps({"threads": {number: dict(raised) for number, raised in result.items()}, "errors": errors})
	)


if __name__ == "__main__":
	main()
