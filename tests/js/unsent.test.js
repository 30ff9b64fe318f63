// What could not be sent is kept in the window, for the same person alone and unreadable to everybody else.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const KEY = "00112233445566778899aabbccddeeff".repeat(2);
const ENTRIES = { note: { was: "", now: "Talked about Zoë’s school" } };
const PATH = "/drafts/7";
let pages = 0;

// The window's own storage, which outlives a page.
class Storage {
  getItem(name) {
    return this[name] ?? null;
  }
  setItem(name, value) {
    this[name] = value;
  }
  removeItem(name) {
    delete this[name];
  }
}

// The module as a page of this person loads it.
async function openPage({ user = "3", key = KEY } = {}) {
  globalThis.document = { getElementById: (id) => (id === "session-end" ? { dataset: { user, key } } : null) };
  return import(`../../static/js/unsent.js?page=${++pages}`);
}

beforeEach(() => {
  globalThis.sessionStorage = new Storage();
});

test("what is kept comes back on the next page of the same person", async () => {
  const { openStore } = await openPage();
  await openStore(PATH).keep(ENTRIES);
  const later = await openPage();
  assert.deepEqual(await later.openStore(PATH).read(), ENTRIES);
  assert.deepEqual(await later.openStore("/drafts/8").read(), {}, "each form has its own");
});

test("nobody can read in the storage what is kept, and the same is never written twice alike", async () => {
  const { openStore } = await openPage();
  await openStore(PATH).keep(ENTRIES);
  const [[name, first]] = Object.entries(sessionStorage);
  assert.doesNotMatch(name + first + atob(first.split(" ")[1]), /Talked|school|note/);
  await openStore(PATH).keep(ENTRIES);
  assert.notEqual(sessionStorage.getItem(name), first);
});

test("somebody else, or the same person with another key, gets nothing", async () => {
  const { openStore } = await openPage();
  await openStore(PATH).keep(ENTRIES);
  for (const other of [{ user: "4" }, { key: KEY.replaceAll("0", "1") }]) {
    const { openStore: openTheirs } = await openPage(other);
    assert.deepEqual(await openTheirs(PATH).read(), {});
  }
});

test("what was tampered with is not opened", async () => {
  const store = (await openPage()).openStore(PATH);
  await store.keep(ENTRIES);
  const [[name, kept]] = Object.entries(sessionStorage);
  const last = kept.at(-5) === "A" ? "B" : "A";
  sessionStorage.setItem(name, `${kept.slice(0, -5)}${last}${kept.slice(-4)}`);
  assert.deepEqual(await store.read(), {});
});

test("of two calls the later one stands, however long the earlier takes", async () => {
  const store = (await openPage()).openStore(PATH);
  await Promise.all([store.keep(ENTRIES), store.keep({ note: { was: "", now: "later" } })]);
  assert.deepEqual(await store.read(), { note: { was: "", now: "later" } });
  await Promise.all([store.keep(ENTRIES), store.keep({})]);
  assert.deepEqual(await store.read(), {});
});

test("nothing is kept where the page has no key", async () => {
  const { canKeep, openStore, isAnythingUnsent } = await openPage({ key: "" });
  assert.equal(canKeep, false);
  await openStore(PATH).keep(ENTRIES);
  assert.deepEqual(Object.entries(sessionStorage), []);
  assert.equal(isAnythingUnsent(), false);
});

test("it is known whether anything waits, and what is forgotten waits no longer", async () => {
  const { openStore, forget, isAnythingUnsent } = await openPage();
  sessionStorage.setItem("something else", "of this window");
  assert.equal(isAnythingUnsent(), false);
  await openStore(PATH).keep(ENTRIES);
  assert.equal(isAnythingUnsent(), true);
  forget("/drafts/8");
  assert.equal(isAnythingUnsent(), true);
  forget(PATH);
  assert.equal(isAnythingUnsent(), false);
  assert.deepEqual(Object.keys(sessionStorage), ["something else"]);
});
