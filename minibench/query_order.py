"""In which order, and grouped how, a list comes."""

from __future__ import annotations

DEFAULT_ORDER = "KEEP_DEFAULT_ORDERING"
