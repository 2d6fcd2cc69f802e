/** What happened, told in a toast; and what a failed request means, in words. */

import { toast } from "frappe-ui";

import { ServerError, type Failure } from "@/server/client";
import { __ } from "@/server/session";

const TITLES: Record<Failure, () => string> = {
	lost: () => __("The site cannot be reached"),
	login: () => __("You are no longer logged in"),
	forbidden: () => __("You may not do this"),
	missing: () => __("This does not exist"),
	stale: () => __("Somebody else has changed this document"),
	invalid: () => __("This is not possible"),
	server: () => __("The site has failed to do this"),
};

const HINTS: Record<Failure, () => string> = {
	lost: () => __("Nothing was saved. What you typed is still here: try again when the connection is back."),
	login: () => __("Log in again in another tab, then come back and try again: what you typed is still here."),
	forbidden: () => __("Ask somebody who may, or your administrator."),
	missing: () => __("It may have been renamed or deleted, or you may not see it."),
	stale: () => __("What you typed is still here. Compare it with the document as it is now, and save again."),
	invalid: () => "",
	server: () => __("It was noted in the error log. What you typed is still here."),
};

export interface Explained {
	title: string;
	text: string;
	kind: Failure;
}

export function explain(error: unknown): Explained {
	if (error instanceof ServerError) {
		const text = error.messages.join("\n") || HINTS[error.kind]();
		return { title: TITLES[error.kind](), text, kind: error.kind };
	}
	return { title: TITLES.server(), text: error instanceof Error ? error.message : String(error), kind: "server" };
}

export function say(error: unknown): void {
	if (error instanceof DOMException && error.name === "AbortError") return;
	const { title, text } = explain(error);
	toast.error(text ? `${title}: ${text}` : title);
}

export function done(text: string, undo?: () => void): void {
	if (undo) toast.success(text, { action: { label: __("Undo"), onClick: undo }, duration: 8 });
	else toast.success(text);
}
