"""The words of our mails: Email Templates that an administrator then owns.

A template sees the document's fields (escaped), and `language`, the document's. One template speaks all its languages.
"""

from __future__ import annotations

import frappe

from o2c_extensions.setup import records

_INVOICE = """{% if language == "de" %}
<p>Guten Tag {{ contact_display or customer_name }},</p>
<p>anbei erhalten Sie unsere Rechnung {{ name }} vom {{ frappe.utils.formatdate(posting_date, "dd.MM.yyyy") }} über
{{ frappe.utils.fmt_money(rounded_total or grand_total, currency=currency) }}.
Bitte zahlen Sie bis zum {{ frappe.utils.formatdate(due_date, "dd.MM.yyyy") }} und geben Sie die Rechnungsnummer an.</p>
<p>Mit freundlichen Grüßen<br>{{ company }}</p>
{% else %}
<p>Dear {{ contact_display or customer_name }},</p>
<p>please find attached our invoice {{ name }} of {{ frappe.utils.formatdate(posting_date) }} for
{{ frappe.utils.fmt_money(rounded_total or grand_total, currency=currency) }}.
Please pay by {{ frappe.utils.formatdate(due_date) }} and quote the invoice number.</p>
<p>Kind regards<br>{{ company }}</p>
{% endif %}"""

_DUNNING = """{% if language == "de" %}
{{ body_text or "" }}
<p>Offen sind {{ frappe.utils.fmt_money(total_outstanding, currency=currency) }}{% if dunning_amount %},
dazu Mahnkosten und Zinsen von {{ frappe.utils.fmt_money(dunning_amount, currency=currency) }}{% endif %}.
Einzelheiten finden Sie im Anhang.</p>
{{ closing_text or "" }}
<p>Mit freundlichen Grüßen<br>{{ company }}</p>
{% else %}
{{ body_text or "" }}
<p>{{ frappe.utils.fmt_money(total_outstanding, currency=currency) }} is outstanding{% if dunning_amount %},
plus {{ frappe.utils.fmt_money(dunning_amount, currency=currency) }} of fees and interest{% endif %}.
The details are attached.</p>
{{ closing_text or "" }}
<p>Kind regards<br>{{ company }}</p>
{% endif %}"""

# By the field of O2C Settings that names them.
TEMPLATES = {
	"invoice_template": {
		"name": "O2C Invoice",
		"subject": '{{ "Rechnung" if language == "de" else "Invoice" }} {{ name }}',
		"use_html": 1,
		"response_html": _INVOICE,
	},
	"dunning_template": {
		"name": "O2C Dunning",
		"subject": '{{ "Offene Rechnungen" if language == "de" else "Overdue invoices" }} ({{ name }})',
		"use_html": 1,
		"response_html": _DUNNING,
	},
}


def sync() -> None:
	"""Make the templates that were never made, and choose them where none is chosen."""
	made = records.make_once("Email Template", TEMPLATES.values())
	chosen = frappe.db.get_singles_dict("O2C Settings")
	new = {
		field: template["name"]
		for field, template in TEMPLATES.items()
		if template["name"] in made and not chosen.get(field)
	}
	if new:
		frappe.db.set_single_value("O2C Settings", new)
