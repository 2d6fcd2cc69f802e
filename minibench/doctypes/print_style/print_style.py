"""Print Style: CSS that gives prints another look."""

from __future__ import annotations

from minibench.collaboration.messages import throw
from minibench.context import conf, flags
from minibench.model.document import Document
from minibench.translate import _


class PrintStyle(Document):
	def validate(self) -> None:
		is_changing = flags.in_import or flags.in_install or flags.in_test or flags.in_migrate
		if self.standard == 1 and not conf.developer_mode and not is_changing:
			throw(_("Standard Print Style cannot be changed. Please duplicate to edit."))
