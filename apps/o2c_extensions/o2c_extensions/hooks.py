"""What the app tells the framework. Lists follow the money's way: order, credit, delivery, invoice, collection, cash."""

app_name = "o2c_extensions"
app_title = "O2C Extensions"
app_publisher = "O2C Extensions contributors"
app_description = "Order to cash: credit holds, order decomposition, dunning, reconciliation rules, KPIs"
app_email = "o2c@example.com"
app_license = "gpl-3.0"

# With its owner: a bare "erpnext" makes Frappe 15 ask api.github.com for it, and so fail where that is out of reach.
required_apps = ["frappe/erpnext"]

before_install = "o2c_extensions.install.before_install"
after_install = "o2c_extensions.install.after_install"
before_migrate = "o2c_extensions.install.before_migrate"
after_migrate = "o2c_extensions.install.after_migrate"
before_uninstall = "o2c_extensions.uninstall.before_uninstall"

# Records of the past never keep a document from being deleted.
ignore_links_on_delete = ["O2C Event", "O2C Decision", "Credit Hold"]

override_doctype_class = {
	"Sales Order": "o2c_extensions.credit_control.overrides.HoldableSalesOrder",
}

doc_events = {
	"Sales Order": {
		"validate": "o2c_extensions.order_capture.events.sales_order_validate",
		"before_submit": "o2c_extensions.order_capture.events.sales_order_before_submit",
		"on_cancel": [
			"o2c_extensions.order_capture.events.sales_order_on_cancel",
			"o2c_extensions.credit_control.events.sales_order_on_cancel",
		],
		"on_change": "o2c_extensions.order_capture.events.sales_order_on_change",
	},
	("Delivery Note", "Pick List", "Purchase Order", "Work Order", "Sales Invoice"): {
		"validate": "o2c_extensions.credit_control.events.document_of_an_order_validate",
	},
	"Sales Invoice": {
		"validate": "o2c_extensions.billing.events.sales_invoice_validate",
		"on_submit": "o2c_extensions.billing.events.sales_invoice_on_submit",
		"on_cancel": "o2c_extensions.billing.events.sales_invoice_on_cancel",
		"on_change": "o2c_extensions.billing.events.sales_invoice_on_change",
	},
	"Payment Entry": {
		"validate": "o2c_extensions.cash_application.events.payment_entry_validate",
		"on_submit": "o2c_extensions.cash_application.events.payment_entry_on_submit",
		"on_cancel": "o2c_extensions.cash_application.events.payment_entry_on_cancel",
	},
	"Bank Transaction": {
		"on_update_after_submit": "o2c_extensions.cash_application.events.bank_transaction_on_update_after_submit",
		"on_cancel": "o2c_extensions.cash_application.events.bank_transaction_on_cancel",
	},
}

o2c_run_kinds = {
	"Invoicing": "o2c_extensions.billing.tasks.InvoicingWork",
	"Cash Application": "o2c_extensions.cash_application.tasks.CashApplication",
}

scheduler_events = {
	"cron": {
		"*/5 * * * *": ["o2c_extensions.o2c_extensions.tasks.resume_abandoned_runs"],
	},
	"daily": [
		"o2c_extensions.o2c_extensions.tasks.forget_idempotency_keys",
		"o2c_extensions.billing.tasks.invoice_deliveries",
	],
}
