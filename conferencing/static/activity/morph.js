// Turn what the page shows into what the server says, touching only what differs: a node that
// stays the same keeps its focus, its scroll position and its place.

export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return [...template.content.children];
}

export function morph(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  if (old.dataset.keep) return; // a player: what it shows is its own affair
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  }
  morphChildren(old, fresh);
}

function morphChildren(old, fresh) {
  let at = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    let match = at;
    while (match && !alike(match, child)) match = match.nextSibling;
    if (!match) {
      old.insertBefore(child, at);
      continue;
    }
    at = removeUntil(at, match);
    morph(match, child);
    at = match.nextSibling;
  }
  removeUntil(at, null);
}

function removeUntil(at, end) {
  while (at !== end) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
  return end;
}

function alike(one, other) {
  if (one.nodeName !== other.nodeName) return false;
  if (one.nodeType !== Node.ELEMENT_NODE) return true;
  return (
    one.classList[0] === other.classList[0] &&
    one.dataset.id === other.dataset.id &&
    one.dataset.keep === other.dataset.keep
  );
}

// Keyed children in the order of `fresh`; those that are not in it go, except for the busy ones.
// Ids sort as their times do, so what stays never moves.
export function patch(list, fresh, { stays = () => false } = {}) {
  const known = new Map([...list.children].map((child) => [child.dataset.id, child]));
  const wanted = new Set(fresh.map((child) => child.dataset.id));
  for (const [id, child] of known) {
    if (wanted.has(id)) continue;
    if (stays(child)) fresh.push(child);
    else child.remove();
  }
  fresh.sort((one, other) => (one.dataset.id < other.dataset.id ? 1 : -1));
  const added = [];
  let at = list.firstElementChild;
  for (const child of fresh) {
    const old = known.get(child.dataset.id);
    if (!old) {
      list.insertBefore(child, at);
      added.push(child);
      continue;
    }
    if (old !== child && (!child.dataset.version || old.dataset.version !== child.dataset.version)) {
      morph(old, child);
    }
    at = old.nextElementSibling;
  }
  return added;
}
