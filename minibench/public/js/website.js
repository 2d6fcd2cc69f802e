/* What a website page may count on: frappe.ready, frappe.call, frappe.msgprint, frappe.get_cookie. */
(function () {
	"use strict";

	frappe.get_cookie = function (name) {
		const found = document.cookie.split("; ").find((pair) => pair.startsWith(name + "="));
		return found ? decodeURIComponent(found.slice(name.length + 1)) : undefined;
	};

	frappe.msgprint = function (message) {
		const text = document.createElement("div");
		text.innerHTML = typeof message === "string" ? message : message.message || "";
		window.alert(text.textContent);
	};

	/* Calls a whitelisted function. Resolves with the JSON answer; rejects with an Error that carries it as `answer`. */
	frappe.call = async function (options, args, callback) {
		if (typeof options === "string") options = { method: options, args, callback };
		const type = (options.type || "POST").toUpperCase();
		const values = new URLSearchParams();
		for (const [key, value] of Object.entries(options.args || {})) {
			if (value === undefined || value === null) continue;
			values.append(key, typeof value === "object" ? JSON.stringify(value) : value);
		}
		const headers = { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" };
		if (frappe.csrf_token) headers["X-Frappe-CSRF-Token"] = frappe.csrf_token;
		let url = options.url || "/api/method/" + options.method;
		if (type === "GET" && values.size) url += "?" + values;
		if (options.btn) options.btn.disabled = true;
		try {
			const response = await fetch(url, { method: type, headers, body: type === "GET" ? undefined : values });
			const answer = await response.json().catch(() => ({}));
			if (!response.ok) {
				const failure = new Error(frappe.error_text(answer) || response.statusText);
				Object.assign(failure, { answer, status: response.status });
				if (options.error) options.error(answer);
				throw failure;
			}
			if (options.callback) options.callback(answer);
			return answer;
		} finally {
			if (options.btn) options.btn.disabled = false;
			if (options.always) options.always();
		}
	};

	frappe.error_text = function (answer) {
		let text = typeof answer.message === "string" ? answer.message : "";
		try {
			text = JSON.parse(answer._server_messages).map((each) => JSON.parse(each).message).join("\n") || text;
		} catch {
			/* there were no messages */
		}
		const plain = document.createElement("div");
		plain.innerHTML = text;
		return plain.textContent;
	};

	document.addEventListener("DOMContentLoaded", function () {
		frappe.ready = (run) => run();
		frappe.ready_events.forEach((run) => run());
	});
})();
