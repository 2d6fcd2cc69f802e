/** What is typed about a hold and not sent yet: kept while one looks at others. */

import { reactive } from "vue";

export const comments = reactive(new Map<string, string>());
export const reasons = reactive(new Map<string, string>());
