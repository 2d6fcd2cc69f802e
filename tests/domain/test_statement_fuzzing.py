"""A few seconds of coverage-guided fuzzing, where atheris is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import bank_files, camt, mt940
from tests.support.mt940 import Booking

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "bank"
SECONDS = 10


def test_the_readers_stand_fuzzing(tmp_path: Path) -> None:
	pytest.importorskip("atheris", reason="atheris is not installed")
	bookings = [
		Booking(bank_files.Decimal("12.34"), bank_files.DAY, "Rechnung 17", name="N", bank_reference="R1")
	]
	seeds = [
		(0, bank_files.csv_table("0", bookings)),
		(1, mt940.file("DE02120300000000202051", "0", bookings)),
		(2, bank_files.bai2("12345678", "0", bookings)),
		(3, bank_files.ofx("12345678", "0", bookings)),
		(4, camt.file("DE02120300000000202051", "0", [camt.booking("12.34", bank_files.DAY, "Rechnung 17")])),
		(5, bank_files.csv_table("0", bookings, encoding="utf-8")),
	]
	for kind, folder in enumerate(("", "mt940", "bai2", "ofx", "camt")):
		if folder and DATA.exists():
			seeds += [(kind, path.read_bytes()) for path in sorted((DATA / folder).iterdir())]
	for number, (kind, content) in enumerate(seeds):
		(tmp_path / str(number)).write_bytes(bytes([kind]) + content)
	done = subprocess.run(
		[sys.executable, "-m", "tests.domain.fuzz_statements", str(SECONDS), str(tmp_path)],
		cwd=tmp_path,
		env={"PYTHONPATH": str(ROOT), "PATH": ""},
		capture_output=True,
		text=True,
		timeout=100,
	)
	assert done.returncode == 0, done.stderr[-3000:]
