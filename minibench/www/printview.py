"""The page that shows a document as it prints, at /printview?doctype=...&name=..."""

from __future__ import annotations

from minibench.printing.html import get_context

__all__ = ["get_context", "no_cache"]

no_cache = 1
