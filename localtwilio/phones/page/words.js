// Numbers, times and the parts of a text: plain functions, no page.

const DIALLABLE = /\+\d(?:[ .-]?\d){6,14}(?:,+[0-9*#]+)?/g;
const LETTERS_PER_SECOND = 14;
export const ENDED = new Set(["completed", "busy", "no-answer", "failed", "canceled"]);

/** "+1 (212) 555-0100" or "12125550100" to E.164; "" where there is no number in it. */
export function e164(text) {
  const digits = text.replace(/\D/g, "");
  return digits.length >= 7 && digits.length <= 15 ? `+${digits}` : "";
}

/** "+12125550100,,0427#" to the number and the digits to press once it has answered. */
export function dialString(text) {
  const [number, ...rest] = text.split(",");
  return { to: e164(number), digits: rest.join("") };
}

/** A text cut where numbers stand in it: strings, and {text, to, digits} for what can be dialled. */
export function segments(body) {
  const parts = [];
  let end = 0;
  for (const match of body.matchAll(DIALLABLE)) {
    parts.push(body.slice(end, match.index), { text: match[0], ...dialString(match[0]) });
    end = match.index + match[0].length;
  }
  return [...parts, body.slice(end)].filter((part) => part !== "");
}

export function prettyNumber(number) {
  const american = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number ?? "");
  return american ? `+1 ${american.slice(1).join(" ")}` : (number ?? "");
}

/** How long it takes to say that, in seconds, as the network counts its own words. */
export const secondsOf = (text) => Math.max(1, Math.ceil((2 * text.length) / LETTERS_PER_SECOND) / 2);

export function clock(at) {
  const when = new Date(typeof at === "number" ? at * 1000 : at);
  return Number.isNaN(when.getTime())
    ? ""
    : when.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

/** Does this leg ring here? Directions are Twilio's: "outbound" comes from the network to the handset. */
export const ringsHere = (leg) =>
  leg.direction.startsWith("outbound") && ["queued", "ringing"].includes(leg.status);

/** What a leg is doing, in a few words for the top of its box. */
export function legWords(leg) {
  if (ENDED.has(leg.status)) return END_WORDS[leg.status];
  if (leg.status === "in-progress") return leg.room ? "In a room, through" : "Talking with";
  return ringsHere(leg) ? "Incoming call from" : "Calling";
}

const END_WORDS = {
  completed: "Call ended",
  busy: "Was busy",
  "no-answer": "Not answered",
  failed: "Failed",
  canceled: "Canceled",
};

export function hintWords(leg, digitsToCome) {
  if (ENDED.has(leg.status)) return "";
  if (digitsToCome) return `Will press ${digitsToCome} when asked.`;
  if (leg.awaiting === "digits") return "Waiting for digits: use the keypad.";
  if (leg.awaiting === "message") return "Recording: say something, then hang up or press #.";
  if (leg.room) return `Room ${leg.room}`;
  return ringsHere(leg) || leg.status === "in-progress" ? "" : "Ringing at the other end…";
}
