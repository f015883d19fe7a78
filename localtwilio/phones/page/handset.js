// One handset on the page: its screen, keypad, dial field, texts and behaviour.

import { element, from, setData, setHidden, setText } from "./dom.js";
import { updateCount, updateInbox } from "./inbox.js";
import { LegBox } from "./leg.js";
import { labelOf, memory, remember } from "./memory.js";
import { move, sendSound } from "./network.js";
import { hush, keyTone, ring } from "./sound.js";
import { dialString, ENDED, prettyNumber, ringsHere } from "./words.js";

const LETTERS = ["", "abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz", "", "+", ""];
const KEYS = [..."123456789*0#"];
const NOTICE_MS = 6000;
const STATE_WORDS = { idle: "Idle", ringing: "Ringing", talking: "Talking" };

export class Handset {
  /** `changed()` asks for fresh news at once; `hidden()` is told when the user hides this handset. */
  constructor(number, { changed, hidden }) {
    this.number = number;
    this.changed = changed;
    this.legs = new Map();
    this.turn = Promise.resolve();
    this.parts = from("handset", {
      avatar: ".avatar", label: ".label", number: ".number", state: ".state", idle: ".idle",
      lines: ".lines", legs: ".legs", notice: ".notice", dial: ".dial", keypad: ".keypad",
      count: ".count", empty: ".texts .empty", inbox: ".inbox", more: ".more", behaviour: ".behaviour", hide: ".hide",
    });
    this.root = this.parts.root;
    this.root.id = `handset-${number.slice(1)}`;
    setText(this.parts.number, prettyNumber(number));
    this.#keys();
    this.#name();
    this.#forms(hidden);
  }

  update(phone, lines) {
    this.phone = phone;
    setData(this.root, "state", phone.state);
    setText(this.parts.state, STATE_WORDS[phone.state] ?? phone.state);
    this.#showLegs(phone.legs);
    this.#showLines(lines);
    updateInbox(this.parts.inbox, phone.inbox, (part) => this.dial(part));
    updateCount(this.parts.count, this.parts.empty, this.parts.inbox, phone.inbox.length);
    if (phone.legs.some(ringsHere)) ring();
    this.#pressWhenAsked(phone.legs);
  }

  /** Dials; `digits` are pressed as soon as the call asks for some. */
  async dial({ to, digits = "" }) {
    const answer = await this.act("dial", { to });
    if (answer && digits) this.toPress = { callSid: answer.call_sid, digits };
    this.changed();
  }

  press(digits) {
    keyTone(digits);
    if (!this.phone?.legs.some(isLive)) this.parts.dial.elements.to.value += digits;
    else this.act("press", { digits });
  }

  /** One move after the other: digits that are typed fast arrive in their order. */
  act(action, body) {
    if (action === "hang_up" || action === "reject") hush();
    this.turn = this.turn.then(() => this.#send(move(this.number, action, body)));
    return this.turn;
  }

  /** Pieces of sound keep their order, too. */
  #sendSound(sound, query) {
    this.turn = this.turn.then(() => this.#send(sendSound(this.number, sound, query)));
  }

  async #send(request) {
    try {
      const answer = await request;
      this.#notice("");
      this.changed();
      return answer;
    } catch (problem) {
      this.#notice(problem.message);
      return null;
    }
  }

