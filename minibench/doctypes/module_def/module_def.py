"""A module: what groups an app's DocTypes, reports and workspaces."""

from __future__ import annotations

from minibench.model.document import Document
from minibench.model.meta import bump_epoch


class ModuleDef(Document):
	def on_update(self) -> None:
		bump_epoch()

	def on_trash(self) -> None:
		bump_epoch()
