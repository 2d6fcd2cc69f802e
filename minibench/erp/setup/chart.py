"""The chart of accounts that v15 calls "Standard", and the tax accounts that it adds for a German company.

A node is (name, account type, root type or None, children); no children, an empty tuple, makes a group without accounts,
None makes a ledger.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Node(NamedTuple):
	name: str
	account_type: str = ""
	children: tuple[Any, ...] | None = None


def _ledgers(*names: str) -> tuple[Node, ...]:
	return tuple(Node(name) for name in names)


_ASSETS = Node(
	"Application of Funds (Assets)",
	"",
	(
		Node(
			"Current Assets",
			"",
			(
				Node("Accounts Receivable", "", (Node("Debtors", "Receivable"),)),
				Node("Bank Accounts", "Bank", ()),
				Node("Cash In Hand", "Cash", (Node("Cash", "Cash"),)),
				Node("Loans and Advances (Assets)", "", (Node("Employee Advances"),)),
				Node("Securities and Deposits", "", (Node("Earnest Money"),)),
				Node("Stock Assets", "Stock", (Node("Stock In Hand", "Stock"),)),
				Node("Tax Assets", "", ()),
			),
		),
		Node(
			"Fixed Assets",
			"",
			(
				*(
					Node(name, "Fixed Asset")
					for name in (
						"Buildings",
						"Capital Equipments",
						"Electronic Equipments",
						"Furnitures and Fixtures",
						"Office Equipments",
						"Plants and Machineries",
						"Softwares",
					)
				),
				Node("Accumulated Depreciation", "Accumulated Depreciation"),
				Node("CWIP Account", "Capital Work in Progress"),
			),
		),
		Node("Investments", "", ()),
		Node("Temporary Accounts", "", (Node("Temporary Opening", "Temporary"),)),
	),
)

_EXPENSES = Node(
	"Expenses",
	"",
	(
		Node(
			"Direct Expenses",
			"",
			(
				Node(
					"Stock Expenses",
					"",
					tuple(
						Node(name, name)
						for name in (
							"Cost of Goods Sold",
							"Expenses Included In Asset Valuation",
							"Expenses Included In Valuation",
							"Stock Adjustment",
						)
					),
				),
			),
		),
		Node(
			"Indirect Expenses",
			"",
			(
				*_ledgers(
					"Administrative Expenses",
					"Commission on Sales",
					"Entertainment Expenses",
					"Exchange Gain/Loss",
					"Gain/Loss on Asset Disposal",
					"Impairment",
					"Legal Expenses",
					"Office Maintenance Expenses",
					"Office Rent",
					"Postal Expenses",
					"Print and Stationery",
					"Salary",
					"Sales Expenses",
					"Telephone Expenses",
					"Travel Expenses",
					"Utility Expenses",
					"Write Off",
				),
				Node("Depreciation", "Depreciation"),
				Node("Freight and Forwarding Charges", "Chargeable"),
				Node("Marketing Expenses", "Chargeable"),
				Node("Miscellaneous Expenses", "Chargeable"),
				Node("Round Off", "Round Off"),
			),
		),
	),
)

_INCOME = Node(
	"Income",
	"",
	(Node("Direct Income", "", _ledgers("Sales", "Service")), Node("Indirect Income", "", ())),
)

_LIABILITIES = Node(
	"Source of Funds (Liabilities)",
	"",
	(
		Node(
			"Current Liabilities",
			"",
			(
				Node("Accounts Payable", "", (Node("Creditors", "Payable"), Node("Payroll Payable"))),
				Node("Duties and Taxes", "Tax", ()),
				Node(
					"Loans (Liabilities)",
					"",
					_ledgers("Bank Overdraft Account", "Secured Loans", "Unsecured Loans"),
				),
				Node(
					"Stock Liabilities",
					"",
					(
						Node("Asset Received But Not Billed", "Asset Received But Not Billed"),
						Node("Stock Received But Not Billed", "Stock Received But Not Billed"),
					),
				),
			),
		),
	),
)

_EQUITY = Node(
	"Equity",
	"",
	tuple(
		Node(name, "Equity")
		for name in (
			"Capital Stock",
			"Dividends Paid",
			"Opening Balance Equity",
			"Retained Earnings",
			"Revaluation Surplus",
		)
	),
)

# root type -> root
STANDARD = {
	"Asset": _ASSETS,
	"Equity": _EQUITY,
	"Expense": _EXPENSES,
	"Income": _INCOME,
	"Liability": _LIABILITIES,
}

PROFIT_AND_LOSS = ("Income", "Expense")


def rows() -> list[dict[str, Any]]:
	"""The accounts from the roots down, a parent before its children; `lft` and `rgt` are already right for a tree."""
	result: list[dict[str, Any]] = []
	counter = 0

	def visit(node: Node, parent: str | None, root_type: str) -> None:
		nonlocal counter
		counter += 1
		row: dict[str, Any] = {
			"account_name": node.name,
			"parent": parent,
			"is_group": 0 if node.children is None else 1,
			"root_type": root_type,
			"report_type": "Profit and Loss" if root_type in PROFIT_AND_LOSS else "Balance Sheet",
			"account_type": node.account_type,
			"lft": counter,
		}
		result.append(row)
		for child in sorted(node.children or (), key=lambda each: each.name):
			visit(child, node.name, root_type)
		counter += 1
		row["rgt"] = counter

	for root_type, root in STANDARD.items():
		visit(root, None, root_type)
	return result
