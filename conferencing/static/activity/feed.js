// The feed looks at the server every two seconds while somebody can see it.

import * as clock from "./clock.js";
import * as dialogs from "./dialogs.js";
import * as filters from "./filters.js";
import * as player from "./player.js";
import { parse, patch } from "./morph.js";

const EVERY = 2000; // milliseconds between an answer and the next look
const PATIENCE = 8000; // milliseconds for an answer
const MOST_WATCHED = 100;

const feed = document.querySelector("#feed");
const list = feed.querySelector(".rows");
const strip = feed.querySelector(".conferences");
const older = feed.querySelector(".older");
const pulse = feed.querySelector(".pulse .said");
const state = { query: feed.dataset.here, etag: "", hasOlder: false, timer: 0, asked: 0, seen: "" };

const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
const address = (query) => `${feed.dataset.rows}?${query}`;

async function ask(query, etag = "") {
  const headers = etag ? { "If-None-Match": etag } : {};
  const signal = AbortSignal.timeout(PATIENCE);
  const answer = await fetch(address(query), { headers, signal, redirect: "manual" });
  if (answer.type === "opaqueredirect") throw new Error("You are signed out: sign in again");
  if (answer.status === 403) throw new Error("You may not see this page any more");
  if (!answer.ok && answer.status !== 304) throw new Error(`The server answers ${answer.status}`);
  return answer;
}

// Rows further down that may still change: the top page does not tell of them.
function watched() {
  const open = list.querySelectorAll(".row:is(.live, :has(.dot), :has(.state))");
  const ids = [...open].map((row) => row.dataset.id).filter((id) => state.seen && id < state.seen);
  return ids.slice(0, MOST_WATCHED);
}

async function refresh() {
  clearTimeout(state.timer);
  const asked = ++state.asked;
  const watch = watched();
  const query = [state.query, watch.length ? `watch=${watch}` : ""].filter(Boolean).join("&");
  try {
    const answer = await ask(query, state.etag);
    if (asked !== state.asked) return;
    if (answer.status !== 304) {
      const told = await answer.json();
      if (asked !== state.asked) return;
      show(told, watch);
      state.etag = answer.headers.get("ETag") ?? "";
      dialogs.redraw();
    }
    found();
  } catch (problem) {
    if (asked === state.asked) lost(problem);
  }
  if (asked === state.asked && !document.hidden) state.timer = setTimeout(refresh, EVERY);
}

function show(told, watch) {
  clock.synchronise(told.now);
  const fresh = parse(told.rows);
  const below = parse(told.watched);
  const first = !state.etag;
  const lowest = fresh.at(-1)?.dataset.id ?? "";
  const overlaps = fresh.some((row) => list.querySelector(`[data-id="${row.dataset.id}"]`));
  const gap = first || !told.older || !overlaps; // what is further down is not what follows any more
  const gone = new Set(watch.filter((id) => !below.some((row) => row.dataset.id === id)));
  const further = (row) => row.dataset.id < lowest && !gap && !gone.has(row.dataset.id);
  const known = new Set(fresh.map((row) => row.dataset.id));
  const all = [...fresh, ...below.filter((row) => !known.has(row.dataset.id) && !gap)];
  const stays = (row) => further(row) || player.isBusy(row);
  const added = patch(list, all, { stays });
  if (gap || !state.hasOlder) linkOlder(told.older);
  state.seen = lowest;
  patch(strip, parse(told.conferences));
  feed.querySelector(".empty").hidden = list.childElementCount > 0;
  complain(told.wrong);
  paint();
  if (!first) announce(added);
}

function linkOlder(query) {
  state.hasOlder = false;
  older.hidden = !query;
  older.search = query;
}

function complain(wrong) {
  const said = wrong.map((words) => Object.assign(document.createElement("p"), { textContent: words }));
  feed.querySelector(".wrong").replaceChildren(...said);
}

function announce(added) {
  for (const row of added) row.classList.add("new");
  const calls = added.filter((row) => row.querySelector(".way.in"));
  if (!calls.length) return;
  const who = calls[0].querySelector(".open").textContent;
  const words = calls.length > 1 ? `${calls.length} new calls` : `New call from ${who}`;
  document.querySelector("#news").textContent = words;
}

function paint() {
  clock.paint();
  player.paint();
}

function found() {
  if (feed.classList.contains("lost")) document.querySelector("#news").textContent = "Back again";
  feed.classList.remove("lost");
  pulse.textContent = `as of ${clock.timeOfDay()}`;
}

function lost(problem) {
  if (!feed.classList.contains("lost")) {
    const since = pulse.textContent;
    const words = problem instanceof TypeError || problem.name === "TimeoutError";
    const what = words ? "The server cannot be reached" : problem.message;
    pulse.textContent = `${what}; you see it ${since}. Trying again…`;
    document.querySelector("#news").textContent = what;
  }
  feed.classList.add("lost");
}

function showOther(query) {
  Object.assign(state, { query, etag: "", seen: "", hasOlder: false });
  feed.querySelector(".nothing").hidden = !query;
  feed.querySelector(".first").hidden = Boolean(query);
  feed.querySelector(".newest")?.remove();
  refresh();
}

older.addEventListener("click", async (event) => {
  event.preventDefault();
  const shown = state.query;
  older.classList.add("busy");
  try {
    const told = await (await ask(older.search.slice(1))).json();
    if (shown !== state.query) return;
    const rows = parse(told.rows).filter((row) => !list.querySelector(`[data-id="${row.dataset.id}"]`));
    list.append(...rows);
    linkOlder(told.older);
    state.hasOlder = true;
    paint();
    rows[0]?.querySelector(".open").focus({ preventScroll: true });
  } catch (problem) {
    lost(problem);
  } finally {
    older.classList.remove("busy");
  }
});

list.addEventListener("keydown", (event) => {
  if (!event.target.matches(".open") || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const row = event.target.closest(".row");
  const next = event.key === "ArrowDown" ? row.nextElementSibling : row.previousElementSibling;
  next?.querySelector(".open").focus();
  event.preventDefault();
});

document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(state.timer) : refresh()));
addEventListener("online", refresh);

clock.synchronise(feed.dataset.now);
filters.start(feed.querySelector(".filters"), showOther);
dialogs.start(list, strip, refresh);
player.start(list, token);
paint();
refresh();
