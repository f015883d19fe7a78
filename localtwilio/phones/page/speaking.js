// What a person says into the phone: a typed sentence, or the microphone where the browser gives it.

import { setHidden } from "./dom.js";
import { hasMicrophone, Microphone } from "./microphone.js";
import { secondsOf } from "./words.js";

export class Speaking {
  /** `hands` move the handset: act(action, body), sendSound(sound, query), notice(text). */
  constructor(callSid, form, hands) {
    this.callSid = callSid;
    this.form = form;
    this.hands = hands;
    this.until = 0; // when the last typed sentence has been said
    this.button = form.querySelector(".mic");
    this.button.addEventListener("click", () => (this.microphone ? this.hush() : this.#listen()));
    form.addEventListener("submit", (event) => this.#typed(event));
  }

  /** The microphone is for messages: in a talk, others read what is said. */
  update({ talks, recorded }) {
    setHidden(this.form, !talks);
    setHidden(this.button, !recorded || !hasMicrophone());
    if (!recorded && this.microphone) this.hush();
  }

  /** Seconds that a typed sentence still takes; who hangs up before cuts it short. */
  get left() {
    return Math.max(0, Math.ceil((this.until - Date.now()) / 1000));
  }

  hush() {
    this.microphone?.stop();
    this.microphone = null;
    this.#show();
  }

  #typed(event) {
    event.preventDefault();
    const field = this.form.elements.text;
    const text = field.value.trim();
    field.value = "";
    if (!text) return;
    const seconds = secondsOf(text);
    this.until = Math.max(this.until, Date.now()) + seconds * 1000;
    this.hands.act("speak", { call_sid: this.callSid, seconds, text });
  }

  async #listen() {
    let text = "(your voice)"; // said once, though sound comes in pieces
    this.microphone = new Microphone((sound) => {
      this.hands.sendSound(sound, { call_sid: this.callSid, text });
      text = "";
    });
    this.#show();
    try {
      await this.microphone.start();
    } catch {
      this.hush();
      this.hands.notice("The browser gives no microphone: type what you say.");
    }
  }

  #show() {
    this.button.setAttribute("aria-pressed", Boolean(this.microphone));
  }
}
