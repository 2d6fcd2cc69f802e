/** What statuses, sureness and evidence are called. */

import { openOf } from "@/pages/cash/draft";
import type { BankLine, DocumentName, Status } from "@/pages/cash/types";
import { number } from "@/server/format";
import { __ } from "@/server/session";

export function statusName(status: Status): string {
	return { Open: __("Open"), New: __("Not looked at"), Proposed: __("Proposed"), Left: __("Unmatched"), Matched: __("Matched"), All: __("All") }[status];
}

/** Where a line stands, for its badge. */
export function standingOf(line: BankLine): string {
	if (!openOf(line)) return line.o2c_match_status === "Matched by Hand" ? "Matched by Hand" : "Matched";
	if (line.allocated_amount) return "Partly Matched";
	if (line.proposal && line.proposal.status !== "Left") return "Proposed";
	return line.proposal || line.o2c_match_status ? "Unmatched" : "Not looked at";
}

export function payerOf(line: BankLine): string {
	return line.bank_party_name || line.bank_party_iban || line.description || line.name;
}

export function sure(probability: number): string {
	return __("{0} % sure", number(Math.floor(probability * 10) / 10, probability >= 99.95 || probability % 1 === 0 ? 0 : 1));
}

// What is as sure as another is of its class: to be confirmed with it.
const CLASSES = [99, 95, 90, 80, 50, 0];

export function classOf(probability: number): number {
	return CLASSES.find((least) => probability >= least) ?? 0;
}

/** Whether a line waits for the same word as another: the same rule and reason, about as sure. */
export function isAlike(one: BankLine, other: BankLine): boolean {
	const [mine, theirs] = [one.proposal, other.proposal];
	if (!mine || !theirs || theirs.status === "Left" || !openOf(other)) return false;
	return mine.rule === theirs.rule && mine.kind === theirs.kind && mine.action === theirs.action && classOf(mine.probability) === classOf(theirs.probability);
}

export function documentNames(documents: DocumentName[] | undefined): string {
	const names = (documents ?? []).map(({ document }) => document);
	return names.length > 2 ? __("{0} and {1} more", names[0], names.length - 1) : names.join(", ");
}

const ABOUT: Record<string, () => string> = {
	reference: () => __("Reference"),
	amount: () => __("Amount"),
	iban: () => __("IBAN"),
	name: () => __("Name"),
	number: () => __("Customer number"),
	history: () => __("History"),
	date: () => __("Date"),
	return: () => __("Return"),
};

/** What a piece of evidence is about. */
export function aboutName(kind: string): string {
	return ABOUT[kind]?.() ?? kind;
}

/** "4 times as likely", in words; a tenth is "10 times less likely". */
export function weightOf(points: number): string {
	const times = 10 ** (Math.abs(points) / 100);
	if (times < 1.05) return __("says nothing");
	const shown = times >= 1_000_000 ? __("more than a million") : number(times, times < 10 ? 1 : 0);
	return points > 0 ? __("{0} times as likely", shown) : __("{0} times less likely", shown);
}

