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
const state = {
  query: feed.dataset.here, // the filters as they stand in the address
  etag: "", // of the answer that is shown
  first: true, // nothing of this query is shown yet
  hasOlder: false, // older pages have been loaded
  seen: "", // the lowest row of the newest page
  timer: 0,
  asked: 0, // how often; an answer to any other question but the last is void
};

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
      const settled = show(told, watch);
      state.etag = (settled && answer.headers.get("ETag")) || "";
      state.first = false;
    }
    dialogs.redraw();
    found();
  } catch (problem) {
    if (asked === state.asked) lost(problem);
  }
  if (asked === state.asked && !document.hidden) state.timer = setTimeout(refresh, EVERY);
}

function show(told, watch) {
  clock.synchronise(told.now);
  const { added, settled } = merge(told, watch);
  patch(strip, parse(told.conferences));
  feed.querySelector(".empty").hidden = list.childElementCount > 0;
  complain(told.wrong);
  paint();
  if (!state.first) announce(added);
  return settled;
}

// Not settled: a row stands there only as long as its message is played; it goes with a later look.
function merge(told, watch) {
  const fresh = parse(told.rows);
  const below = parse(told.watched);
  const ids = new Set(fresh.map((row) => row.dataset.id));
  const belowIds = new Set(below.map((row) => row.dataset.id));
  const lowest = fresh.at(-1)?.dataset.id ?? "";
  const overlaps = [...list.children].some((row) => ids.has(row.dataset.id));
  const gap = state.first || !told.older || !overlaps; // what stands below does not follow any more
  const gone = new Set(watch.filter((id) => !belowIds.has(id)));
  const further = ({ dataset: { id } }) => !gap && id < lowest && !gone.has(id);
  let settled = true;
  const stays = (row) => {
    if (further(row)) return true;
    if (player.isBusy(row)) settled = false;
    return player.isBusy(row);
  };
  if (!gap) fresh.push(...below.filter((row) => !ids.has(row.dataset.id)));
  const added = patch(list, fresh, { stays });
  if (gap || !state.hasOlder) linkOlder(told.older);
  state.seen = lowest;
  return { added, settled };
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
  Object.assign(state, { query, etag: "", first: true, seen: "", hasOlder: false });
  feed.querySelector(".nothing").hidden = !query;
  feed.querySelector(".first").hidden = Boolean(query);
  feed.querySelector(".newest")?.remove();
  refresh();
}

function answered({ words, done }) {
  const said = Object.assign(document.createElement("p"), { textContent: words });
  said.className = done ? "done" : "not-done";
  feed.querySelector(".reply").replaceChildren(said);
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
dialogs.start(list, strip, answered);
player.start(list, token);
paint();
refresh();
