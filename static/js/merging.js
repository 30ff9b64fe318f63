// The answers of a Star that two people may write in at once, brought together. It knows for each field what the server last
// said, asks `read` what the page says now, and decides what is sent, what is taken over from others and what a person must
// choose. It shows nothing and sends nothing.

// `known` are the fields by name, with what they said on the server when the page came; it is kept up to date.
export function mergeAnswers(known, read) {
  const held = new Map(); // fields in which somebody else's answer was met: what they say
  const uncertain = new Map(); // what was sent and not answered: perhaps it is there
  const refused = new Map(); // what the server would not take: not sent again until it is changed

  const changed = () => Object.keys(known).filter((name) => read(name) !== known[name]);
  const unsent = () => changed().filter((name) => !held.has(name) && refused.get(name) !== read(name));

  return {
    known,
    changed,
    unsent,
    isField: (name) => Object.hasOwn(known, name),
    isMet: () => held.size > 0,

    // What the window keeps until it is saved: {name: {was, now}}.
    listUnsaved: () => Object.fromEntries(changed().map((name) => [name, { was: known[name], now: read(name) }])),

    // What is to be sent, and what each field said before.
    listUnsent() {
      const names = unsent();
      const sent = Object.fromEntries(names.map((name) => [name, read(name)]));
      return { sent, was: Object.fromEntries(names.map((name) => [name, known[name]])) };
    },

    // It was sent, and nobody knows whether it came.
    doubt(sent) {
      for (const [name, value] of Object.entries(sent)) uncertain.set(name, value);
    },

    // The server would not take this.
    refuse: (name, value) => refused.set(name, value),

    // What the server answers to what was `sent`: {refused: names, others: {name: {value, by}}}. Returns the fields in which
    // two answers meet, and those that others have changed and nobody here, as {name, value, by}: one by one the caller
    // meets the ones, and knows and writes the others.
    hear(answer, sent) {
      for (const [name, value] of Object.entries(sent)) if (!answer.refused.includes(name)) known[name] = value;
      const met = [], news = [];
      for (const [name, { value, by }] of Object.entries(answer.others)) {
        if (answer.refused.includes(name) && uncertain.get(name) === value) known[name] = value; // it was there after all
        else if (answer.refused.includes(name) || held.has(name)) met.push({ name, value, by });
        else if (read(name) === known[name]) news.push({ name, value, by });
      }
      for (const name of answer.refused) if (!answer.others[name]) met.push({ name, value: "", by: "Somebody" });
      uncertain.clear();
      return { met, news };
    },

    know(name, value) {
      known[name] = value;
    },

    // Nothing of this field is sent until somebody has chosen.
    meet: (name, theirs) => held.set(name, theirs),

    // Somebody has chosen: what the page says from now on takes the place of the other's answer.
    settle(name) {
      known[name] = held.get(name);
      held.delete(name);
    },

    // Whether what the window has kept belongs into the page. If the server no longer says what was there before, it says so.
    takeBack(name, { was, now }) {
      if (!Object.hasOwn(known, name) || known[name] === now || held.has(name)) return false;
      known[name] = was;
      return true;
    },
  };
}
