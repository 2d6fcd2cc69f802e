/** What the list of one DocType has in place of the button that makes a new document. */

import { defineAsyncComponent, type Component } from "vue";

export const EXTRAS: Record<string, Component | undefined> = {
	"O2C Run": defineAsyncComponent(() => import("@/pages/list/StartRun.vue")),
	"Bank Statement": defineAsyncComponent(() => import("@/pages/list/ImportStatement.vue")),
	"Remittance Advice": defineAsyncComponent(() => import("@/pages/list/ImportAdvice.vue")),
};
