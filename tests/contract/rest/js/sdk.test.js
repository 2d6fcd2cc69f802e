/* frappe-js-sdk, unchanged, against the engine that BASE_URL serves. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import sdk from "frappe-js-sdk";

const { BASE_URL, SITE, API_TOKEN, CLERK_TOKEN, USER, PASSWORD } = process.env;
const SITE_HEADER = { "X-Frappe-Site-Name": SITE };
const PARTY = "Contract Party";
const ORDER = "Contract Order";
const mark = `JS ${Date.now()}`;

const by_token = (token) =>
	new sdk.FrappeApp(BASE_URL, { useToken: true, token: () => token, type: "token" }, undefined, SITE_HEADER);
const app = by_token(API_TOKEN);
const db = app.db();
const made = { orders: [], parties: [] };

async function party(name, values = {}) {
	const doc = await db.createDoc(PARTY, { party_name: `${mark} ${name}`, ...values });
	made.parties.push(doc.name);
	return doc;
}

async function failure(promise) {
	try {
		await promise;
	} catch (error) {
		return error;
	}
	assert.fail("it did not fail");
}

before(async () => {
	assert.equal(await app.auth().getLoggedInUser(), USER);
});

after(async () => {
	for (const name of made.orders) await db.deleteDoc(ORDER, name).catch(() => {});
	for (const name of made.parties) await db.deleteDoc(PARTY, name).catch(() => {});
});

test("creates, reads, updates and deletes a document", async () => {
	const doc = await party("one", { email: "one@contract.test", credit_limit: 12.5 });
	assert.equal(doc.doctype, PARTY);
	assert.equal(doc.owner, USER);
	assert.equal(doc.docstatus, 0);
	const read = await db.getDoc(PARTY, doc.name);
	assert.equal(read.email, "one@contract.test");
	assert.equal(read.credit_limit, 12.5);
	const changed = await db.updateDoc(PARTY, doc.name, { notes: "called twice" });
	assert.equal(changed.notes, "called twice");
	assert.notEqual(changed.modified, read.modified);
	await db.deleteDoc(PARTY, doc.name);
	const gone = await failure(db.getDoc(PARTY, doc.name));
	assert.equal(gone.httpStatus, 404);
	assert.equal(gone.exc_type, "DoesNotExistError");
});

test("lists with fields, filters, either-or filters, order and pages", async () => {
	for (const [name, limit] of [["list a", 1], ["list b", 2], ["list c", 3]]) await party(name, { credit_limit: limit });
	const all = await db.getDocList(PARTY, {
		fields: ["name", "credit_limit"],
		filters: [["party_name", "like", `${mark} list%`]],
		orderBy: { field: "credit_limit", order: "desc" },
	});
	assert.deepEqual(all.map((row) => row.credit_limit), [3, 2, 1]);
	const page = await db.getDocList(PARTY, {
		fields: ["credit_limit"],
		filters: [["party_name", "like", `${mark} list%`]],
		orderBy: { field: "credit_limit", order: "asc" },
		limit: 1,
		limit_start: 1,
	});
	assert.deepEqual(page, [{ credit_limit: 2 }]);
	const either = await db.getDocList(PARTY, {
		fields: ["credit_limit"],
		filters: [["party_name", "like", `${mark} list%`]],
		orFilters: [["credit_limit", "=", 1], ["credit_limit", "=", 3]],
		orderBy: { field: "credit_limit", order: "asc" },
	});
	assert.deepEqual(either.map((row) => row.credit_limit), [1, 3]);
	const rows = await db.getDocList(PARTY, {
		fields: ["credit_limit"],
		filters: [["party_name", "=", `${mark} list b`]],
		asDict: false,
	});
	assert.deepEqual(rows, [[2]]);
});

test("counts and reads single values", async () => {
	await party("count", { credit_limit: 9 });
	assert.equal(await db.getCount(PARTY, [["party_name", "=", `${mark} count`]]), 1);
	const value = await db.getValue(PARTY, ["credit_limit"], [["party_name", "=", `${mark} count`]]);
	assert.deepEqual(value.message, { credit_limit: 9 });
	const last = await db.getLastDoc(PARTY, { filters: [["party_name", "=", `${mark} count`]] });
	assert.equal(last.credit_limit, 9);
	const changed = await db.setValue(PARTY, last.name, "notes", "set by name");
	assert.equal(changed.message.notes, "set by name");
});

test("submits and cancels a document with rows", async () => {
	const buyer = await party("buyer");
	const order = await db.createDoc(ORDER, {
		party: buyer.name,
		items: [
			{ item: "Bolt", qty: 2, rate: 3.5 },
			{ item: "Nut", qty: 1, rate: 1 },
		],
	});
	made.orders.push(order.name);
	assert.deepEqual(order.items.map((row) => [row.idx, row.item, row.qty]), [[1, "Bolt", 2], [2, "Nut", 1]]);
	const submitted = await db.submit(order);
	assert.equal(submitted.docstatus, 1);
	const refused = await failure(db.updateDoc(ORDER, order.name, { party: buyer.name, posting_date: "2001-01-01" }));
	assert.equal(refused.httpStatus, 417);
	const cancelled = await db.cancel(ORDER, order.name);
	assert.equal(cancelled.message.docstatus, 2);
});

test("says what is wrong, with the right status", async () => {
	const missing = await failure(db.createDoc(PARTY, {}));
	assert.equal(missing.httpStatus, 417);
	const first = await party("twice");
	const twice = await failure(db.createDoc(PARTY, { party_name: first.party_name }));
	assert.equal(twice.httpStatus, 409);
	assert.equal(twice.exc_type, "DuplicateEntryError");
	const link = await failure(db.createDoc(PARTY, { party_name: `${mark} link`, parent_party: "nobody" }));
	assert.equal(link.httpStatus, 417);
	assert.equal(link.exc_type, "LinkValidationError");
	assert.equal((await failure(db.getDocList("No Such DocType"))).httpStatus, 404);
	assert.equal((await failure(app.call().get("frappe.no_such_function"))).httpStatus, 417);
	assert.equal((await failure(by_token("a:b").db().getDocList(PARTY))).httpStatus, 401);
	assert.equal((await failure(by_token(CLERK_TOKEN).db().deleteDoc(PARTY, first.name))).httpStatus, 403);
});

test("calls whitelisted functions", async () => {
	assert.deepEqual(await app.call().get("ping"), { message: "pong" });
	const doc = await party("call");
	const posted = await app.call().post("frappe.client.get", { doctype: PARTY, name: doc.name });
	assert.equal(posted.message.name, doc.name);
});

test("logs in by password and out again", async () => {
	const visitor = new sdk.FrappeApp(BASE_URL, undefined, undefined, SITE_HEADER);
	let cookie = "";
	visitor.axios.interceptors.response.use((response) => {
		const kept = (response.headers["set-cookie"] || []).find((each) => each.startsWith("sid="));
		if (kept) cookie = kept.split(";")[0];
		return response;
	});
	visitor.axios.interceptors.request.use((config) => {
		if (cookie) config.headers.Cookie = cookie;
		return config;
	});
	const answer = await visitor.auth().loginWithUsernamePassword({ username: USER, password: PASSWORD });
	assert.equal(answer.message, "Logged In");
	assert.equal(await visitor.auth().getLoggedInUser(), USER);
	await visitor.auth().logout();
	assert.equal((await failure(visitor.auth().getLoggedInUser())).httpStatus, 403);
	assert.equal((await failure(visitor.auth().loginWithUsernamePassword({ username: USER, password: "no" }))).httpStatus, 401);
});

test("uploads a file and attaches it", async () => {
	const doc = await party("file");
	const file = new File([`content of ${mark}`], "contract-js.txt", { type: "text/plain" });
	const answer = await app.file().uploadFile(file, { isPrivate: true, doctype: PARTY, docname: doc.name });
	const kept = answer.data.message;
	assert.equal(kept.attached_to_name, doc.name);
	assert.match(kept.file_url, /^\/private\/files\//);
	const back = await app.axios.get(kept.file_url, { responseType: "text" });
	assert.equal(back.data, `content of ${mark}`);
	await db.deleteDoc("File", kept.name);
});
