// The marks of a chart: which stand together, which is nearest to the pointer, and where a key leads.

import assert from "node:assert/strict";
import { test } from "node:test";

import { findNearest, gatherStops, moveStop } from "../../static/js/mark_stops.js";

const WHOLE = { left: 100, top: 0, width: 200, height: 100 };
const box = (left, top) => ({ left, top, right: left + 10, bottom: top + 10 });
const STOPS = gatherStops([["a", box(100, 0)], ["b", box(200, 50)], ["a", box(280, 80)]], WHOLE);

test("marks with the same words are one stop around all of them, in shares of the drawing", () => {
  assert.deepEqual(STOPS.map((stop) => stop.words), ["a", "b"]);
  const { left, top, right, bottom } = STOPS[0];
  assert.deepEqual([left, top, right, bottom], [0, 0, 0.95, 0.9]);
});

test("the nearest mark is found at any size, and none beyond reach", () => {
  const size = { width: 400, height: 200 }; // twice as large
  assert.equal(findNearest(STOPS, { x: 205, y: 105 }, size, 24), 1);
  assert.equal(findNearest(STOPS, { x: 355, y: 170 }, size, 24), 0);
  assert.equal(findNearest(STOPS, { x: 100, y: 60 }, size, 24), -1);
});

test("keys lead from mark to mark and stop at both ends", () => {
  assert.deepEqual(["ArrowRight", "End"].map((key) => moveStop(key, -1, 3)), [0, 2]);
  assert.deepEqual(["ArrowDown", "ArrowLeft", "Home"].map((key) => moveStop(key, 2, 3)), [2, 1, 0]);
  assert.equal(moveStop("ArrowLeft", 0, 3), 0);
  assert.equal(moveStop("ArrowRight", -1, 0), -1);
  assert.equal(moveStop("Tab", 0, 3), null);
});
