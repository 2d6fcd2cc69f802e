from __future__ import annotations

from typing import Any

from minibench.context import db
from minibench.model.document import Document
from minibench.web.whitelist import whitelist


class PortalSettings(Document):
	def on_update(self) -> None:
		from minibench.model.caches import clear_cache

		clear_cache(user="Guest")

	@whitelist()
	def reset(self) -> None:
		"""Back to the entries that the apps bring."""
		self.set("menu", [])
		self.sync_menu()

	def sync_menu(self) -> None:
		"""Add the entries of the apps' hook `standard_portal_menu_items`, and the roles that they name."""
		from minibench.hooks import get_hooks
		from minibench.model.document import get_doc

		changed = False
		for item in get_hooks("standard_portal_menu_items") or []:
			role = item.get("role")
			if role and not db.exists("Role", role):
				get_doc({"doctype": "Role", "role_name": role, "desk_access": 0}).insert()
			changed = self.add_item(item) or changed
		self.remove_deleted_doctype_items()
		if changed:
			self.save()

	def add_item(self, item: dict[str, Any]) -> bool:
		"""Add an entry unless its route is there already; then only its role may change."""
		present = next((row for row in self.get("menu") or [] if row.route == item.get("route")), None)
		if present is None:
			self.append("menu", {**item, "enabled": 1})
			return True
		if item.get("role") and present.role != item["role"]:
			present.role = item["role"]
			return True
		return False

	def remove_deleted_doctype_items(self) -> None:
		"""Take out the entries whose DocType the site does not have."""
		existing = set(db.get_values("DocType", {}, "name", pluck=True))
		for row in [*(self.get("menu") or []), *(self.get("custom_menu") or [])]:
			if row.reference_doctype not in existing:
				self.remove(row)
