// Two people's answers in one Star: what is sent, what is taken over, and what a person must choose.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { mergeAnswers } from "../../static/js/merging.js";

const NOBODY = { refused: [], others: {} };
let page, answers;

beforeEach(() => {
  page = { health: "5", money: "", note: "as before" };
  answers = mergeAnswers({ ...page }, (name) => page[name]);
});

test("nothing is to be sent before something is changed", () => {
  assert.deepEqual(answers.changed(), []);
  assert.deepEqual(answers.listUnsent(), { sent: {}, was: {} });
});

test("a change is sent with what the field said before, and kept until it is saved", () => {
  page.health = "7";
  assert.deepEqual(answers.listUnsent(), { sent: { health: "7" }, was: { health: "5" } });
  assert.deepEqual(answers.listUnsaved(), { health: { was: "5", now: "7" } });
});

test("what the server takes is saved; what was changed while it was sent is not", () => {
  page.health = "7";
  const { sent } = answers.listUnsent();
  page.health = "8";
  page.money = "2";
  assert.deepEqual(answers.hear(NOBODY, sent), { met: [], news: [] });
  assert.deepEqual(answers.listUnsent(), { sent: { health: "8", money: "2" }, was: { health: "7", money: "" } });
});

test("what somebody else has entered is news where nothing was changed here", () => {
  const news = [{ name: "money", value: "3", by: "Ash" }];
  assert.deepEqual(answers.hear({ refused: [], others: { money: { value: "3", by: "Ash" } } }, {}), { met: [], news });
  answers.know("money", "3");
  page.money = "3";
  assert.deepEqual(answers.changed(), []);
});

test("what is being typed is not overwritten by what somebody else has entered", () => {
  page.note = "half a sen";
  const heard = answers.hear({ refused: [], others: { note: { value: "theirs", by: "Ash" } } }, {});
  assert.deepEqual(heard, { met: [], news: [] });
  assert.deepEqual(answers.listUnsent().was, { note: "as before" }, "so the server refuses it, and both are shown");
});

test("two answers that meet are not sent until somebody has chosen", () => {
  page.health = "7";
  const { sent } = answers.listUnsent();
  const { met } = answers.hear({ refused: ["health"], others: { health: { value: "9", by: "Ash" } } }, sent);
  assert.deepEqual(met, [{ name: "health", value: "9", by: "Ash" }]);
  answers.meet("health", "9");
  assert.equal(answers.isMet(), true);
  assert.deepEqual(answers.unsent(), []);
  assert.deepEqual(answers.changed(), ["health"], "it is not saved either");

  answers.settle("health");
  assert.equal(answers.isMet(), false);
  assert.deepEqual(answers.listUnsent(), { sent: { health: "7" }, was: { health: "9" } }, "mine, in place of theirs");
  page.health = "9";
  assert.deepEqual(answers.unsent(), [], "theirs is there already");
});

test("an answer that changes again before somebody has chosen meets again", () => {
  page.health = "7";
  answers.meet("health", "9");
  const { met, news } = answers.hear({ refused: [], others: { health: { value: "10", by: "Kit" } } }, {});
  assert.deepEqual({ met, news }, { met: [{ name: "health", value: "10", by: "Kit" }], news: [] });
});

test("an answer that was taken away by somebody who is not named is met as nothing", () => {
  page.health = "7";
  const { met } = answers.hear({ refused: ["health"], others: {} }, { health: "7" });
  assert.deepEqual(met, [{ name: "health", value: "", by: "Somebody" }]);
});

test("an answer that was sent before, and came although no word of it did, meets nobody", () => {
  page.health = "7";
  answers.doubt({ health: "7" });
  page.health = "8";
  const { sent } = answers.listUnsent();
  const answer = { refused: ["health"], others: { health: { value: "7", by: "You" } } };
  assert.deepEqual(answers.hear(answer, sent).met, []);
  assert.deepEqual(answers.listUnsent(), { sent: { health: "8" }, was: { health: "7" } });

  assert.deepEqual(answers.hear(answer, sent).met.length, 1, "once the server has answered nothing is in doubt");
});

test("what the server refuses is not sent again until it is changed", () => {
  page.note = "too long";
  answers.refuse("note", "too long");
  assert.deepEqual(answers.unsent(), []);
  assert.deepEqual(answers.changed(), ["note"]);
  page.note = "short";
  assert.deepEqual(answers.unsent(), ["note"]);
});

test("what the window has kept comes back, and is sent with what was there before it", () => {
  assert.equal(answers.takeBack("health", { was: "4", now: "6" }), true);
  page.health = "6";
  assert.deepEqual(answers.listUnsent(), { sent: { health: "6" }, was: { health: "4" } });
});

test("what the window has kept stays away where it is saved, met or not asked for any more", () => {
  answers.meet("money", "3");
  assert.equal(answers.takeBack("health", { was: "4", now: "5" }), false);
  assert.equal(answers.takeBack("money", { was: "", now: "8" }), false);
  assert.equal(answers.takeBack("gone", { was: "", now: "8" }), false);
  assert.equal(answers.takeBack("toString", { was: "", now: "8" }), false);
  assert.deepEqual(answers.changed(), []);
});

test("only the Star's own fields are looked after", () => {
  assert.deepEqual(["health", "csrf_token", "toString"].map(answers.isField), [true, false, false]);
});
