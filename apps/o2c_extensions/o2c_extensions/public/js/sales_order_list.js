// Held and rejected come before what ERPNext says of an order; everything else stays as ERPNext has it.
{
	const settings = (frappe.listview_settings["Sales Order"] ||= {});
	const native_indicator = settings.get_indicator;

	settings.add_fields = [...(settings.add_fields || []), "o2c_credit_status"];
	settings.get_indicator = (doc) => {
		if (doc.o2c_credit_status === "Rejected") {
			return [__("Rejected"), "red", "o2c_credit_status,=,Rejected"];
		}
		if (doc.o2c_credit_status === "Held" && !["Closed", "Completed"].includes(doc.status)) {
			return [__("Held"), "orange", "o2c_credit_status,=,Held"];
		}
		return native_indicator?.(doc);
	};
}
