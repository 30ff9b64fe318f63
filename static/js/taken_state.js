// On every page: what was taken onto this device goes when its time is over, or when the server says that it may not stay.

import { useTaken } from "./taken.js";
import { deviceStore } from "./taken_store.js";

const STATE = "/take-with-me/state";

export const taken = useTaken(deviceStore);

export async function checkTaken() {
  for (const { user, token } of await taken.list()) {
    const keep = await askState(token);
    if (keep === "nothing" || keep === "unsent") await taken.forget({ user, keepUnsent: keep === "unsent" });
  }
}

async function askState(token) {
  try {
    const response = await fetch(STATE, { headers: { "Taken-Token": token } });
    return response.ok ? (await response.json()).keep : null;
  } catch {
    return null; // no connection: it is asked again on the next page
  }
}
