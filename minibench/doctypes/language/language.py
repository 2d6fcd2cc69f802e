"""A language that users may choose."""

from __future__ import annotations

import re

from minibench.collaboration.messages import throw
from minibench.model.document import Document
from minibench.translate import _

_CODE = re.compile("^[a-zA-Z]+[-_]*[a-zA-Z]+$")


class Language(Document):
	def validate(self) -> None:
		_check(self.language_code, "Language Code")

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		_check(new, "Name")


def _check(code: str, label: str) -> None:
	if not _CODE.match(code):
		throw(
			_(
				"{0} must begin and end with a letter and can only contain letters, hyphen or underscore."
			).format(label)
		)
