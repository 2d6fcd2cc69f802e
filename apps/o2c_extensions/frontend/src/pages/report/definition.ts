/** The filters of a script report: said in the report's own script, which is written for the desk. */

import { get } from "@/server/client";
import { boot, __ } from "@/server/session";
import type { Field } from "@/server/meta";

export interface ReportFilter extends Field {
	choices?: { value: string; label: string }[];
}

interface Script {
	script: string;
	filters?: Partial<Field>[];
}

export async function filtersOf(report: string): Promise<ReportFilter[]> {
	const found = await get<Script>("frappe.desk.query_report.get_script", { report_name: report });
	const known: { query_reports: Record<string, { filters?: unknown[] }> } & Record<string, unknown> = { query_reports: {}, ...surroundings() };
	try {
		new Function("frappe", "__", found.script)(known, __);
	} catch (error) {
		console.warn(`The script of ${report} asks for more than this page has`, error);
	}
	const said = known.query_reports[report]?.filters ?? found.filters ?? [];
	return (said as Record<string, unknown>[]).map(toField);
}

/** As much of the desk as a report's script asks for when it is loaded: defaults and days. */
function surroundings(): Record<string, unknown> {
	const shift = (day: string, months: number, days: number) => {
		const moved = new Date(`${day}T12:00:00Z`);
		moved.setUTCMonth(moved.getUTCMonth() + months);
		moved.setUTCDate(moved.getUTCDate() + days);
		return moved.toISOString().slice(0, 10);
	};
	const datetime = {
		get_today: () => boot.today,
		nowdate: () => boot.today,
		add_months: (day: string, months: number) => shift(day, months, 0),
		add_days: (day: string, days: number) => shift(day, 0, days),
		month_start: () => `${boot.today.slice(0, 8)}01`,
		year_start: () => `${boot.today.slice(0, 5)}01-01`,
	};
	const value = (key: string) => ({ company: boot.company, currency: boot.numbers.currency })[key.toLowerCase()];
	const defaults = { get_user_default: value, get_default: value, get_global_default: value };
	return { datetime, defaults, provide: () => undefined, session: { user: boot.user.name } };
}

function toField(raw: Record<string, unknown>): ReportFilter {
	const wished = raw.options;
	const choices = Array.isArray(wished)
		? wished.map((option) => (typeof option === "object" && option ? (option as { value: string; label: string }) : { value: String(option), label: __(String(option)) }))
		: undefined;
	return { ...(raw as unknown as Field), options: choices ? choices.map((choice) => choice.value).join("\n") : ((wished as string) ?? null), choices };
}
