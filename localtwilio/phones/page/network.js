// The control API of the local telephone network: every request this page makes.

const PATIENCE_MS = 5000;

export class Refused extends Error {}
export class Unreachable extends Error {}

export const listPhones = () => request("GET", "/phones");
export const touchPhone = (number) => request("GET", phonePath(number));
export const move = (number, action, body = {}) =>
  request("POST", `${phonePath(number)}/${action}`, body);

/** Sound, in words of the control API: a WAV file, and a query of what else there is to say. */
export const sendSound = (number, sound, query) =>
  request("POST", `${phonePath(number)}/speak?${new URLSearchParams(query)}`, sound);

const phonePath = (number) => `/phones/${encodeURIComponent(number)}`;

async function request(method, path, body) {
  const options = { method, signal: AbortSignal.timeout(PATIENCE_MS) };
  if (body instanceof Blob) options.body = body; // its own type becomes the header
  else if (body !== undefined) {
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Unreachable("The telephone network does not answer.");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(reason(answer, response.status));
  return answer;
}

function reason(answer, status) {
  const found = [answer.detail, answer.error, answer.message].find((x) => typeof x === "string");
  return found ?? (status === 409 ? "That is not possible now." : `Refused (${status}).`);
}
