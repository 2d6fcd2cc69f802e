/** A rule in a line: about which lines it is, and what becomes of them. */

import { isSet } from "@/pages/working/workingCopy";
import { currencyDigits, money, number } from "@/server/format";
import { __ } from "@/server/session";

type Values = Record<string, unknown>;

export const LOOK_FOR: [field: string, name: string][] = [
	["look_for_invoices", "Invoices"],
	["look_for_orders", "Orders for Prepayment"],
	["look_for_credit_notes", "Credit Notes"],
	["look_for_payments", "Payments"],
	["look_for_journals", "Journal Entries"],
];

export const TONES: Record<string, string> = {
	Match: "bg-[#e6f1fd] text-[#0b4f94] dark:bg-[#10304f] dark:text-[#9fd0ff]",
	"Book to Account": "bg-[#e4f5ec] text-[#0b5c36] dark:bg-[#12351f] dark:text-[#8fe0b3]",
	Split: "bg-[#e4f5ec] text-[#0b5c36] dark:bg-[#12351f] dark:text-[#8fe0b3]",
	"Hand to a Person": "bg-[#fdf1dc] text-[#7a4300] dark:bg-[#3d2a0b] dark:text-[#f7c873]",
};

export const OUTCOMES: Record<string, string> = {
	Post: "bg-[#e4f5ec] text-[#0b5c36] dark:bg-[#12351f] dark:text-[#8fe0b3]",
	Propose: "bg-[#e6f1fd] text-[#0b4f94] dark:bg-[#10304f] dark:text-[#9fd0ff]",
	Leave: "bg-surface-gray-2 text-ink-gray-8",
};

function several(value: unknown): string[] {
	return String(value ?? "")
		.split(/[\n;]/)
		.map((each) => each.trim())
		.filter(Boolean);
}

function amount(value: unknown, currency: unknown): string {
	const known = String(currency ?? "");
	const digits = Number.isInteger(Number(value)) ? 0 : currencyDigits(known || "EUR");
	return known ? money(value, known, digits) : number(value, digits);
}

/** About which lines it is; empty: about every one. */
export function conditionOf(row: Values): string {
	const words = several(row.contains);
	const ibans = String(row.party_iban ?? "").split(/[\n;,]/).map((each) => each.trim()).filter(Boolean);
	const parts = [
		row.sign === "In" && __("money in"),
		row.sign === "Out" && __("money out"),
		isSet(row.for_bank_account) && String(row.for_bank_account),
		words.length > 0 && __("contains {0}", words.length > 3 ? `${words.slice(0, 3).join(", ")} …` : words.join(", ")),
		isSet(row.pattern) && __("like {0}", String(row.pattern)),
		isSet(row.party_name) && __("payer {0}", String(row.party_name)),
		ibans.length > 0 && __("IBAN {0}", ibans.length > 2 ? `${ibans.slice(0, 2).join(", ")} …` : ibans.join(", ")),
		isSet(row.amount_from) && __("from {0}", amount(row.amount_from, row.for_currency)),
		isSet(row.amount_to) && __("up to {0}", amount(row.amount_to, row.for_currency)),
		isSet(row.for_currency) && String(row.for_currency),
		isSet(row.booking_code) && __("code {0}", String(row.booking_code)),
		isSet(row.condition) && __("condition"),
	].filter(Boolean);
	return parts.join(" · ");
}

/** What is done with its lines. */
export function actionOf(row: Values): string {
	if (row.action === "Book to Account") return [row.account, row.party, row.tax_template].filter(isSet).join(" · ") || __("no account yet");
	if (row.action === "Split") return __("the rest to {0}", String(row.account || "–"));
	if (row.action === "Hand to a Person") return String(row.hand_to_user || "") || (isSet(row.hand_to_role) ? __(String(row.hand_to_role)) : __("whoever comes"));
	const found = LOOK_FOR.filter(([field]) => isSet(row[field])).map(([, name]) => __(name));
	const parts = [
		found.length === LOOK_FOR.length ? __("looks for everything") : found.join(", ") || __("looks for nothing"),
		isSet(row.take_discount) && (isSet(row.grace_days) ? __("discount, {0} days of grace", number(row.grace_days)) : __("discount")),
		isSet(row.post_from) && __("posts from {0} %", number(row.post_from, fraction(row.post_from))),
		isSet(row.deduction_reason) && __("deduction {0}", String(row.deduction_reason)),
	].filter(Boolean);
	return parts.join(" · ");
}

/** How much of one kind of difference may be booked. */
export function limitOf(row: Values): string {
	const currency = row.for_currency;
	const parts = [isSet(row.amount) && amount(row.amount, currency), isSet(row.percent) && `${number(row.percent, fraction(row.percent))} %`].filter(Boolean);
	const most = isSet(row.at_most) ? `, ${__("at most {0}", amount(row.at_most, currency))}` : "";
	return `${__(String(row.kind ?? ""))}: ${parts.join(` ${__("or")} `)}${most} (${isSet(currency) ? String(currency) : __("any currency")})`;
}

export function shareOf(row: Values): string {
	const part = isSet(row.percent) ? `${number(row.percent, fraction(row.percent))} %` : number(row.amount, 2);
	return `${part} → ${String(row.account ?? "–")}`;
}

function fraction(value: unknown): number {
	return Number.isInteger(Number(value)) ? 0 : 1;
}
