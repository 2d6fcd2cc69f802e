frappe.listview_settings["O2C Run"] = {
	get_indicator(doc) {
		const colors = {
			Queued: "gray",
			Running: "blue",
			Completed: "green",
			"Completed with Errors": "orange",
			Failed: "red",
			Stopped: "yellow",
		};
		return [__(doc.status), colors[doc.status], `status,=,${doc.status}`];
	},
};
