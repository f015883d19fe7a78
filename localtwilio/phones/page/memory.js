// What this page remembers in the browser: names, which handsets are shown, the switches.

const KEY = "localtwilio.phones";
const FRIENDS = {
  "+12125550111": "Alice",
  "+12125550112": "Bob",
  "+12125550113": "Carol",
};
const FRESH = { labels: FRIENDS, shown: Object.keys(FRIENDS), hidden: [], sounds: true, voice: true };

export const memory = { ...structuredClone(FRESH), ...stored() };

export function remember(changes) {
  Object.assign(memory, changes);
  try {
    localStorage.setItem(KEY, JSON.stringify(memory));
  } catch {
    // A browser that forbids storage still shows the page; it only forgets on reload.
  }
}

export const labelOf = (number) => memory.labels[number] ?? `Handset ${number.slice(-4)}`;

export function show(number) {
  remember({
    shown: [...memory.shown.filter((n) => n !== number), number],
    hidden: memory.hidden.filter((n) => n !== number),
  });
}

export function hide(number) {
  remember({
    shown: memory.shown.filter((n) => n !== number),
    hidden: [...memory.hidden.filter((n) => n !== number), number],
  });
}

function stored() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}
