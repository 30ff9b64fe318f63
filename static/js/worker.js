// The service worker: it keeps the page that works without a connection and the files of that page, and never a page of a
// family. The server puts KEPT before it: {version, page, leave, assets}. A new version waits until no page of the old one
// is open, so an update never changes what is beneath a Star that is being scored.

const PREFIX = "star-tracker ";
const CACHE = PREFIX + KEPT.version;
const FIRST_PAGES = ["/", "/caseload"];
const windows = new Set(); // those that show the kept page: the files of every other page come from the server, as preloaded

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(tidy()));

async function fill() {
  const cache = await caches.open(CACHE);
  const fetchOne = async (address) => {
    const response = await fetch(address, { credentials: "omit" }); // as nobody sees it
    if (!response.ok) throw new Error(address);
    await cache.put(address, response);
  };
  await Promise.all([KEPT.page, ...KEPT.assets].map(fetchOne));
}

async function tidy() {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  const isPage = request.mode === "navigate";
  if (isPage && pathname === KEPT.leave) {
    event.waitUntil(forgetWhatIsSent());
    if (!navigator.onLine) event.respondWith(makeEmptyPage());
  } else if (isPage && pathname === KEPT.page) {
    windows.add(event.resultingClientId);
    event.respondWith(answerKept(KEPT.page, request));
  } else if (isPage && FIRST_PAGES.includes(pathname)) {
    event.respondWith(fetch(request).catch(() => Response.redirect(KEPT.page)));
  } else if (windows.has(event.clientId) && KEPT.assets.includes(pathname + search)) {
    event.respondWith(answerKept(pathname + search, request));
  }
});

async function answerKept(address, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(address)) ?? fetch(request);
}

function makeEmptyPage() {
  return new Response("<!doctype html><html lang=en><title>New tab</title>", { headers: { "Content-Type": "text/html" } });
}

// "Exit this page": what is not sent stays, encrypted (taken.js). It is done here because the page is gone at once.
function forgetWhatIsSent() {
  return new Promise((done) => {
    const request = indexedDB.open("star-tracker", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("taken", { keyPath: "user" });
    request.onerror = done;
    request.onsuccess = () => {
      const transaction = request.result.transaction("taken", "readwrite");
      transaction.objectStore("taken").openCursor().onsuccess = ({ target: { result: cursor } }) => {
        if (!cursor) return;
        const items = cursor.value.items.filter(({ isUnsent }) => isUnsent);
        if (items.length) cursor.update({ ...cursor.value, items });
        else cursor.delete();
        cursor.continue();
      };
      transaction.oncomplete = transaction.onabort = () => {
        request.result.close();
        done();
      };
    };
  });
}
