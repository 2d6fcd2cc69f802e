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
ignore_links_on_delete = [
	*("O2C Event", "O2C Decision", "Fulfilment Plan", "Remittance Advice", "Deduction"),
	*("Credit Account", "Credit Exposure Entry", "Credit Hold", "Credit Recheck"),
	*("Match Simulation Line", "Match Calibration Sample"),
]

override_doctype_class = {
	"Sales Order": "o2c_extensions.credit_control.overrides.HoldableSalesOrder",
}

# On the desk of a bench. What several scripts share comes before them.
doctype_js = {
	"Sales Order": ["public/js/desk.js", "public/js/sales_order.js"],
	"Delivery Note": ["public/js/desk.js", "public/js/delivery_note.js"],
	"Sales Invoice": ["public/js/desk.js", "public/js/sales_invoice.js"],
	"Customer": ["public/js/desk.js", "public/js/credit_bar.js", "public/js/customer.js"],
	"Bank Transaction": ["public/js/desk.js", "public/js/match_dialog.js", "public/js/bank_transaction.js"],
}
doctype_list_js = {"Sales Order": "public/js/sales_order_list.js"}

_credit = "o2c_extensions.credit_control.events."
_collections = "o2c_extensions.collections_management.events."
_cash = "o2c_extensions.cash_application.events."
# What lets goods go, has them made, or bills them.
_ways_out = (
	*("Pick List", "Packing Slip", "Delivery Note", "Delivery Trip", "Shipment", "Stock Entry"),
	*("Purchase Order", "Subcontracting Order", "Material Request", "Stock Reservation Entry"),
	*("Production Plan", "Work Order", "Job Card", "Sales Invoice", "POS Invoice"),
)
doc_events = {
	"Sales Order": {
		"validate": "o2c_extensions.order_capture.events.sales_order_validate",
		"before_submit": [
			"o2c_extensions.order_capture.events.sales_order_before_submit",
			"o2c_extensions.order_orchestration.events.sales_order_before_submit",
		],
		"on_submit": "o2c_extensions.order_orchestration.events.sales_order_on_submit",
		"on_cancel": [
			"o2c_extensions.order_capture.events.sales_order_on_cancel",
			"o2c_extensions.credit_control.events.sales_order_on_cancel",
			"o2c_extensions.order_orchestration.events.sales_order_on_cancel",
		],
		"on_trash": "o2c_extensions.order_orchestration.events.sales_order_on_trash",
		"on_change": [
			"o2c_extensions.order_capture.events.sales_order_on_change",
			"o2c_extensions.credit_control.events.sales_order_on_change",
		],
	},
	_ways_out: {
		"validate": _credit + "document_of_an_order_validate",
		"on_submit": _credit + "document_of_an_order_on_submit",
	},
	("Delivery Note", "Sales Invoice"): {
		"on_update": _credit + "document_that_may_be_held_on_update",
		"on_cancel": _credit + "document_that_may_be_held_on_cancel",
		"on_trash": _credit + "document_that_may_be_held_on_trash",
	},
	("Customer", "Customer Group", "Company", "Credit Profile"): {"on_update": _credit + "limits_on_update"},
	("Sales Invoice", "Journal Entry", "Payment Entry"): {"before_cancel": _credit + "voucher_before_cancel"},
	("Customer", "Company"): {"after_rename": "o2c_extensions.credit_control.events.named_anew_after_rename"},
	"Customer": {"after_delete": _credit + "customer_after_delete"},
	"Credit Profile": {
		"on_update": _credit + "credit_profile_on_update",
		"after_delete": _credit + "credit_profile_after_delete",
	},
	"Credit Hold": {
		"on_update": [
			"o2c_extensions.credit_control.events.credit_hold_on_update",
			"o2c_extensions.order_orchestration.events.credit_hold_on_update",
		],
	},
	"Payment Ledger Entry": {"on_submit": _credit + "payment_ledger_entry_on_submit"},
	"Unreconcile Payment": {"on_submit": _credit + "unreconcile_payment_on_submit"},
	"Delivery Note": {
		"validate": "o2c_extensions.order_orchestration.events.delivery_note_validate",
		"on_submit": "o2c_extensions.order_orchestration.events.delivery_note_on_submit",
		"on_cancel": "o2c_extensions.order_orchestration.events.delivery_note_on_cancel",
		"on_trash": "o2c_extensions.order_orchestration.events.delivery_note_on_trash",
		"on_change": "o2c_extensions.credit_control.events.delivery_note_on_change",
	},
	"Purchase Order": {
		"validate": "o2c_extensions.order_orchestration.events.purchase_order_validate",
		"before_update_after_submit": "o2c_extensions.credit_control.events.purchase_order_before_update_after_submit",
		"on_change": [
			"o2c_extensions.credit_control.events.purchase_order_on_change",
			"o2c_extensions.order_orchestration.events.purchase_order_on_change",
		],
		"on_cancel": "o2c_extensions.order_orchestration.events.purchase_order_on_cancel",
		"on_trash": "o2c_extensions.order_orchestration.events.purchase_order_on_trash",
	},
	"Sales Invoice": {
		"validate": "o2c_extensions.billing.events.sales_invoice_validate",
		"on_submit": [
			"o2c_extensions.credit_control.events.sales_invoice_on_submit",
			"o2c_extensions.billing.events.sales_invoice_on_submit",
			"o2c_extensions.cash_application.events.sales_invoice_on_submit",
		],
		"on_cancel": [
			"o2c_extensions.credit_control.events.sales_invoice_on_cancel",
			"o2c_extensions.billing.events.sales_invoice_on_cancel",
		],
		"on_change": [
			"o2c_extensions.billing.events.sales_invoice_on_change",
			"o2c_extensions.collections_management.events.sales_invoice_on_change",
			"o2c_extensions.cash_application.events.sales_invoice_on_change",
		],
	},
	"Company": {"on_update": "o2c_extensions.collections_management.events.company_on_update"},
	"Dunning": {
		"validate": "o2c_extensions.collections_management.events.dunning_validate",
		"on_submit": "o2c_extensions.collections_management.events.dunning_on_submit",
		"on_cancel": "o2c_extensions.collections_management.events.dunning_on_cancel",
	},
	"Payment Entry": {
		"validate": "o2c_extensions.cash_application.events.payment_entry_validate",
		"on_submit": [_collections + "payment_entry_on_submit", _cash + "payment_entry_on_submit"],
		"on_cancel": [_collections + "payment_entry_on_cancel", _cash + "payment_entry_on_cancel"],
	},
	"Journal Entry": {"on_cancel": _cash + "journal_entry_on_cancel"},
	"Bank Transaction": {
		"on_update_after_submit": "o2c_extensions.cash_application.events.bank_transaction_on_update_after_submit",
		"on_cancel": "o2c_extensions.cash_application.events.bank_transaction_on_cancel",
	},
	"File": {"after_insert": "o2c_extensions.cash_application.events.file_after_insert"},
	"Communication": {"after_insert": "o2c_extensions.cash_application.events.communication_after_insert"},
	"O2C Settings": {"validate": "o2c_extensions.cash_application.events.o2c_settings_validate"},
}

