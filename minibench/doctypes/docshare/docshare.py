from __future__ import annotations

from typing import Any

from minibench.access.users import get_fullname
from minibench.collaboration.messages import throw
from minibench.context import db
from minibench.errors import MandatoryError, PermissionError
from minibench.model.document import Document
from minibench.translate import _
from minibench.values.text import bold

exclude_from_linked_with = True


class DocShare(Document):
	read: Any
	write: Any
	user: Any
	no_feed_on_delete = True

	def validate(self) -> None:
		self.validate_user()
		self.check_share_permission()
		self.check_is_submittable()
		self.cascade_permissions_downwards()
		self.get_doc().run_method("validate_share", self)

	def cascade_permissions_downwards(self) -> None:
		"""Who may submit may write; who may do anything may read."""
		if self.share or self.write or self.get("submit"):
			self.read = 1
		# `submit` is a method too.
		if self.get("submit"):
			self.write = 1

	def get_doc(self) -> Any:
		"""The shared document."""
		from minibench.model.document import get_doc

		if not getattr(self, "_doc", None):
			self._doc = get_doc(self.share_doctype, self.share_name)
		return self._doc

	def validate_user(self) -> None:
		if self.everyone:
			self.user = None
		elif not self.user:
			throw(_("User is mandatory for Share"), MandatoryError)

	def check_share_permission(self) -> None:
		from minibench.access.permissions import check_permission

		if self.flags.ignore_share_permission:
			return
		if not check_permission(self.share_doctype, "share", self.get_doc()):
			throw(_('You need to have "Share" permission'), PermissionError)

	def check_is_submittable(self) -> None:
		if self.get("submit") and not db.get_value("DocType", self.share_doctype, "is_submittable"):
			message = _("Cannot share {0} with submit permission as the doctype {1} is not submittable")
			throw(message.format(bold(self.share_name), bold(self.share_doctype)))

	def after_insert(self) -> None:
		owner = get_fullname(self.owner)
		if self.everyone:
			text = _("{0} shared this document with everyone").format(owner)
		else:
			text = _("{0} shared this document with {1}").format(owner, get_fullname(self.user))
		self.get_doc().add_comment("Shared", text)

	def on_trash(self) -> None:
		self.check_share_permission()
		text = _("{0} un-shared this document with {1}")
		self.get_doc().add_comment("Unshared", text.format(get_fullname(self.owner), get_fullname(self.user)))


def on_doctype_update() -> None:
	db.add_index("DocShare", ["user", "share_doctype"])
	db.add_index("DocShare", ["share_doctype", "share_name"])
