// One call of a handset on the page: who it is with, its buttons, its captions.

import { element, from, setData, setHidden, setText } from "./dom.js";
import { labelOf, memory } from "./memory.js";
import { hear } from "./sound.js";
import { Speaking } from "./speaking.js";
import { ENDED, hintWords, legWords, prettyNumber, ringsHere } from "./words.js";

export class LegBox {
  /** `hands` move the handset this leg belongs to: see Speaking. */
  constructor(callSid, hands) {
    this.callSid = callSid;
    this.heard = null; // captions that were sounded; none of those that were there before this page
    this.parts = from("leg", {
      what: ".leg-what", with: ".leg-with", answer: ".answer", reject: ".reject",
      hangUp: ".hang-up", captions: ".captions", hint: ".hint", speak: ".speak",
    });
    this.root = this.parts.root;
    const moves = { answer: "answer", reject: "reject", hangUp: "hang_up" };
    for (const [part, action] of Object.entries(moves)) {
      this.parts[part].addEventListener("click", () => hands.act(action, { call_sid: callSid }));
    }
    // The newest words stay in sight, also when the box gets smaller.
    new ResizeObserver(() => this.#toNewest()).observe(this.parts.captions);
    this.speaking = new Speaking(callSid, this.parts.speak, hands);
  }

  update(leg, digitsToCome) {
    const { parts } = this;
    const over = ENDED.has(leg.status);
    const rings = ringsHere(leg);
    setData(this.root, "status", over ? "over" : rings ? "rings" : leg.status);
    setText(parts.what, legWords(leg));
    setText(parts.with, withWords(leg.with));
    setText(parts.hint, this.#hint(leg, digitsToCome));
    setHidden(parts.answer, !rings);
    setHidden(parts.reject, !rings);
    setHidden(parts.hangUp, over || rings);
    const recorded = leg.awaiting === "message";
    this.speaking.update({ talks: !over && Boolean(recorded || leg.room || leg.connected_to), recorded });
    this.#caption(leg.captions ?? [], leg.said ?? []);
    this.#sound(leg.captions ?? [], over);
  }

  #hint(leg, digitsToCome) {
    if (leg.awaiting === "message" && this.speaking.left) return `Speaking, ${this.speaking.left} s more…`;
    return leg.connected_to ? `You talk with ${withWords(leg.connected_to)}.` : hintWords(leg, digitsToCome);
  }

  #caption(captions, said) {
    const list = this.parts.captions;
    const lines = conversation(captions, said);
    const grown = lines.length > list.children.length;
    lines.forEach(({ text, mine }, i) => {
      const item = list.children[i] ?? list.appendChild(element("li"));
      setText(item, text);
      item.classList.toggle("mine", mine);
    });
    while (list.children.length > lines.length) list.lastChild.remove();
    setHidden(list, lines.length === 0);
    if (grown) this.#toNewest();
  }

  #sound(captions, over) {
    if (this.heard === null && (over || captions.length > 1)) this.heard = captions.length;
    captions.slice(this.heard ?? 0).forEach(hear);
    this.heard = captions.length;
  }

  /** The page shows this call no more. */
  leave() {
    this.speaking.hush();
    this.root.remove();
  }

  #toNewest() {
    this.parts.captions.scrollTop = this.parts.captions.scrollHeight;
  }
}

/** What is heard and what is said, in their order; a person's own words stand after so many captions. */
function conversation(captions, said) {
  const lines = captions.map((text) => ({ text, mine: false }));
  [...said].reverse().forEach(({ after, text }) => lines.splice(after, 0, { text, mine: true }));
  return lines;
}

function withWords(other) {
  if (!other) return "a withheld number";
  return memory.labels[other] ? `${labelOf(other)} ${prettyNumber(other)}` : prettyNumber(other);
}
