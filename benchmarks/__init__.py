"""Measurements beside a peer. The app's pure code is importable here, without any engine."""

from __future__ import annotations

import sys
from pathlib import Path

APP = str(Path(__file__).resolve().parent.parent / "apps" / "o2c_extensions")
if APP not in sys.path:
	sys.path.insert(0, APP)
