"""Which file a build made of an asset."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from minibench.context import local


def get_assets_json() -> dict[str, Any]:
	"""What assets/assets.json of the sites' folder says; empty where nothing was built."""
	held: dict[str, Any] | None = local.cache.get("assets_json")
	if held is None:
		folder = Path(local.sites_path, "assets")
		held = {}
		for name in ("assets.json", "assets-rtl.json"):
			if (folder / name).exists():
				held |= json.loads((folder / name).read_text())
		local.cache["assets_json"] = held
	return held
