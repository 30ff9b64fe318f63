// Which value of which area is meant by a place on the star, and where its line breaks.

import assert from "node:assert/strict";
import { test } from "node:test";

import { findRuns, findSpoke, findValue, isOnDisc, readPlaces } from "../../static/js/star_places.js";

const SPOKES = [...Array(10).keys()];
const VALUES = [...Array(11).keys()];

// A star whose centre is at (100, 100) and whose rings are 8 apart.
function at(spoke, value) {
  const angle = (2 * Math.PI * spoke) / 10;
  return { x: 100 + 8 * value * Math.sin(angle), y: 100 - 8 * value * Math.cos(angle) };
}
const STAR = SPOKES.map((spoke) => VALUES.map((value) => at(spoke, value)));

test("places are read from what the page says", () => {
  assert.deepEqual(readPlaces("176.0,185.0 176.0,171.7"), [{ x: 176, y: 185 }, { x: 176, y: 171.7 }]);
});

test("each value's place means that value of its spoke", () => {
  for (const spoke of SPOKES) {
    for (const value of VALUES.slice(1)) {
      assert.equal(findSpoke(STAR, at(spoke, value)), spoke);
      assert.equal(findValue(STAR[spoke], at(spoke, value)), value);
    }
  }
});

test("between two spokes the nearer is meant, also across the top", () => {
  assert.equal(findSpoke(STAR, at(3.4, 7)), 3);
  assert.equal(findSpoke(STAR, at(3.6, 7)), 4);
  assert.equal(findSpoke(STAR, at(9.4, 7)), 9);
  assert.equal(findSpoke(STAR, at(9.6, 7)), 0);
});

test("at the very centre no spoke is meant", () => {
  assert.equal(findSpoke(STAR, at(0, 0)), null);
  assert.equal(findSpoke(STAR, at(2, 0.4)), null);
  assert.equal(findSpoke(STAR, at(2, 0.6)), 2);
});

test("between two rings the nearer is meant, and beyond the first and the last these", () => {
  assert.equal(findValue(STAR[6], at(6, 3.4)), 3);
  assert.equal(findValue(STAR[6], at(6, 3.6)), 4);
  assert.equal(findValue(STAR[6], at(6, 0.2)), 1);
  assert.equal(findValue(STAR[6], at(6, 12.5)), 10);
});

test("whoever slides off a spoke means no value of it", () => {
  assert.equal(findValue(STAR[0], { x: 100 + 8 * 3.9, y: 100 - 8 * 5 }), 5, "a finger is not that steady");
  assert.equal(findValue(STAR[0], { x: 100 + 8 * 4.1, y: 100 - 8 * 5 }), null, "to the right");
  assert.equal(findValue(STAR[0], { x: 100 - 8 * 4.1, y: 100 - 8 * 5 }), null, "to the left");
  assert.equal(findValue(STAR[0], at(5, 1.1)), null, "to the other side of the centre");
  assert.equal(findValue(STAR[0], at(0, 13.1)), null, "beyond the end");
});

test("values are chosen up to half a ring beyond the outer one", () => {
  for (const spoke of [0, 2.5, 7]) {
    assert.equal(isOnDisc(STAR, at(spoke, 10.4)), true);
    assert.equal(isOnDisc(STAR, at(spoke, 10.6)), false);
  }
});

test("the line of a full star returns to where it began", () => {
  assert.deepEqual(findRuns([5, 6, 7]), [[[0, 5], [1, 6], [2, 7], [0, 5]]]);
});

test("the line breaks where a value is missing, and runs on across the top", () => {
  assert.deepEqual(findRuns([5, 6, null, 4, null, 7]), [[[3, 4]], [[5, 7], [0, 5], [1, 6]]]);
  assert.deepEqual(findRuns([5, 6, 7, null]), [[[0, 5], [1, 6], [2, 7]]]);
  assert.deepEqual(findRuns([null, 5, null]), [[[1, 5]]]);
});

test("without values there is no line", () => {
  assert.deepEqual(findRuns([null, null, null]), []);
});
