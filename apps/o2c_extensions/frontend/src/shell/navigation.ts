/** What the sidebar offers: the stages of order to cash, as far as the user may see them. */

import { boot, hasRole, mayRead, __ } from "@/server/session";

export interface Entry {
	label: string;
	to: string;
	icon: string;
}

export interface Group {
	label: string;
	entries: Entry[];
}

interface Wish {
	label: string;
	doctype?: string;
	report?: string;
	to?: string;
	icon: string;
}

function listOf(doctype: string, query = ""): string {
	return `/list/${encodeURIComponent(doctype)}${query}`;
}

export function navigation(): Group[] {
	const wishes: [string, Wish[]][] = [
		["", [{ label: __("Overview"), to: "/", icon: "lucide-layout-dashboard" }]],
		[
			__("Orders"),
			[
				{ label: __("Sales Orders"), doctype: "Sales Order", icon: "lucide-shopping-cart" },
				{ label: __("Credit Holds"), doctype: "Credit Hold", to: "/holds", icon: "lucide-shield-alert" },
				{ label: __("Fulfilment Plans"), doctype: "Fulfilment Plan", icon: "lucide-split" },
				{ label: __("Delivery Notes"), doctype: "Delivery Note", icon: "lucide-truck" },
			],
		],
		[
			__("Credit"),
			[
				{ label: __("Limit Proposals"), doctype: "Credit Limit Proposal", icon: "lucide-git-pull-request-arrow" },
				{ label: __("Credit Profiles"), doctype: "Credit Profile", icon: "lucide-id-card" },
				{ label: __("Credit Policies"), doctype: "Credit Policy", to: "/credit-policies", icon: "lucide-list-ordered" },
			],
		],
		[
			__("Invoices"),
			[
				{ label: __("Sales Invoices"), doctype: "Sales Invoice", icon: "lucide-receipt" },
				{ label: __("Dunnings"), doctype: "Dunning", icon: "lucide-bell-ring" },
			],
		],
		[
			__("Bank and Cash"),
			[
				{ label: __("Cash Workbench"), doctype: "Bank Transaction", to: "/cash", icon: "lucide-list-checks" },
				{ label: __("Bank Statements"), doctype: "Bank Statement", icon: "lucide-landmark" },
				{ label: __("Bank Transactions"), doctype: "Bank Transaction", icon: "lucide-arrow-left-right" },
				{ label: __("Remittance Advices"), doctype: "Remittance Advice", icon: "lucide-mail-open" },
				{ label: __("Payments"), doctype: "Payment Entry", icon: "lucide-banknote" },
				{ label: __("Deductions"), doctype: "Deduction", icon: "lucide-circle-minus" },
				{ label: __("Reconciliation Rules"), doctype: "Reconciliation Rule Set", to: "/reconciliation-rules", icon: "lucide-list-checks" },
				{ label: __("Deduction Reasons"), doctype: "Deduction Reason", icon: "lucide-scissors" },
			],
		],
		[
			__("Master Data"),
			[
				{ label: __("Customers"), doctype: "Customer", icon: "lucide-users" },
				{ label: __("Items"), doctype: "Item", icon: "lucide-package" },
			],
		],
		[
			__("Control"),
			[
				{ label: __("Runs"), doctype: "O2C Run", icon: "lucide-activity" },
				{ label: __("Decisions"), doctype: "O2C Decision", icon: "lucide-scale" },
				{ label: __("Reports"), to: "/reports", icon: "lucide-chart-line" },
				{ label: __("Workflows"), doctype: "Workflow", icon: "lucide-workflow" },
				{ label: __("Server Scripts"), doctype: "Server Script", icon: "lucide-code" },
				{ label: __("Notifications"), doctype: "Notification", icon: "lucide-mail" },
				{ label: __("Users"), doctype: "User", icon: "lucide-user-cog" },
				{ label: __("Settings"), doctype: "O2C Settings", to: "/form/O2C%20Settings/O2C%20Settings", icon: "lucide-settings" },
			],
		],
	];
	return wishes
		.map(([label, entries]) => ({ label, entries: entries.filter(isAllowed).map(toEntry) }))
		.filter((group) => group.entries.length);
}

function isAllowed(wish: Wish): boolean {
	if (wish.doctype) return mayRead(wish.doctype);
	if (wish.to === "/reports") return boot.reports.length > 0;
	return true;
}

function toEntry(wish: Wish): Entry {
	return { label: wish.label, icon: wish.icon, to: wish.to ?? listOf(wish.doctype ?? "") };
}

export const isAdministrator = hasRole("System Manager", "O2C Administrator");
