from __future__ import annotations

from minibench.context import db
from minibench.model.document import Document


class RoleProfile(Document):
	def autoname(self) -> None:
		self.name = self.role_profile

	def on_update(self) -> None:
		self.update_all_users()

	def update_all_users(self) -> None:
		"""Who has the profile gets its roles, and no other."""
		from minibench.model.document import get_doc

		wanted = {row.role for row in self.roles}
		given: dict[str, set[str]] = {}
		rows = db.execute(
			"select user.name, given.role from tabUser user left join `tabHas Role` given"
			" on given.parent = user.name and given.parenttype = 'User' where user.role_profile_name = ?",
			(self.name,),
		)
		for user, role in rows:
			given.setdefault(user, set()).add(role)
		for name, roles in given.items():
			if roles != wanted:
				user = get_doc("User", name)
				user.set("roles", [])
				user.add_roles(*wanted)
