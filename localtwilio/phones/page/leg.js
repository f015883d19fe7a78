// One call of a handset on the page: who it is with, its buttons, its captions.

import { element, from, setData, setHidden, setText } from "./dom.js";
import { labelOf, memory } from "./memory.js";
import { say } from "./sound.js";
import { ENDED, hintWords, legWords, prettyNumber, ringsHere } from "./words.js";

export class LegBox {
  /** `act(action, body)` moves the handset this leg belongs to. */
  constructor(callSid, act) {
    this.callSid = callSid;
    this.spoken = 0;
    this.parts = from("leg", {
      what: ".leg-what", with: ".leg-with", answer: ".answer", reject: ".reject",
      hangUp: ".hang-up", captions: ".captions", hint: ".hint", speak: ".speak", seconds: ".seconds",
    });
    this.root = this.parts.root;
    const moves = { answer: "answer", reject: "reject", hangUp: "hang_up" };
    for (const [part, action] of Object.entries(moves)) {
      this.parts[part].addEventListener("click", () => act(action, { call_sid: callSid }));
    }
    // The newest words stay in sight, also when the box gets smaller.
    new ResizeObserver(() => this.#toNewest()).observe(this.parts.captions);
    this.parts.speak.addEventListener("submit", (event) => this.#speak(event, act));
  }

  update(leg, digitsToCome) {
    const { parts } = this;
    const over = ENDED.has(leg.status);
    const rings = ringsHere(leg);
    setData(this.root, "status", over ? "over" : rings ? "rings" : leg.status);
    setText(parts.what, legWords(leg));
    setText(parts.with, withWords(leg.with));
    setText(parts.hint, hintWords(leg, digitsToCome));
    setHidden(parts.answer, !rings);
    setHidden(parts.reject, !rings);
    setHidden(parts.hangUp, over || rings);
    const recorded = leg.awaiting === "message";
    setHidden(parts.speak, over || !(recorded || leg.room));
    setHidden(parts.seconds, !recorded);
    this.#caption(leg.captions ?? []);
  }

  #caption(lines) {
    const list = this.parts.captions;
    const grown = lines.length > list.children.length;
    lines.forEach((line, i) => {
      if (list.children[i]) setText(list.children[i], line);
      else list.append(element("li", "", line));
    });
    while (list.children.length > lines.length) list.lastChild.remove();
    setHidden(list, lines.length === 0);
    if (!grown) return;
    this.#toNewest();
    lines.slice(this.spoken).forEach(say);
    this.spoken = lines.length;
  }

  #toNewest() {
    this.parts.captions.scrollTop = this.parts.captions.scrollHeight;
  }

  #speak(event, act) {
    event.preventDefault();
    const form = this.parts.speak.elements;
    act("speak", { seconds: Number(form.seconds.value), text: form.text.value });
    form.text.value = "";
  }
}

function withWords(other) {
  if (!other) return "a withheld number";
  return memory.labels[other] ? `${labelOf(other)} ${prettyNumber(other)}` : prettyNumber(other);
}
