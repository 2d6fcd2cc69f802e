from __future__ import annotations

from minibench.errors import NotInMinibench
from minibench.model.document import Document


class UserType(Document):
	def validate(self) -> None:
		if not self.is_standard:
			raise NotInMinibench("A User Type that is not standard")
