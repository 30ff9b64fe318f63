// Stars that are taken along to where there is no connection: encrypted on the device with a key that is derived from the
// person's own password each time and is in this page's memory alone. Nothing at rest can be read without it; what lies
// beside it in plain text is a number for the person, when each was taken, whether it waits to be sent, and the token by
// which the server says whether it may stay.
//
// It goes after 24 hours, on signing out, after ten wrong passwords, and when the server says so; on "Exit this page" all
// goes but what is not sent (worker.js).

export const ITERATIONS = 600_000; // of PBKDF2 with SHA-256
export const LIFE = 24 * 60 * 60 * 1000; // milliseconds
export const TRIES = 10;
export const MOST = 8;

const random = (length) => crypto.getRandomValues(new Uint8Array(length));
const encode = (value) => new TextEncoder().encode(JSON.stringify(value));
const decode = (bytes) => JSON.parse(new TextDecoder().decode(bytes));

async function deriveKey(password, salt, iterations) {
  const typed = new TextEncoder().encode(password.normalize("NFC"));
  const base = await crypto.subtle.importKey("raw", typed, "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

// Encrypted for its place: what is moved to another place, or changed, is not opened there.
const seal = (user, number) => encode([user, number]);

async function hide(key, user, { number, takenAt, isUnsent, item }) {
  const iv = random(12);
  const additionalData = seal(user, number);
  const hidden = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, encode(item));
  return { number, takenAt, isUnsent, iv, hidden };
}

async function reveal(key, user, { number, takenAt, isUnsent, iv, hidden }) {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: seal(user, number) }, key, hidden);
  return { number, takenAt, isUnsent, item: decode(plain) };
}

const openAll = (key, { user, items }) => Promise.all(items.map((one) => reveal(key, user, one)));
const isYoung = (now) => ({ takenAt }) => now - takenAt < LIFE && takenAt <= now + LIFE;

// `store` is taken_store.js's, `now` tells the time in milliseconds.
export function useTaken(store, { now = Date.now, iterations = ITERATIONS } = {}) {
  const keepOnly = (user, isKept) =>
    store.change(user, (record) => {
      const items = record?.items.filter(isKept) ?? [];
      return items.length ? { ...record, items } : null;
    });

  async function forget({ keepUnsent = false, user } = {}) {
    for (const record of await store.list()) {
      if (!user || record.user === user) await keepOnly(record.user, (one) => keepUnsent && one.isUnsent);
    }
  }

  async function forgetOld() {
    for (const { user } of await store.list()) await keepOnly(user, isYoung(now()));
  }

  // What is on the device, as far as it can be told without a password.
  async function list() {
    await forgetOld();
    return (await store.list()).map(({ user, token, items }) => ({ user, token, isUnsent: items.some((one) => one.isUnsent) }));
  }

  // Add what the server gave, {user, token, items}, under a password. Returns "" or why not: "password", if what is there
  // already has another, "many" if it would be too many. What was begun here and is taken again stays as it is here.
  async function keep({ user, token, items }, password) {
    await forgetOld();
    const before = (await store.list()).find((record) => record.user === user);
    const record = before ?? { user, salt: random(16), iterations, tries: 0, items: [] };
    const key = await deriveKey(password, record.salt, record.iterations);
    const there = await openAll(key, record).catch(() => null);
    if (!there) return "password";
    const begun = there.filter(({ isUnsent, item }) => isUnsent || !items.some(({ id }) => id === item.id));
    const added = items.filter(({ id }) => !begun.some(({ item }) => item.id === id));
    if (begun.length + added.length > MOST) return "many";
    const fresh = added.map((item) => ({ number: crypto.randomUUID(), takenAt: now(), isUnsent: false, item }));
    const hidden = await Promise.all([...begun, ...fresh].map((one) => hide(key, user, one)));
    await store.change(user, () => ({ ...record, token, tries: 0, items: hidden }));
    return "";
  }

  // What this password opens, or null; after ten that open nothing, nothing is left.
  async function open(password) {
    await forgetOld();
    const records = await store.list();
    for (const record of records) {
      const key = await deriveKey(password, record.salt, record.iterations);
      const found = await openAll(key, record).catch(() => null);
      if (!found) continue;
      await store.change(record.user, (current) => current && { ...current, tries: 0 });
      return hold(key, record.user, found);
    }
    for (const { user } of records) {
      await store.change(user, (record) => record && (record.tries + 1 < TRIES ? { ...record, tries: record.tries + 1 } : null));
    }
    return null;
  }

  function hold(key, user, found) {
    return {
      user,
      all: found, // [{number, takenAt, isUnsent, item}]

      // Keep it as it is now; false if it is not on the device any more.
      async save(one) {
        const hidden = await hide(key, user, one);
        const replace = (items) => items.map((other) => (other.number === one.number ? hidden : other));
        const record = await store.change(user, (current) => current && { ...current, items: replace(current.items) });
        return Boolean(record?.items.some(({ number }) => number === one.number));
      },

      async remove(one) {
        found.splice(found.indexOf(one), 1);
        await keepOnly(user, ({ number }) => number !== one.number);
      },
    };
  }

  return { forget, list, keep, open };
}
