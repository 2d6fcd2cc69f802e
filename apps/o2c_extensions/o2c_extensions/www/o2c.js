// The buttons of held orders: ask, send, say how it went.
(() => {
	const dialog = document.getElementById("decide");
	const said = document.getElementById("said");
	if (!dialog) return;
	let pressed = null;

	document.querySelectorAll("button[data-hold]").forEach((button) => {
		button.addEventListener("click", () => {
			pressed = button;
			document.getElementById("decide-title").textContent = button.getAttribute("aria-label");
			document.getElementById("decide-go").textContent = button.textContent;
			document.getElementById("decide-comment").value = "";
			dialog.returnValue = "";
			dialog.showModal();
		});
	});

	dialog.addEventListener("close", async () => {
		if (dialog.returnValue !== "go" || !pressed) return;
		const buttons = pressed.parentElement.querySelectorAll("button");
		buttons.forEach((button) => (button.disabled = true));
		try {
			await decide(pressed.dataset.action, pressed.dataset.hold);
			location.reload();
		} catch (error) {
			buttons.forEach((button) => (button.disabled = false));
			say(error.message);
			pressed.focus();
		}
	});

	async function decide(action, hold) {
		const answer = await fetch(`/api/method/o2c_extensions.credit_control.api.${action}`, {
			method: "POST",
			headers: {
				Accept: "application/json",
				"Content-Type": "application/json",
				"X-Frappe-CSRF-Token": frappe.csrf_token,
			},
			body: JSON.stringify({ hold, comment: document.getElementById("decide-comment").value || null }),
		});
		if (!answer.ok) throw new Error(await reason(answer));
	}

	async function reason(answer) {
		try {
			const [first] = JSON.parse((await answer.json())._server_messages || "[]");
			const html = new DOMParser().parseFromString(JSON.parse(first).message, "text/html");
			return html.body.textContent;
		} catch {
			return `${answer.status} ${answer.statusText}`;
		}
	}

	function say(text) {
		said.textContent = text;
		said.hidden = false;
		said.scrollIntoView({ block: "nearest" });
	}
})();
