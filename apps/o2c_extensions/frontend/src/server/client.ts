/** Calls of the site's REST API: one way to ask, and errors that say what happened. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Params = Record<string, unknown>;

/** Why a request came to nothing. `kind` is what the page tells the user, `messages` what the server said. */
export type Failure = "lost" | "login" | "forbidden" | "missing" | "stale" | "invalid" | "server";

export class ServerError extends Error {
	constructor(
		readonly kind: Failure,
		readonly messages: string[],
		readonly type = "",
		readonly status = 0,
	) {
		super(messages.join("\n") || kind);
		this.name = "ServerError";
	}
}

declare global {
	interface Window {
		csrf_token?: string;
	}
}

/** Run a whitelisted method and return its `message`. Changes are POSTed; `get` asks only. */
export async function call<T = unknown>(method: string, params: Params = {}): Promise<T> {
	return (await send(`/api/method/${method}`, "POST", params)).message as T;
}

export async function get<T = unknown>(method: string, params: Params = {}, signal?: AbortSignal): Promise<T> {
	return (await send(`/api/method/${method}`, "GET", params, signal)).message as T;
}

/** As `call`, but the whole answer: Frappe's desk methods put documents beside the message. */
export async function send(
	path: string,
	method: "GET" | "POST" | "PUT" | "DELETE",
	params: Params = {},
	signal?: AbortSignal,
): Promise<Record<string, unknown>> {
	const headers: Record<string, string> = { Accept: "application/json" };
	let url = path;
	let body: string | FormData | undefined;
	if (method === "GET") {
		const query = new URLSearchParams();
		for (const [key, value] of Object.entries(params)) {
			if (value !== undefined && value !== null) query.set(key, text(value));
		}
		if ([...query].length) url += `?${query}`;
	} else {
		headers["Content-Type"] = "application/json; charset=utf-8";
		body = JSON.stringify(params);
	}
	return answer(await reach(url, { method, headers, body, signal }));
}

/** Upload a file to a document or to nothing in particular. Returns the File's fields. */
export async function upload(file: File, fields: Record<string, string> = {}): Promise<Record<string, string>> {
	return await callWithFile("upload_file", file, { is_private: "1", ...fields });
}

/** Run a whitelisted method that takes a file. */
export async function callWithFile<T>(method: string, file: File, fields: Record<string, string> = {}): Promise<T> {
	const body = new FormData();
	body.set("file", file, file.name);
	for (const [key, value] of Object.entries(fields)) body.set(key, value);
	const headers = { Accept: "application/json" };
	return (await answer(await reach(`/api/method/${method}`, { method: "POST", headers, body }))).message as T;
}

async function reach(url: string, init: RequestInit & { headers: Record<string, string> }): Promise<Response> {
	if (init.method !== "GET" && window.csrf_token) init.headers["X-Frappe-CSRF-Token"] = window.csrf_token;
	try {
		return await fetch(url, { credentials: "same-origin", ...init });
	} catch (error) {
		if (error instanceof DOMException && error.name === "AbortError") throw error;
		throw new ServerError("lost", []);
	}
}

async function answer(response: Response): Promise<Record<string, unknown>> {
	let data: Record<string, unknown> = {};
	try {
		data = await response.json();
	} catch {
		if (response.ok) throw new ServerError("server", [], "", response.status);
	}
	if (response.ok) return data;
	const type = String(data.exc_type ?? "");
	throw new ServerError(kindOf(response.status, type), messagesOf(data), type, response.status);
}

function kindOf(status: number, type: string): Failure {
	if (type === "TimestampMismatchError") return "stale";
	if (type === "AuthenticationError" || type === "SessionExpired" || status === 401) return "login";
	if (status === 403) return "forbidden";
	if (status === 404) return "missing";
	if (status >= 400 && status < 500) return "invalid";
	return "server";
}

/** The texts of `_server_messages`, which is JSON in JSON, without their markup. */
export function messagesOf(data: Record<string, unknown>): string[] {
	const found: string[] = [];
	try {
		for (const item of JSON.parse(String(data._server_messages ?? "[]"))) {
			const message = typeof item === "string" ? JSON.parse(item) : item;
			found.push(plain(String(message.message ?? message)));
		}
	} catch {
		// Whatever cannot be read is said below in the server's own words.
	}
	if (!found.length && data.exception) found.push(plain(String(data.exception).replace(/^[\w.]+: /, "")));
	return [...new Set(found.filter(Boolean))];
}

function plain(html: string): string {
	const parsed = new DOMParser().parseFromString(html.replace(/<br\s*\/?>|<\/(li|p|div)>/gi, "\n"), "text/html");
	return (parsed.body.textContent ?? "").replace(/\n{2,}/g, "\n").trim();
}

function text(value: unknown): string {
	return typeof value === "object" ? JSON.stringify(value) : String(value);
}
