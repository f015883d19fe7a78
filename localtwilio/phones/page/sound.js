// Key tones, ringing, beeps, and captions read aloud. Silent until the first key or click, as browsers require.

import { memory } from "./memory.js";

const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477];
const KEYS = "123456789*0#";
const RING = [440, 480];
const RING_EVERY_MS = 4000;
const BEEP = 1000;
const AGAIN_MS = 2000;

let context;
let lastRing = 0;
let lastSaid = { text: "", at: 0 };

export function keyTone(key) {
  const at = KEYS.indexOf(key);
  if (at >= 0) tone([ROWS[Math.floor(at / 3)], COLUMNS[at % 3]], 0.12, 0.05);
}

/** Call it as often as you like while a phone rings: it sounds every four seconds. */
export function ring() {
  if (Date.now() - lastRing < RING_EVERY_MS) return;
  lastRing = Date.now();
  tone(RING, 1.4, 0.025);
}

export const hasVoices = () => Boolean(window.speechSynthesis?.getVoices().length);

/** A caption: a beep beeps, ringing rings, words are spoken where the browser has voices. */
export function hear(text) {
  if (text === "(beep)") tone([BEEP], 0.4, 0.05);
  else if (text === "(ringing)") tone(RING, 1.4, 0.025);
  else if (!text.startsWith("(")) say(text);
}

/** In a room two handsets of this page hear the same words: they are spoken once. */
function say(text) {
  if (!memory.voice || !hasVoices()) return;
  const again = text === lastSaid.text && Date.now() - lastSaid.at < AGAIN_MS;
  lastSaid = { text, at: Date.now() };
  if (!again) speechSynthesis.speak(new SpeechSynthesisUtterance(text));
}

export const hush = () => window.speechSynthesis?.cancel();

function tone(frequencies, seconds, volume) {
  if (!memory.sounds || !navigator.userActivation?.hasBeenActive) return;
  context ??= new AudioContext();
  const level = new GainNode(context, { gain: 0 });
  const now = context.currentTime;
  level.gain.linearRampToValueAtTime(volume, now + 0.01);
  level.gain.setValueAtTime(volume, now + seconds - 0.03);
  level.gain.linearRampToValueAtTime(0, now + seconds);
  level.connect(context.destination);
  for (const frequency of frequencies) {
    const oscillator = new OscillatorNode(context, { frequency });
    oscillator.connect(level);
    oscillator.start(now);
    oscillator.stop(now + seconds);
  }
}
