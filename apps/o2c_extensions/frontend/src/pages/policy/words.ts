/** A rule in a line: what it asks, of which documents, and what becomes of them. */

import { isSet } from "@/pages/working/workingCopy";
import { day, money, number } from "@/server/format";
import { __ } from "@/server/session";

type Values = Record<string, unknown>;

export const CHECKPOINTS: [field: string, name: string][] = [
	["at_order", "Order"],
	["at_release", "Release"],
	["at_pick", "Pick"],
	["at_delivery", "Delivery"],
	["at_invoice", "Invoice"],
];
const SCOPE = ["for_company", "for_customer_group", "for_territory", "for_risk_class", "for_customer", "for_order_type"];

/** The test with how far it goes: "Days Overdue > 30 days". */
export function testOf(row: Values, currency?: string): string {
	const bounds = [
		isSet(row.percent) && `${number(row.percent, fraction(row.percent))} %`,
		isSet(row.amount) && money(row.amount, currency || undefined, fraction(row.amount)),
		isSet(row.days) && __("{0} days", number(row.days)),
	].filter(Boolean);
	const level = isSet(row.level) ? ` ${__("from level {0}", number(row.level))}` : "";
	return `${__(String(row.test ?? ""))}${bounds.length ? ` > ${bounds.join(" + ")}` : ""}${level}`;
}

export function outcomeOf(row: Values): string {
	return row.outcome === "Deposit" && isSet(row.deposit_percent) ? __("{0} of {1} %", __("Deposit"), number(row.deposit_percent)) : __(String(row.outcome ?? ""));
}

export function checkpointsOf(row: Values): string {
	const found = CHECKPOINTS.filter(([field]) => isSet(row[field])).map(([, name]) => __(name));
	return found.length === CHECKPOINTS.length ? __("everywhere") : found.join(", ");
}

/** For which documents; empty: for all. */
export function scopeOf(row: Values, currency?: string): string {
	const parts = SCOPE.filter((field) => isSet(row[field])).map((field) => __(String(row[field])));
	if (isSet(row.amount_from)) parts.push(__("from {0}", money(row.amount_from, currency || undefined, fraction(row.amount_from))));
	if (isSet(row.amount_to)) parts.push(__("up to {0}", money(row.amount_to, currency || undefined, fraction(row.amount_to))));
	if (isSet(row.until)) parts.push(__("until {0}", day(row.until)));
	return parts.join(" · ");
}

/** Which rules an exclusion is about. */
export function rulesOf(row: Values): string {
	const titles = String(row.rules ?? "")
		.split(/[\n;]/)
		.map((title) => title.trim())
		.filter(Boolean);
	if (titles.length) return titles.join(", ");
	return isSet(row.test) ? __("rules with the test {0}", __(String(row.test))) : __("all rules");
}

function fraction(value: unknown): number {
	return Number.isInteger(Number(value)) ? 0 : 2;
}

export const TONES: Record<string, string> = {
	Pass: "bg-[#e4f5ec] text-[#0b5c36] dark:bg-[#12351f] dark:text-[#8fe0b3]",
	Warn: "bg-[#fdf1dc] text-[#7a4300] dark:bg-[#3d2a0b] dark:text-[#f7c873]",
	Deposit: "bg-[#e6f1fd] text-[#0b4f94] dark:bg-[#10304f] dark:text-[#9fd0ff]",
	Prepayment: "bg-[#e6f1fd] text-[#0b4f94] dark:bg-[#10304f] dark:text-[#9fd0ff]",
	Hold: "bg-[#fdeaea] text-[#9b1c1c] dark:bg-[#441919] dark:text-[#ffb0b0]",
	Reject: "bg-[#9b1c1c] text-white dark:bg-[#7d1717]",
};
