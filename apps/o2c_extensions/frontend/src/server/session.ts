/** Who is here, what they may see, and how their numbers look: told by the page itself, before the first request. */

import { shallowRef } from "vue";

export interface NumberStyle {
	/** As System Settings has it: "#.###,##". */
	format: string;
	currency: string;
	/** "1.190,00 €" rather than "€ 1.190,00", as the site's prints have it. */
	symbolOnRight: boolean;
	currencyDigits: number;
	floatDigits: number;
}

export interface Boot {
	user: { name: string; fullName: string; image: string | null; roles: string[] };
	language: string;
	company: string;
	/** Those whose figures the user may see, the user's own first. */
	companies: string[];
	/** ISO day of the site, which may differ from the browser's. */
	today: string;
	dateFormat: string;
	timeZone: string;
	numbers: NumberStyle;
	/** DocTypes of the sidebar and the search that this user may read, and may create. */
	readable: string[];
	creatable: string[];
	reports: string[];
	/** Texts of the app in the user's language. */
	texts: Record<string, string>;
}

function read(): Boot {
	const element = document.getElementById("boot");
	if (!element?.textContent) throw new Error("The page has no boot record");
	return JSON.parse(element.textContent) as Boot;
}

export const boot: Boot = read();

export function mayRead(doctype: string): boolean {
	return boot.readable.includes(doctype);
}

export function mayCreate(doctype: string): boolean {
	return boot.creatable.includes(doctype);
}

export function hasRole(...roles: string[]): boolean {
	return roles.some((role) => boot.user.roles.includes(role));
}

/** Texts of the framework, which come later: whatever shows one of them is drawn again. */
const later = shallowRef<Record<string, string>>({});

export function addTexts(texts: Record<string, string>): void {
	later.value = texts;
}

/** The text in the user's language, with {0}, {1}, ... replaced. */
export function __(source: string, ...values: (string | number)[]): string {
	const found = boot.texts[source] || later.value[source] || source;
	return found.replace(/\{(\d+)\}/g, (whole, index) => String(values[Number(index)] ?? whole));
}

/** A stage of a case: "Credit" and "Receipt" are other words in the books, so that here they are translated by themselves. */
export function stageName(stage: string): string {
	return boot.texts[`${stage}:O2C Event`] || __(stage);
}
