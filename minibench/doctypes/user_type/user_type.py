from __future__ import annotations

from minibench.document import Document
from minibench.errors import NotInMinibench


class UserType(Document):
	def validate(self) -> None:
		if not self.is_standard:
			raise NotInMinibench("A User Type that is not standard")