  #notice(text) {
    setText(this.parts.notice, text);
    clearTimeout(this.noticeTimer);
    if (text) this.noticeTimer = setTimeout(() => setText(this.parts.notice, ""), NOTICE_MS);
  }

  /** Live calls, or else the last one, so that its last words stay in sight. Newest come first. */
  #showLegs(legs) {
    const live = legs.filter(isLive);
    const shown = live.length ? live : legs.slice(0, 1);
    for (const leg of [...shown].reverse()) this.#box(leg).update(leg, this.#digitsFor(leg));
    const kept = new Set(shown.map((leg) => leg.call_sid));
    for (const [sid, box] of this.legs) {
      if (kept.has(sid)) continue;
      box.leave();
      this.legs.delete(sid);
    }
    setHidden(this.parts.idle, live.length > 0);
  }

  #box(leg) {
    if (!this.legs.has(leg.call_sid)) {
      const box = new LegBox(leg.call_sid, {
        act: (action, body) => this.act(action, body),
        sendSound: (sound, query) => this.#sendSound(sound, query),
        notice: (text) => this.#notice(text),
      });
      this.legs.set(leg.call_sid, box);
      this.parts.legs.prepend(box.root);
    }
    return this.legs.get(leg.call_sid);
  }

  #digitsFor = (leg) => (this.toPress?.callSid === leg.call_sid ? this.toPress.digits : "");

  #pressWhenAsked(legs) {
    if (!this.toPress) return;
    const leg = legs.find((one) => one.call_sid === this.toPress.callSid);
    if (leg && !ENDED.has(leg.status) && leg.awaiting !== "digits") return;
    const { digits } = this.toPress;
    this.toPress = null;
    if (leg?.awaiting === "digits") this.press(digits);
  }

  #showLines(lines) {
    const key = lines.join();
    if (this.lineKey === key) return;
    this.lineKey = key;
    this.parts.lines.replaceChildren(...lines.map((line) => {
      const chip = element("button", "chip", prettyNumber(line));
      chip.type = "button";
      chip.title = `Call ${prettyNumber(line)}`;
      chip.addEventListener("click", () => this.dial({ to: line }));
      return chip;
    }));
  }

  #keys() {
    KEYS.forEach((key, i) => {
      const button = element("button", "key", key);
      button.type = "button";
      button.append(element("small", "", LETTERS[i]));
      button.setAttribute("aria-label", { "*": "star", "#": "hash" }[key] ?? key);
      button.addEventListener("click", () => this.press(key));
      this.parts.keypad.append(button);
    });
    this.root.addEventListener("keydown", (event) => {
      if (event.target.matches("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
      if (KEYS.includes(event.key)) this.press(event.key);
    });
  }

  #showBehaviour() {
    for (const [name, value] of Object.entries(this.phone?.behaviour ?? {})) {
      const field = this.parts.behaviour.elements[name];
      if (field) field.value = value ?? "";
    }
  }

  #name() {
    const { label, avatar } = this.parts;
    const show = () => {
      const name = labelOf(this.number);
      setText(avatar, [...name][0].toUpperCase());
      avatar.style.setProperty("--hue", hue(this.number));
      label.value = label.title = name;
      label.setAttribute("aria-label", `Name of ${prettyNumber(this.number)}`);
      this.root.setAttribute("aria-label", `${name}, ${prettyNumber(this.number)}`);
    };
    label.addEventListener("keydown", (event) => event.key === "Enter" && label.blur());
    label.addEventListener("change", () => {
      const { [this.number]: _, ...others } = memory.labels;
      const name = label.value.trim();
      remember({ labels: name ? { ...others, [this.number]: name } : others });
      show();
    });
    show();
  }

  #forms(hidden) {
    const { dial, more, behaviour, hide } = this.parts;
    dial.addEventListener("submit", (event) => {
      event.preventDefault();
      const target = dialString(dial.elements.to.value);
      if (!target.to) return this.#notice("Type a number first, such as +1 212 555 0100.");
      dial.elements.to.value = "";
      return this.dial(target);
    });
    behaviour.addEventListener("submit", async (event) => {
      event.preventDefault();
      const { on_ring, after, press, on_sms } = Object.fromEntries(new FormData(behaviour));
      const wanted = { on_ring, on_sms, after: Number(after), press };
      if (await this.act("behaviour", wanted)) this.#notice("Saved.");
    });
    more.addEventListener("toggle", () => more.open && this.#showBehaviour());
    hide.addEventListener("click", () => hidden(this.number));
  }
}

const isLive = (leg) => !ENDED.has(leg.status);
const hue = (number) => (Number(number.slice(-4)) * 67) % 360;