o2c_run_kinds = {
	"Credit Exposure Rebuild": "o2c_extensions.credit_control.tasks.ExposureRebuild",
	"Credit Review": "o2c_extensions.credit_control.tasks.CreditReview",
	"Credit Simulation": "o2c_extensions.credit_control.tasks.CreditSimulation",
	"Order Release": "o2c_extensions.order_orchestration.tasks.OrderRelease",
	"Invoicing": "o2c_extensions.billing.tasks.InvoicingWork",
	"Dunning": "o2c_extensions.collections_management.tasks.DunningWork",
	"Statement Intake": "o2c_extensions.cash_application.tasks.StatementIntake",
	"Remittance Intake": "o2c_extensions.cash_application.tasks.AdviceIntake",
	"Cash Application": "o2c_extensions.cash_application.tasks.CashApplication",
	"Match Calibration": "o2c_extensions.cash_application.tasks.MatchCalibration",
	"Match Simulation": "o2c_extensions.cash_application.tasks.MatchSimulation",
	"Demo": "o2c_extensions.demo.load.DemoWork",
}

website_route_rules = [
	{"from_route": "/my/orders/<path:name>", "to_route": "my/order"},
	{"from_route": "/my/invoices/<path:name>", "to_route": "my/invoice"},
	{"from_route": "/o2c/<path:place>", "to_route": "o2c"},
]
get_website_user_home_page = "o2c_extensions.customer_portal.overrides.home_page"
_portal = {"reference_doctype": "Customer", "role": "Customer"}
standard_portal_menu_items = [
	{"title": "Overview", "route": "/my", **_portal},
	{"title": "Statement of Account", "route": "/my/statement", **_portal},
]
auth_hooks = ["o2c_extensions.customer_portal.overrides.refuse_functions_of_the_desk"]
has_website_permission = {
	"Sales Order": "o2c_extensions.customer_portal.overrides.may_see_sales_document",
	"Delivery Note": "o2c_extensions.customer_portal.overrides.may_see_sales_document",
	"Sales Invoice": "o2c_extensions.customer_portal.overrides.may_see_sales_document",
	"Purchase Order": "o2c_extensions.customer_portal.overrides.may_see_purchase_order",
}

scheduler_events = {
	"cron": {
		"* * * * *": ["o2c_extensions.credit_control.tasks.recheck_noted"],
		"*/5 * * * *": [
			"o2c_extensions.o2c_extensions.tasks.resume_abandoned_runs",
			"o2c_extensions.credit_control.tasks.escalate",
			"o2c_extensions.order_orchestration.tasks.release_orders",
			"o2c_extensions.cash_application.tasks.watch_folder",
		],
	},
	"daily": [
		"o2c_extensions.o2c_extensions.tasks.forget_idempotency_keys",
		"o2c_extensions.credit_control.tasks.check_releases",
		"o2c_extensions.credit_control.tasks.review_credit",
		"o2c_extensions.billing.tasks.invoice_deliveries",
		"o2c_extensions.collections_management.tasks.dun_overdue",
	],
	"monthly": ["o2c_extensions.cash_application.tasks.calibrate_matching"],
}
