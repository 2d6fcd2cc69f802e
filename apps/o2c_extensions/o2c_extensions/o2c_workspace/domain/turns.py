"""Whose turn it is with a held order: the viewer's, or whose else."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from o2c_extensions.credit_control.domain import authority
from o2c_extensions.credit_control.domain.authority import Grant, Request


@dataclass(frozen=True)
class Turn:
	"""What the viewer may do about a hold, and who may release it.

	Attributes:
		verdict: authority.ALLOWED, or why the viewer may not release it.
		takes_two: whether its amount takes two persons.
		may_approve: whether the viewer may be the first of them.
		roles: who may release this amount, those with the smallest authority first.
	"""

	verdict: str
	takes_two: bool
	may_approve: bool
	roles: tuple[str, ...]

	@property
	def is_mine(self) -> bool:
		return self.verdict == authority.ALLOWED or (
			self.verdict == authority.NOT_APPROVED and self.may_approve
		)


def whose_turn(request: Request, user: str, roles: Collection[str], grants: Iterable[Grant]) -> Turn:
	"""Who has to decide about a hold, as far as amounts say; the workflow and rights may say less."""
	known = tuple(grants)
	mine = authority.authority(known, roles, request.company)
	reach = {
		role: authority.authority(known, {role}, request.company)
		for role in sorted({grant.role for grant in known})
	}
	return Turn(
		verdict=authority.may_release(request, user, mine),
		takes_two=request.takes_two,
		may_approve=authority.may_approve(mine) == authority.ALLOWED,
		roles=tuple(
			sorted(
				(role for role in reach if reach[role] >= request.amount),
				key=lambda role: (reach[role], role),
			)
		),
	)
