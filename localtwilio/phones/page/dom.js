// Small helpers that touch the page only where something changed, so that nothing flickers or loses focus.

export function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

/** A copy of a template's element, and its named parts by selector. */
export function from(templateId, selectors) {
  const template = document.getElementById(templateId);
  const root = template.content.firstElementChild.cloneNode(true);
  const parts = { root };
  for (const [name, selector] of Object.entries(selectors)) parts[name] = root.querySelector(selector);
  return parts;
}

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function setData(node, name, value) {
  if (node.dataset[name] !== value) node.dataset[name] = value;
}

/** Hides; a focused element hands its focus to its handset first, or the keyboard would be lost. */
export function setHidden(node, hidden) {
  if (node.hidden === hidden) return;
  if (hidden && node.contains(document.activeElement)) node.closest(".handset")?.focus();
  node.hidden = hidden;
}

/** Makes `list` hold one child per item, in order, reusing those whose key is already there. */
export function reconcile(list, items, keyOf, make) {
  const known = new Map([...list.children].map((child) => [child.dataset.key, child]));
  items.forEach((item, i) => {
    const key = String(keyOf(item));
    let child = known.get(key);
    if (!child) {
      child = make(item);
      child.dataset.key = key;
    }
    known.delete(key);
    if (list.children[i] !== child) list.insertBefore(child, list.children[i] ?? null);
  });
  for (const gone of known.values()) gone.remove();
}
