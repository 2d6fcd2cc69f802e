"""Pure code is tested without any engine: only the app's folder has to be importable."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

APP = str(Path(__file__).resolve().parents[2] / "apps" / "o2c_extensions")
if APP not in sys.path:
	sys.path.insert(0, APP)

# Machines that are busy with other things are slow, not wrong.
settings.register_profile("o2c", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("o2c")
