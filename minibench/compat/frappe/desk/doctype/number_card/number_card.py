"""`frappe.desk.doctype.number_card.number_card`, as far as minibench offers it."""

from minibench.facade import lazy

EXPORTS = {
	"add_card_to_dashboard": "minibench.analytics.number_card",
	"calculate_previous_result": "minibench.analytics.number_card",
	"create_number_card": "minibench.analytics.number_card",
	"create_report_number_card": "minibench.analytics.number_card",
	"get_cards_for_user": "minibench.analytics.number_card",
	"get_percentage_difference": "minibench.analytics.number_card",
	"get_permission_query_conditions": "minibench.analytics.number_card",
	"get_result": "minibench.analytics.number_card",
	"has_permission": "minibench.analytics.number_card",
	"NumberCard": "minibench.doctypes.number_card.number_card",
}

__getattr__ = lazy(__name__, EXPORTS)
