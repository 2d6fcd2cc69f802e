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
ignore_links_on_delete = ["O2C Event", "O2C Decision"]

scheduler_events = {
	"cron": {
		"*/5 * * * *": ["o2c_extensions.o2c_extensions.tasks.resume_abandoned_runs"],
	},
	"daily": ["o2c_extensions.o2c_extensions.tasks.forget_idempotency_keys"],
}
