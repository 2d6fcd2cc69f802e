"""A process whose threads record decisions at once: argv is site, sites folder, subject, threads, decisions a thread."""

from __future__ import annotations

import sys
import threading

import frappe


def main() -> None:
	site, sites_path, subject = sys.argv[1:4]
	threads, number = map(int, sys.argv[4:6])
	errors: list[BaseException] = []

	def decide(thread: int) -> None:
		try:
			frappe.init(site, sites_path=sites_path)
			frappe.connect()
			from o2c_extensions.common import decisions

			for index in range(number):
				for part in range(1 + index % 3):
					decisions.record(
						"Test",
						"ToDo",
						subject,
						rule="test",
						rule_version=1,
						inputs={"thread": thread, "index": index, "part": part},
						outcome="Pass",
						reasons=["Because."],
					)
				if index % 5 == 4:
					frappe.db.rollback()
				else:
					frappe.db.commit()
		except BaseException as error:
			errors.append(error)
			raise
		finally:
			frappe.destroy()

	running = [threading.Thread(target=decide, args=(thread,)) for thread in range(threads)]
	for thread in running:
		thread.start()
	for thread in running:
		thread.join()
	sys.exit(1 if errors else 0)


if __name__ == "__main__":
	main()
