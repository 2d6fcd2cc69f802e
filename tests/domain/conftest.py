"""Pure code is tested without any engine: only the app's folder has to be importable."""

from __future__ import annotations

import sys
from pathlib import Path

APP = str(Path(__file__).resolve().parents[2] / "apps" / "o2c_extensions")
if APP not in sys.path:
	sys.path.insert(0, APP)
