// The texts of a handset, newest first; a number in a text dials with one tap.

import { element, reconcile, setHidden, setText } from "./dom.js";
import { clock, prettyNumber, segments } from "./words.js";

/** `dial({to, digits})` is called when somebody taps a number. */
export function updateInbox(list, texts, dial) {
  const newestFirst = [...texts].reverse();
  reconcile(list, newestFirst, (text) => text.sid, (text) => bubble(text, dial));
}

export function updateCount(count, empty, list, total) {
  setText(count, total ? String(total) : "");
  setHidden(empty, total > 0);
  setHidden(list, total === 0);
}

function bubble(text, dial) {
  const item = element("li", "text");
  const head = element("p", "text-head");
  head.append(element("span", "", prettyNumber(text.from)), element("time", "", clock(text.at)));
  const body = element("p", "text-body");
  for (const part of segments(text.body)) {
    body.append(typeof part === "string" ? part : dialButton(part, dial));
  }
  item.append(head, body);
  return item;
}

function dialButton(part, dial) {
  const button = element("button", "dial-link", part.text);
  const then = part.digits ? ` and press ${part.digits} when asked` : "";
  button.type = "button";
  button.title = `Dial ${prettyNumber(part.to)}${then}`;
  button.setAttribute("aria-label", button.title);
  button.addEventListener("click", () => dial(part));
  return button;
}
