/** A workflow as a picture: states in ranks from the first one on, transitions as arrows between them. */

import type { Workflow } from "@/server/meta";

export interface Node {
	state: string;
	docStatus: string;
	x: number;
	y: number;
}

export interface Edge {
	from: string;
	to: string;
	label: string;
	roles: string;
	path: string;
	labelX: number;
	labelY: number;
}

export interface Graph {
	nodes: Node[];
	edges: Edge[];
	width: number;
	height: number;
}

export const BOX = { width: 150, height: 44 };
const GAP = { x: 150, y: 46 };

export function draw(workflow: Workflow): Graph {
	const states = (workflow.states ?? []).filter((state) => state.state);
	const transitions = (workflow.transitions ?? []).filter((step) => step.state && step.next_state);
	const rank = ranks(states.map((state) => state.state), transitions);
	const columns: string[][] = [];
	for (const { state } of states) (columns[rank.get(state) ?? 0] ??= []).push(state);
	const tallest = Math.max(1, ...columns.map((column) => column?.length ?? 0));
	const height = tallest * (BOX.height + GAP.y) + GAP.y;
	const nodes = new Map<string, Node>();
	columns.forEach((column, place) =>
		(column ?? []).forEach((state, index) => {
			const top = (height - column.length * (BOX.height + GAP.y) + GAP.y) / 2;
			const docStatus = states.find((one) => one.state === state)?.doc_status ?? "0";
			nodes.set(state, { state, docStatus, x: 10 + place * (BOX.width + GAP.x), y: top + index * (BOX.height + GAP.y) });
		}),
	);
	const merged = new Map<string, { from: string; to: string; labels: Set<string>; roles: Set<string> }>();
	for (const step of transitions) {
		const key = `${step.state}\n${step.next_state}`;
		const found = merged.get(key) ?? { from: step.state, to: step.next_state, labels: new Set<string>(), roles: new Set<string>() };
		found.labels.add(step.action);
		found.roles.add(step.allowed);
		merged.set(key, found);
	}
	const edges = [...merged.values()].flatMap((step) => {
		const from = nodes.get(step.from);
		const to = nodes.get(step.to);
		return from && to ? [arrow(from, to, [...step.labels].join(", "), [...step.roles].join(", "))] : [];
	});
	return { nodes: [...nodes.values()], edges, width: columns.length * (BOX.width + GAP.x) - GAP.x + 20, height };
}

/** How many steps a state is from the first one; states that nothing leads to stand at the beginning. */
function ranks(states: string[], transitions: { state: string; next_state: string }[]): Map<string, number> {
	const rank = new Map<string, number>();
	let frontier = states.slice(0, 1);
	for (let step = 0; frontier.length; step++) {
		for (const state of frontier) rank.set(state, step);
		const next = transitions.filter((one) => frontier.includes(one.state)).map((one) => one.next_state);
		frontier = [...new Set(next)].filter((state) => !rank.has(state));
	}
	return rank;
}

function arrow(from: Node, to: Node, label: string, roles: string): Edge {
	const forward = to.x > from.x;
	const sameColumn = to.x === from.x;
	const y1 = from.y + BOX.height / 2;
	const y2 = to.y + BOX.height / 2;
	let path: string;
	let labelX: number;
	let labelY: number;
	if (forward) {
		const x1 = from.x + BOX.width;
		const bend = (to.x - x1) / 2;
		path = `M ${x1} ${y1} C ${x1 + bend} ${y1}, ${to.x - bend} ${y2}, ${to.x} ${y2}`;
		[labelX, labelY] = [(x1 + to.x) / 2, (y1 + y2) / 2 - 5];
	} else if (sameColumn) {
		const x = from.x + BOX.width;
		path = `M ${x} ${y1} C ${x + 50} ${y1}, ${x + 50} ${y2}, ${x} ${y2}`;
		[labelX, labelY] = [x + 42, (y1 + y2) / 2];
	} else {
		const x1 = from.x + BOX.width / 2;
		const x2 = to.x + BOX.width / 2;
		const low = Math.max(from.y, to.y) + BOX.height + 34;
		path = `M ${x1} ${from.y + BOX.height} C ${x1} ${low}, ${x2} ${low}, ${x2} ${to.y + BOX.height}`;
		[labelX, labelY] = [(x1 + x2) / 2, low - 8];
	}
	return { from: from.state, to: to.state, label, roles, path, labelX, labelY };
}
