"""A process whose threads send the same key at once: argv is site, sites folder, scope, key, threads."""

from __future__ import annotations

import sys
import threading
import time

import frappe


def main() -> None:
	site, sites_path, scope, key = sys.argv[1:5]
	threads = int(sys.argv[5])
	results: list[str] = []

	def claim(number: int) -> None:
		frappe.init(site, sites_path=sites_path)
		frappe.connect()
		from o2c_extensions.common.idempotency import once

		def act() -> str:
			todo = frappe.get_doc({"doctype": "ToDo", "description": f"{scope} {key}"}).insert()
			time.sleep(0.2)
			return str(todo.name)

		result = once(scope, key, {"same": "request"}, act)
		frappe.db.commit()
		results.append(result)
		frappe.destroy()

	running = [threading.Thread(target=claim, args=(number,)) for number in range(threads)]
	for thread in running:
		thread.start()
	for thread in running:
		thread.join()
	print(" ".join(results))
	sys.exit(0 if len(results) == threads else 1)


if __name__ == "__main__":
	main()
