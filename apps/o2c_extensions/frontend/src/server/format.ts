/** Numbers, money and days as the site writes them. */

import { boot } from "./session";

const SEPARATORS: Record<string, [string, string]> = {
	"#,###.##": [",", "."],
	"#.###,##": [".", ","],
	"# ###.##": [" ", "."],
	"# ###,##": [" ", ","],
	"#'###.##": ["'", "."],
	"#, ###.##": [", ", "."],
	"#,##,###.##": [",", "."],
	"#,###.###": [",", "."],
	"#.###": [".", ""],
	"#,###": [",", ""],
};

export function number(value: unknown, digits = 0): string {
	const amount = Number(value ?? 0);
	if (!Number.isFinite(amount)) return "–";
	const [group, point] = SEPARATORS[boot.numbers.format] ?? [",", "."];
	const [whole, fraction] = Math.abs(amount).toFixed(digits).split(".");
	const pattern = boot.numbers.format === "#,##,###.##" ? /\B(?=(\d{2})+(?=\d{3}$))|\B(?=\d{3}$)/g : /\B(?=(\d{3})+$)/g;
	const grouped = whole.replace(pattern, group);
	const sign = amount < 0 && Number(Math.abs(amount).toFixed(digits)) !== 0 ? "−" : "";
	return sign + grouped + (fraction ? (point || ".") + fraction : "");
}

/** What somebody has typed as an amount: in the site's way or as a computer writes it. NaN if it is none, null for nothing. */
export function typedNumber(text: string): number | null {
	const plain = text.replace(/[^\d.,'’\-−+]/g, "").replace("−", "-").replace(/['’]/g, "");
	if (!text.trim()) return null;
	const [group, point] = SEPARATORS[boot.numbers.format] ?? [",", "."];
	const last = Math.max(plain.lastIndexOf("."), plain.lastIndexOf(","));
	const mark = plain[last];
	if (last < 0) return plain ? Number(plain) : NaN;
	const isAlone = plain.indexOf(mark) === last;
	const hasOther = plain.includes(mark === "." ? "," : ".");
	// The last mark parts the decimals, unless it groups thousands: "1.234" where that is the site's way, or "1.234.567".
	const groups = !isAlone || (!hasOther && mark === group.trim() && mark !== point && /^[+-]?\d{1,3}$/.test(plain.slice(0, last)) && plain.length - last === 4);
	const digits = (part: string) => part.replace(/[.,]/g, "");
	return groups ? Number(digits(plain)) : Number(`${digits(plain.slice(0, last))}.${plain.slice(last + 1)}`);
}

/** The amount with the currency's own digits and its symbol where the site has it. */
export function money(value: unknown, currency = boot.numbers.currency, digits?: number): string {
	if (value === null || value === undefined || value === "") return "";
	return withSymbol(number(value, digits ?? currencyDigits(currency)), currency);
}

function withSymbol(amount: string, currency: string): string {
	return boot.numbers.symbolOnRight ? `${amount} ${symbol(currency)}` : `${symbol(currency)} ${amount}`;
}

export function currencyDigits(currency: string): number {
	if (currency === boot.numbers.currency) return boot.numbers.currencyDigits;
	try {
		return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
	} catch {
		return 2;
	}
}

export function symbol(currency: string): string {
	try {
		const parts = new Intl.NumberFormat(boot.language, { style: "currency", currency }).formatToParts(0);
		return parts.find((part) => part.type === "currency")?.value ?? currency;
	} catch {
		return currency;
	}
}

/** "€ 12,3 k", "€ 4,5 M": for figures that are looked at, not added up. */
export function shortMoney(value: number, currency = boot.numbers.currency): string {
	const size = Math.abs(value);
	if (size >= 999_950) return withSymbol(`${number(value / 1_000_000, 1)} M`, currency);
	if (size >= 10_000) return withSymbol(`${number(value / 1_000, 1)} k`, currency);
	return withSymbol(number(value), currency);
}

export function percent(share: number | null | undefined, digits = 1): string {
	return share === null || share === undefined ? "–" : `${number(share * 100, digits)} %`;
}

export function day(value: unknown): string {
	const found = /^(\d{4})-(\d{2})-(\d{2})/.exec(String(value ?? ""));
	if (!found) return "";
	const parts: Record<string, string> = { yyyy: found[1], mm: found[2], dd: found[3] };
	return boot.dateFormat.replace(/yyyy|mm|dd/g, (part) => parts[part]);
}

export function moment(value: unknown): string {
	const clock = /[ T](\d{2}:\d{2})/.exec(String(value ?? ""));
	return clock ? `${day(value)} ${clock[1]}` : day(value);
}

/** Whole days from `from` to `to`, both ISO days. */
export function daysBetween(from: string, to: string): number {
	return Math.round((Date.parse(to.slice(0, 10)) - Date.parse(from.slice(0, 10))) / 86_400_000);
}
