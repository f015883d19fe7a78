// Times as people say them, by the server's clock: "3 min ago", a call's running time, a countdown.

let skew = 0; // milliseconds that the server is ahead of this machine

export function synchronise(serverTime) {
  skew = Date.parse(serverTime) - Date.now();
}

const now = () => Date.now() + skew;
const exact = new Intl.DateTimeFormat([], { dateStyle: "full", timeStyle: "medium" });
const hour = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat([], { day: "numeric", month: "short" });
const dayOfYear = new Intl.DateTimeFormat([], { day: "numeric", month: "short", year: "numeric" });
const second = new Intl.DateTimeFormat([], {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

export const timeOfDay = () => second.format(now());

export function asClock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [whole / 3600, (whole / 60) % 60, whole % 60].map(Math.floor);
  const padded = String(rest).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${padded}` : `${minutes}:${padded}`;
}

function relative(moment) {
  const passed = (now() - moment) / 1000;
  if (passed < 45) return "just now";
  if (passed < 3600) return `${Math.max(1, Math.round(passed / 60))} min ago`;
  if (passed < 6 * 3600) return `${Math.round(passed / 3600)} h ago`;
  const then = new Date(moment);
  const today = new Date(now());
  if (then.toDateString() === today.toDateString()) return hour.format(then);
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (then.toDateString() === yesterday.toDateString()) return `yesterday, ${hour.format(then)}`;
  const date = then.getFullYear() === today.getFullYear() ? day : dayOfYear;
  return `${date.format(then)}, ${hour.format(then)}`;
}

function say(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

export function paint(root = document) {
  for (const element of root.querySelectorAll("time.when")) {
    const moment = Date.parse(element.dateTime);
    say(element, relative(moment));
    if (!element.title) element.title = exact.format(moment);
  }
  for (const element of root.querySelectorAll(".ticking")) {
    say(element, asClock((now() - Date.parse(element.dataset.since)) / 1000));
  }
  for (const element of root.querySelectorAll(".countdown")) {
    say(element, asClock(Math.ceil((Date.parse(element.dataset.until) - now()) / 1000)));
  }
}

setInterval(paint, 1000);
