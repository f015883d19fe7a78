// The filters stand in the address, so that a view can be bookmarked and sent to a colleague.

const TYPING = 300; // milliseconds without a key before a search begins

function queryOf(form) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (value && name !== "tz") query.set(name, value);
  }
  if (query.has("since") || query.has("until")) query.set("tz", zone);
  return query.toString();
}

function fill(form, search) {
  const query = new URLSearchParams(search);
  for (const field of form.elements) {
    if (!field.name) continue;
    if (field.type === "checkbox") field.checked = query.has(field.name);
    else field.value = query.get(field.name) ?? "";
  }
}

export function start(form, show) {
  const address = (query) => form.action.split("?")[0] + (query ? `?${query}` : "");
  const csv = form.querySelector(".csv");
  let typing = 0;

  function settle(query) {
    csv.href = csv.href.split("?")[0] + (query ? `?${query}` : "");
    form.querySelector(".clear").hidden = !query;
    show(query);
  }

  function apply({ typed = false } = {}) {
    clearTimeout(typing);
    const query = queryOf(form);
    if (address(query) === location.href) return;
    history[typed ? "replaceState" : "pushState"](null, "", address(query));
    settle(query);
  }

  form.classList.add("scripted"); // no button needed: each choice applies at once
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
  });
  form.addEventListener("change", () => apply());
  form.elements.q.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => apply({ typed: true }), TYPING);
  });
  form.querySelector(".clear").addEventListener("click", (event) => {
    event.preventDefault();
    fill(form, "");
    apply();
    form.elements.q.focus();
  });
  addEventListener("popstate", () => {
    fill(form, location.search);
    settle(location.search.slice(1));
  });
}
