/** Something that a dialog asks the server to do: under way, or refused and why. */

import { ref, type Ref } from "vue";

import { explain } from "@/ui/notices";

export interface Attempt {
	busy: Ref<boolean>;
	/** Why it came to nothing, in words; empty while there is nothing to say. */
	problem: Ref<string>;
	attempt: (work: () => Promise<void>) => Promise<boolean>;
}

export function useAttempt(): Attempt {
	const busy = ref(false);
	const problem = ref("");

	/** Whether the work was done. What was typed stays where it is. */
	async function attempt(work: () => Promise<void>): Promise<boolean> {
		busy.value = true;
		problem.value = "";
		try {
			await work();
			return true;
		} catch (error) {
			const { title, text } = explain(error);
			problem.value = [title, text].filter(Boolean).join("\n");
			return false;
		} finally {
			busy.value = false;
		}
	}

	return { busy, problem, attempt };
}
