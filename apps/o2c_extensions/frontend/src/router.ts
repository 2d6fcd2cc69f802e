import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router";

const routes: RouteRecordRaw[] = [
	{ path: "/", name: "overview", component: () => import("@/pages/overview/OverviewPage.vue") },
	{ path: "/order/:name", name: "order", component: () => import("@/pages/order/OrderPage.vue"), props: true },
	{ path: "/customer/:name", name: "customer", component: () => import("@/pages/customer/CustomerPage.vue"), props: true },
	{ path: "/list/:doctype", name: "list", component: () => import("@/pages/list/ListPage.vue"), props: true },
	{ path: "/form/:doctype/:name", name: "form", component: () => import("@/pages/form/FormPage.vue"), props: true },
	{ path: "/holds", name: "holds", component: () => import("@/pages/hold/HoldsPage.vue") },
	{ path: "/cash", name: "cash", component: () => import("@/pages/cash/CashPage.vue") },
	{ path: "/credit/:name", name: "credit", component: () => import("@/pages/credit/CreditPage.vue"), props: true },
	{ path: "/credit-policies", name: "policies", component: () => import("@/pages/policy/PoliciesPage.vue") },
	{ path: "/credit-policies/:name", name: "policy", component: () => import("@/pages/policy/PolicyPage.vue"), props: true },
	{ path: "/reconciliation-rules", name: "rule-sets", component: () => import("@/pages/reconciliation/RuleSetsPage.vue") },
	{ path: "/reconciliation-rules/:name", name: "rule-set", component: () => import("@/pages/reconciliation/RuleSetPage.vue"), props: true },
	{ path: "/run/:name", name: "run", component: () => import("@/pages/run/RunPage.vue"), props: true },
	{ path: "/reports", name: "reports", component: () => import("@/pages/report/ReportsPage.vue") },
	{ path: "/report/:report", name: "report", component: () => import("@/pages/report/ReportPage.vue"), props: true },
	{ path: "/:path(.*)*", name: "nowhere", component: () => import("@/pages/NowherePage.vue") },
];

export const router = createRouter({
	history: createWebHistory("/o2c"),
	routes,
	scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});
