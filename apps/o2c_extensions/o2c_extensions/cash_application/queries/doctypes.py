"""What the documents of cash application are called."""

from __future__ import annotations

STATEMENT = "Bank Statement"
LINE = "Bank Transaction"
INVOICE = "Sales Invoice"
PAYMENT = "Payment Entry"
