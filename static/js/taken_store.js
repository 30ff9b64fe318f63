// Where what was taken along lies on the device: a database of the browser with one record for each person, of which
// taken.js encrypts all that says something. worker.js, which cannot import this, removes from it too.

const NAME = "star-tracker", STORE = "taken";

function open() {
  return new Promise((done, fail) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "user" });
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
}

async function run(mode, work) {
  const database = await open();
  try {
    return await new Promise((done, fail) => {
      const transaction = database.transaction(STORE, mode);
      let result;
      work(transaction.objectStore(STORE), (value) => (result = value));
      transaction.oncomplete = () => done(result);
      transaction.onabort = () => fail(transaction.error);
    });
  } finally {
    database.close();
  }
}

export const deviceStore = {
  list: () => run("readonly", (store, tell) => (store.getAll().onsuccess = (event) => tell(event.target.result))),

  // Put what `revise` makes of a person's record, which is undefined if there is none; nothing is left if it makes nothing.
  // Nobody comes between. Fails where the device is full: then the old record stays.
  change: (user, revise) =>
    run("readwrite", (store, tell) => {
      store.get(user).onsuccess = (event) => {
        const record = revise(event.target.result);
        tell(record);
        if (record) store.put(record);
        else store.delete(user);
      };
    }),
};
