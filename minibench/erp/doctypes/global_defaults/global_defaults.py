"""Global Defaults: the site's company, currency and country."""

from __future__ import annotations

from typing import Any

from minibench.context import db
from minibench.model.document import Document
from minibench.web.whitelist import whitelist

# key of the default -> field
DEFAULTS = {
	"company": "default_company",
	"currency": "default_currency",
	"country": "country",
	"hide_currency_symbol": "hide_currency_symbol",
	"disable_rounded_total": "disable_rounded_total",
	"disable_in_words": "disable_in_words",
}


class GlobalDefaults(Document):
	def on_update(self) -> None:
		for key, fieldname in DEFAULTS.items():
			value = self.get(fieldname)
			db.set_default(key, "" if value is None else value)
		if self.default_currency:
			db.set_value("Currency", self.default_currency, "enabled", 1)
		self.clear_cache()

	@whitelist()
	def get_defaults(self) -> Any:
		from minibench.access.defaults import get_defaults

		return get_defaults()
