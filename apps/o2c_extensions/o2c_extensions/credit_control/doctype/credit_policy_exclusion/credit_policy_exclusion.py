from __future__ import annotations

from frappe.model.document import Document


class CreditPolicyExclusion(Document):
	"""A row of a policy, read by domain/policy_form.py."""
