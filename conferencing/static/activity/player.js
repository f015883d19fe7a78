// One audio element for all messages: it lives outside of the rows, so nothing that happens to
// them stops it. The row of its message shows what it does.

import { asClock } from "./clock.js";

const SPEEDS = [1, 1.25, 1.5, 2];
const KEPT_SPEED = "partyline.speed";
const audio = new Audio();
let current = ""; // id of the message
let told = ""; // the message of which the server knows that it is being heard
let wanted = null; // seconds to begin at, before anything is loaded

audio.preload = "metadata";
let speed = Number(localStorage.getItem(KEPT_SPEED)) || 1;
if (!SPEEDS.includes(speed)) speed = 1;

const playerOf = (id) => (id ? document.querySelector(`.player[data-keep="${id}"]`) : null);
const lengthOf = (player) =>
  Number.isFinite(audio.duration) && player.dataset.keep === current
    ? audio.duration
    : Number(player.dataset.seconds);

// From its first second to its last, also while it pauses.
export const isBusy = (row) =>
  Boolean(current) &&
  !audio.ended &&
  (!audio.paused || audio.currentTime > 0) &&
  row.querySelector(".player")?.dataset.keep === current;

function select(player) {
  if (player.dataset.keep === current) return;
  const before = playerOf(current);
  current = player.dataset.keep;
  wanted = null;
  audio.src = player.dataset.audio;
  audio.playbackRate = audio.defaultPlaybackRate = speed;
  if (before) show(before, 0, false);
}

async function toggle(player) {
  select(player);
  if (!audio.paused) return audio.pause();
  try {
    await audio.play();
  } catch (problem) {
    if (problem.name !== "AbortError") complain(player);
  }
}

function complain(player) {
  player.classList.add("broken");
  player.querySelector(".position").textContent = "cannot be played";
}

function seek(player, seconds) {
  select(player);
  if (audio.readyState >= HTMLMediaElement.HAVE_METADATA) audio.currentTime = seconds;
  else wanted = seconds;
  show(player, seconds, !audio.paused);
}

function show(player, at, playing) {
  const length = lengthOf(player);
  const slider = player.querySelector(".seek");
  if (Number(slider.max) !== length && length) slider.max = length;
  slider.value = at;
  slider.style.setProperty("--played", `${length ? (100 * at) / length : 0}%`);
  slider.setAttribute("aria-valuetext", `${asClock(at)} of ${asClock(length)}`);
  player.querySelector(".position").textContent = `${asClock(at)} / ${asClock(length)}`;
  player.classList.toggle("playing", playing);
  player.querySelector("use").setAttribute("href", playing ? "#icon-pause" : "#icon-play");
  const button = player.querySelector(".play");
  const words = button.getAttribute("aria-label").replace(/^(Play|Pause)/, "");
  button.setAttribute("aria-label", (playing ? "Pause" : "Play") + words);
}

function showSpeeds(root) {
  for (const button of root.querySelectorAll(".player .speed")) {
    button.textContent = `${speed}×`;
    button.setAttribute("aria-label", `Speed: ${speed} ×`);
  }
}

export function paint(root = document) {
  showSpeeds(root);
  const player = playerOf(current);
  if (player) show(player, wanted ?? audio.currentTime, !audio.paused && !audio.ended);
}

function faster() {
  speed = SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length];
  audio.playbackRate = audio.defaultPlaybackRate = speed;
  localStorage.setItem(KEPT_SPEED, speed);
  showSpeeds(document);
}

async function tellHeard(token) {
  const player = playerOf(current);
  if (!player?.dataset.heard || told === current) return;
  told = current;
  const headers = { "X-CSRFToken": token(), "X-Requested-With": "fetch" };
  const answer = await fetch(player.dataset.heard, { method: "POST", headers, redirect: "manual" }).catch(() => null);
  if (answer?.ok) player.closest(".row")?.querySelector(".dot")?.remove();
  else told = "";
}

export function start(list, token) {
  list.addEventListener("click", (event) => {
    const player = event.target.closest(".player");
    if (event.target.closest(".play")) toggle(player);
    else if (event.target.closest(".speed")) faster();
  });
  list.addEventListener("input", (event) => {
    if (event.target.matches(".seek")) seek(event.target.closest(".player"), Number(event.target.value));
  });
  audio.addEventListener("loadedmetadata", () => {
    if (wanted !== null) audio.currentTime = wanted;
    wanted = null;
    paint();
  });
  for (const name of ["timeupdate", "play", "pause", "ended", "seeked"]) {
    audio.addEventListener(name, () => paint());
  }
  audio.addEventListener("playing", () => tellHeard(token));
  audio.addEventListener("error", () => {
    const player = playerOf(current);
    if (player) complain(player);
  });
  paint();
}
