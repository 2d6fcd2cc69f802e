/* The login page and the page that sets a password. */
(function () {
	"use strict";

	const forms = [...document.querySelectorAll(".login form")];

	function show() {
		const wanted = location.hash.slice(1) || forms[0].id;
		forms.forEach((form) => (form.hidden = form.id !== wanted));
		const form = forms.find((each) => !each.hidden) || forms[0];
		form.hidden = false;
		form.querySelector("input")?.focus();
	}

	function say(form, text, color) {
		const status = form.querySelector(".status");
		status.textContent = text;
		status.className = "status " + color;
		status.hidden = !text;
	}

	function on_submit(selector, send) {
		const form = document.querySelector(selector);
		if (!form) return;
		form.addEventListener("submit", async function (event) {
			event.preventDefault();
			const button = form.querySelector("button");
			say(form, "", "blue");
			button.disabled = true;
			try {
				await send(form, Object.fromEntries(new FormData(form)));
			} catch (failure) {
				say(form, failure.message, "red");
			} finally {
				button.disabled = false;
			}
		});
	}

	on_submit(".form-login", async function (form, args) {
		const answer = await frappe.call({ url: "/api/method/login", args });
		const wanted = document.querySelector(".login").dataset.redirectTo;
		location.href = answer.redirect_to || wanted || answer.home_page || "/";
	});

	on_submit(".form-forgot", async function (form, args) {
		const answer = await frappe.call({ method: "frappe.core.doctype.user.user.reset_password", args });
		say(form, frappe.error_text(answer) || "OK", "green");
	});

	on_submit(".form-password", async function (form, args) {
		if (args.new_password !== document.getElementById("confirm_password").value) {
			throw new Error("Passwords do not match");
		}
		const answer = await frappe.call({ method: "frappe.core.doctype.user.user.update_password", args });
		location.href = typeof answer.message === "string" && answer.message.startsWith("/") ? answer.message : "/me";
	});

	window.addEventListener("hashchange", show);
	show();
})();
