"""What the documents of cash application are called."""

from __future__ import annotations

STATEMENT = "Bank Statement"
MAPPING = "Bank Statement Mapping"
LINE = "Bank Transaction"
INVOICE = "Sales Invoice"
PAYMENT = "Payment Entry"
ORDER = "Sales Order"
JOURNAL = "Journal Entry"
PROPOSAL = "Match Proposal"
ALLOCATION = "Match Proposal Allocation"
PAYER_LINK = "Payer Link"
ADVICE = "Remittance Advice"
ADVICE_DOCUMENT = "Remittance Advice Document"
ADVICE_MAPPING = "Remittance Advice Mapping"
NOTIFICATION = "Bank Notification"
BATCH = "Bank Notification Batch"
