// The page of the local telephone network: asks for news a few times a second and shows the handsets.

import { element, reconcile, setData, setHidden, setText } from "./dom.js";
import { Handset } from "./handset.js";
import { hide, labelOf, memory, remember, show } from "./memory.js";
import { listPhones, touchPhone, Unreachable } from "./network.js";
import { hasVoices, hush } from "./sound.js";
import { e164, prettyNumber } from "./words.js";

const EVERY_MS = 400;
const EVERY_MS_UNSEEN = 2000;
const AUTOMATIC = 8; // handsets shown without being asked for; a load test has hundreds
const OTHERS = 40;

const at = (id) => document.getElementById(id);
const cards = new Map();
let timer;
let asking = false;
let again = false;

async function poll() {
  clearTimeout(timer);
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  again = false;
  try {
    await refresh();
    reached(true);
  } catch (problem) {
    reached(false);
    if (!(problem instanceof Unreachable)) console.error(problem);
  }
  asking = false;
  timer = setTimeout(poll, again ? 0 : document.hidden ? EVERY_MS_UNSEEN : EVERY_MS);
}

async function refresh() {
  const { phones, lines } = await listPhones();
  const known = new Map(phones.map((phone) => [phone.number, phone]));
  const missing = memory.shown.filter((number) => !known.has(number));
  for (const number of missing) known.set(number, await touchPhone(number).catch(() => null));
  adopt([...known.keys()]);
  const shown = memory.shown.filter((number) => known.get(number));
  render(shown, known, lines);
}

/** Handsets somebody else brought to life (a script, the forward phone) come into view while there is room. */
function adopt(numbers) {
  for (const number of numbers) {
    if (memory.shown.length >= AUTOMATIC) return;
    if (!memory.shown.includes(number) && !memory.hidden.includes(number)) show(number);
  }
}

function render(shown, known, lines) {
  for (const number of shown) {
    if (!cards.has(number)) cards.set(number, new Handset(number, { changed: poll, hidden: conceal }));
  }
  for (const number of [...cards.keys()]) if (!shown.includes(number)) cards.delete(number);
  reconcile(at("handsets"), shown, (number) => number, (number) => cards.get(number).root);
  for (const number of shown) cards.get(number).update(known.get(number), lines);
  reconcile(at("lines"), lines, (line) => line, (line) => new Option(prettyNumber(line), line));
  renderJump(shown, known);
  renderOthers([...known.values()].filter((phone) => phone && !shown.includes(phone.number)));
  setHidden(at("nobody"), shown.length > 0);
  setText(at("summary"), summary(lines));
}

function summary(lines) {
  if (!lines.length) return "No lines: start it with --line +12125550100";
  const numbers = lines.map((line) => prettyNumber(line).replaceAll(" ", "\u00a0"));
  return `${lines.length === 1 ? "Line" : "Lines"} ${numbers.join(" · ")}`;
}

function renderJump(shown, known) {
  reconcile(at("jump"), shown, (number) => number, (number) => {
    const link = element("a");
    link.href = `#handset-${number.slice(1)}`;
    return link;
  });
  shown.forEach((number, i) => {
    const link = at("jump").children[i];
    setText(link, labelOf(number));
    setData(link, "state", known.get(number).state);
  });
}

function renderOthers(phones) {
  setHidden(at("others"), phones.length === 0);
  const some = phones.slice(0, OTHERS);
  reconcile(at("other-list"), some, (phone) => phone.number, (phone) => {
    const chip = element("button", "chip", prettyNumber(phone.number));
    chip.type = "button";
    chip.addEventListener("click", () => {
      show(phone.number);
      poll();
    });
    return chip;
  });
  some.forEach((phone, i) => {
    setData(at("other-list").children[i], "state", phone.state);
  });
}

function conceal(number) {
  hide(number);
  poll();
}

function reached(yes) {
  setHidden(at("lost"), yes);
  document.body.classList.toggle("is-lost", !yes);
}

function addHandset(event) {
  event.preventDefault();
  const field = event.target.elements.number;
  const number = e164(field.value);
  setText(at("add-error"), number ? "" : "Type a whole number, such as +1 212 555 0114.");
  if (!number) return;
  field.value = "";
  touchPhone(number)
    .then(() => show(number))
    .then(poll)
    .catch((problem) => setText(at("add-error"), problem.message));
}

function bindSwitch(id, name) {
  const button = at(id);
  button.setAttribute("aria-pressed", memory[name]);
  button.addEventListener("click", () => {
    remember({ [name]: !memory[name] });
    button.setAttribute("aria-pressed", memory[name]);
    if (!memory.voice) hush();
  });
}

const offerVoice = () => setHidden(at("voice"), !hasVoices());

bindSwitch("sounds", "sounds");
bindSwitch("voice", "voice");
offerVoice();
window.speechSynthesis?.addEventListener("voiceschanged", offerVoice);
document.addEventListener("visibilitychange", () => document.hidden || poll());
at("add").addEventListener("submit", addHandset);
poll();
