// The drawer with a call's timeline, and the question before a conference is ended;
// what is asked of a conference.

import { morph } from "./morph.js";

const drawer = document.querySelector("#timeline");
const really = document.querySelector("#really");
let shown = ""; // address of the timeline in the drawer

export async function redraw() {
  if (!drawer.open || !shown) return;
  const asked = shown;
  const answer = await fetch(asked, { redirect: "manual" }).catch(() => null);
  if (!answer?.ok || asked !== shown) return;
  const fresh = document.createElement("div");
  fresh.className = "inside";
  fresh.innerHTML = await answer.text(); // our own template, which has escaped every word
  morph(drawer.querySelector(".inside"), fresh);
}

export function start(list, conferences, asked) {
  list.addEventListener("click", (event) => {
    const row = event.target.closest(".row");
    if (!row || event.target.closest(".message") || event.metaKey || event.ctrlKey || event.shiftKey)
      return;
    if (getSelection()?.toString()) return; // somebody is copying a number
    event.preventDefault();
    shown = row.querySelector(".open").dataset.timeline;
    drawer.querySelector(".inside").replaceChildren();
    drawer.showModal();
    redraw();
  });
  drawer.addEventListener("click", (event) => {
    if (event.target === drawer) drawer.close();
  });
  conferences.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const { end } = form.dataset;
    if (end !== undefined && !(await sure(`End “${end}” for everybody in it?`))) return;
    asked(await ask(form));
  });
}

// What is said of it, and whether it was done.
async function ask(form) {
  const headers = { "X-Requested-With": "fetch" };
  const body = new FormData(form);
  try {
    const answer = await fetch(form.action, { method: "POST", headers, body, redirect: "manual" });
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    return isJson ? await answer.json() : { words: "You may not do this.", done: false };
  } catch {
    return { words: "The server cannot be reached: it was perhaps not done.", done: false };
  }
}

function sure(question) {
  really.querySelector("p").textContent = question;
  really.returnValue = "";
  really.showModal();
  return new Promise((resolve) => {
    really.addEventListener("close", () => resolve(really.returnValue === "end"), { once: true });
  });
}
