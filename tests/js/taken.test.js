// What is taken onto a device can be read with its owner's password alone, and goes when it should.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { ITERATIONS, LIFE, MOST, TRIES, useTaken } from "../../static/js/taken.js";

const PASSWORD = "correct horse battery";
const ITEM = { id: "7", family: "F-341", parent: "Mum", now: { note_family_routine: "Bedtime for Zoë" } };
const GIVEN = { user: "3", token: "signed", items: [ITEM] };
let records, time, device;

// The device's database, which outlives a page.
const store = {
  list: async () => structuredClone([...records.values()]),
  async change(user, revise) {
    const record = revise(structuredClone(records.get(user)));
    if (record) records.set(user, structuredClone(record));
    else records.delete(user);
    return record;
  },
};

const openDevice = () => useTaken(store, { now: () => time, iterations: 2 });

beforeEach(() => {
  records = new Map();
  time = 1_000_000;
  device = openDevice();
});

test("the count is the published one", () => {
  assert.equal(ITERATIONS, 600_000);
});

test("what was scored comes back on another page, by its password alone", async () => {
  assert.equal(await device.keep(GIVEN, PASSWORD), "");
  const vault = await device.open(PASSWORD);
  const [one] = vault.all;
  one.isUnsent = true;
  one.item = { ...one.item, now: { family_routine: "6" } };
  assert.equal(await vault.save(one), true);
  const later = await openDevice().open(PASSWORD);
  assert.deepEqual(later.all.map(({ item }) => item.now), [{ family_routine: "6" }]);
  assert.equal(await openDevice().open("correct horse batterz"), null);
});

test("nothing at rest says anything, and the same is never written twice alike", async () => {
  await device.keep(GIVEN, PASSWORD);
  const read = () => Buffer.from(records.get("3").items[0].hidden).toString("latin1");
  const first = read();
  assert.doesNotMatch(JSON.stringify([...records.values()]) + first, /F-341|Mum|Bedtime|family|correct/);
  const vault = await device.open(PASSWORD);
  await vault.save(vault.all[0]);
  assert.notEqual(read(), first);
});

test("what was changed or moved at rest is not opened", async () => {
  await device.keep({ ...GIVEN, items: [ITEM, { ...ITEM, id: "8" }] }, PASSWORD);
  const { items } = records.get("3");
  [items[0].number, items[1].number] = [items[1].number, items[0].number];
  assert.equal(await device.open(PASSWORD), null);
});

test("ten wrong passwords leave nothing, and a right one begins the count anew", async () => {
  await device.keep(GIVEN, PASSWORD);
  for (let n = 1; n < TRIES; n++) await device.open("wrong");
  assert.ok(await device.open(PASSWORD));
  for (let n = 1; n < TRIES; n++) await device.open("wrong");
  assert.equal(records.size, 1);
  await device.open("wrong");
  assert.equal(records.size, 0);
  assert.equal(await device.open(PASSWORD), null);
});

test("all of it goes after 24 hours, even what was not sent, and is not written again", async () => {
  await device.keep(GIVEN, PASSWORD);
  const vault = await device.open(PASSWORD);
  vault.all[0].isUnsent = true;
  await vault.save(vault.all[0]);
  time += LIFE - 1;
  assert.equal((await device.list()).length, 1);
  time += 1;
  assert.deepEqual(await device.list(), []);
  assert.equal(await vault.save(vault.all[0]), false);
  assert.equal(records.size, 0);
});

test("leaving keeps what is not sent alone", async () => {
  await device.keep({ ...GIVEN, items: [ITEM, { ...ITEM, id: "8" }] }, PASSWORD);
  const vault = await device.open(PASSWORD);
  vault.all[1].isUnsent = true;
  await vault.save(vault.all[1]);
  await device.forget({ keepUnsent: true });
  assert.deepEqual((await device.open(PASSWORD)).all.map(({ item }) => item.id), ["8"]);
  await device.forget();
  assert.equal(records.size, 0);
});

test("two people share a device, and neither opens the other's", async () => {
  await device.keep(GIVEN, PASSWORD);
  await device.keep({ ...GIVEN, user: "4", items: [{ ...ITEM, id: "9" }] }, "another password");
  assert.equal((await device.open("another password")).user, "4");
  await device.forget({ user: "4" });
  assert.equal((await device.open(PASSWORD)).user, "3");
});

test("what was begun here stays when it is taken again, under the same password, and there is a most", async () => {
  await device.keep(GIVEN, PASSWORD);
  const vault = await device.open(PASSWORD);
  Object.assign(vault.all[0], { isUnsent: true, item: { ...ITEM, now: { home_and_money: "2" } } });
  await vault.save(vault.all[0]);
  assert.equal(await device.keep(GIVEN, "forgotten by now"), "password");
  assert.equal(await device.keep({ ...GIVEN, items: [ITEM, { ...ITEM, id: "8" }] }, PASSWORD), "");
  const { all } = await device.open(PASSWORD);
  assert.deepEqual(all.map(({ item, isUnsent }) => [item.id, item.now.home_and_money, isUnsent]), [["7", "2", true], ["8", undefined, false]]);
  const many = Array.from({ length: MOST }, (_, n) => ({ ...ITEM, id: `new ${n}` }));
  assert.equal(await device.keep({ ...GIVEN, items: many }, PASSWORD), "many");
});

test("on a full device the old record stays", async () => {
  await device.keep(GIVEN, PASSWORD);
  const full = useTaken({ ...store, change: () => Promise.reject(new Error("full")) }, { now: () => time });
  assert.equal((await device.list()).length, 1);
  await assert.rejects(full.keep({ ...GIVEN, user: "5" }, PASSWORD));
  assert.equal(records.size, 1);
});
