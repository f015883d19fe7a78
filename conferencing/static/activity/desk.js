// The control desk: looks at the server every two seconds, and asks without leaving the page.
// Without it every button is a form that works.

import * as clock from "./clock.js";
import { morph, parse } from "./morph.js";

const EVERY = 2000; // milliseconds between an answer and the next look
const PATIENCE = 8000; // milliseconds for an answer

const desk = document.querySelector(".desk");
const reply = desk.querySelector("#reply");
const told = desk.querySelector(".pulse .told");
const really = document.querySelector("#really");
const state = {
  etag: "", // of the answer that is shown
  timer: 0,
  asked: 0, // how often; an answer to any other question but the last is void
};

const live = () => desk.querySelector(".live");
const isOver = () => live().dataset.over === "yes";
const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

async function look(etag) {
  const headers = etag ? { "If-None-Match": etag } : {};
  const signal = AbortSignal.timeout(PATIENCE);
  const answer = await fetch(desk.dataset.live, { headers, signal, redirect: "manual" });
  if (answer.type === "opaqueredirect") throw new Error("You are signed out: sign in again");
  if (answer.status === 403) throw new Error("You may not see this page any more");
  if (!answer.ok && answer.status !== 304) throw new Error(`The server answers ${answer.status}`);
  return answer;
}

async function refresh() {
  clearTimeout(state.timer);
  const asked = ++state.asked;
  try {
    const answer = await look(state.etag);
    if (asked !== state.asked) return;
    if (answer.status !== 304) {
      const { now, html } = await answer.json();
      if (asked !== state.asked) return;
      state.etag = answer.headers.get("ETag") ?? "";
      show(now, html);
    }
    found();
  } catch (problem) {
    if (asked === state.asked) lost(problem);
  }
  if (asked === state.asked && !document.hidden && !isOver()) state.timer = setTimeout(refresh, EVERY);
}

function show(now, html) {
  clock.synchronise(now);
  const focused = document.activeElement?.closest("[data-id], .commands");
  const fresh = parse(html).find((element) => element.matches(".live"));
  morph(live(), fresh);
  clock.paint();
  if (document.activeElement === document.body) focusNear(focused);
}

// The button that had the focus is gone: its neighbours are still there.
function focusNear(place) {
  if (!place?.isConnected) return;
  const neighbour = place.querySelector("button") ?? place.querySelector("a");
  neighbour?.focus({ preventScroll: true });
}

function found() {
  desk.classList.remove("lost");
  told.textContent = isOver() ? "" : `as of ${clock.timeOfDay()}`;
  told.parentElement.hidden = isOver();
}

function lost(problem) {
  if (!desk.classList.contains("lost")) {
    const unreachable = problem instanceof TypeError || problem.name === "TimeoutError";
    const what = unreachable ? "The server cannot be reached" : problem.message;
    told.textContent = `${what}; you see it ${told.textContent}. Trying again…`;
  }
  desk.classList.add("lost");
}

async function ask(action, body) {
  const headers = { "X-CSRFToken": token(), "X-Requested-With": "fetch" };
  const signal = AbortSignal.timeout(PATIENCE);
  const options = { method: "POST", headers, body, signal, redirect: "manual" };
  try {
    const answer = await fetch(action, options);
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    if (isJson) return await answer.json();
    const signedOut = answer.type === "opaqueredirect";
    return { words: signedOut ? "You are signed out: sign in again." : "You may not do this.", done: false };
  } catch {
    return { words: "The server cannot be reached: it was perhaps not done.", done: false };
  }
}

function say({ words, done }) {
  const said = document.createElement("p");
  said.className = done ? "done" : "not-done";
  said.textContent = words;
  reply.replaceChildren(said);
}

function sure(question) {
  really.querySelector("p").textContent = question;
  really.returnValue = "";
  really.showModal();
  return new Promise((resolve) => {
    really.addEventListener("close", () => resolve(really.returnValue === "yes"), { once: true });
  });
}

desk.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { target: form, submitter: button } = event;
  if (button?.ariaBusy) return; // pressed twice: it is under way
  if (button?.dataset.sure && !(await sure(button.dataset.sure))) return;
  const action = button?.hasAttribute("formaction") ? button.formAction : form.action;
  const body = new FormData(form, button);
  button?.setAttribute("aria-busy", "true");
  const answer = await ask(action, body);
  button?.removeAttribute("aria-busy");
  say(answer);
  if (answer.done && form.dataset.keep) form.reset();
  const more = answer.done && form.closest("details");
  if (more) {
    more.open = false;
    more.querySelector("summary").focus();
  }
  refresh();
});

document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(state.timer) : refresh()));
addEventListener("online", refresh);

clock.synchronise(desk.dataset.now);
if (!isOver()) {
  clock.paint();
  refresh();
}
