// Queries stored in this browser, each in a tab with a name. Nothing of them is sent but what is run.

const KEY = "gcmgraph.queries";

/** Tabs at most; a link with another query then takes the place of the last one. */
const MOST = 12;

function stored() {
  try {
    const read = JSON.parse(localStorage.getItem(KEY));
    if (Array.isArray(read?.tabs) && read.tabs.every(({ name, query }) => typeof name === "string" && typeof query === "string")) return read;
  } catch {
    // no storage, or something else in it
  }
  return null;
}

/** The tabs in `place`, and the query of the chosen one in `editor`; `first` is the query that the page came with. */
export function tabs(place, editor, site, first) {
  const asked = new URLSearchParams(location.search).has("query");
  let { tabs: all, current } = stored() ?? { tabs: [], current: 0 };
  if (!all.length || (asked && !all.some(({ query }) => query === first))) {
    all = all.slice(0, MOST - 1);
    all.push({ name: name(), query: first });
  }
  current = asked ? all.findIndex(({ query }) => query === first) : Math.min(Math.max(current | 0, 0), all.length - 1);

  function name() {
    const used = new Set(all.map((tab) => tab.name));
    for (let number = 1; ; number += 1) {
      const free = site.words.tab.replace("{number}", number);
      if (!used.has(free)) return free;
    }
  }

  function keep() {
    try {
      localStorage.setItem(KEY, JSON.stringify({ tabs: all, current }));
    } catch {
      // full or not allowed: the tabs last as long as the page
    }
  }

  function choose(index) {
    current = index;
    editor.replace(all[current].query);
    draw();
    keep();
  }

  function button(text, label, action) {
    const made = Object.assign(document.createElement("button"), { type: "button", textContent: text });
    if (label) made.setAttribute("aria-label", label);
    made.addEventListener("click", action);
    return made;
  }

  function draw() {
    const named = all.map((tab, index) => {
      const made = button(tab.name, null, () => choose(index));
      made.setAttribute("aria-pressed", String(index === current));
      return made;
    });
    const rename = button(site.words.rename, null, () => {
      const chosen = prompt(site.words.name, all[current].name)?.trim().slice(0, 40);
      if (chosen) {
        all[current].name = chosen;
        draw();
        keep();
      }
    });
    const add = button("+", site.words.add, () => {
      all.push({ name: name(), query: "" });
      choose(all.length - 1);
      editor.focus();
    });
    const drop = button("×", site.words.drop, () => {
      if (all[current].query.trim() && !confirm(site.words.dropping.replace("{name}", all[current].name))) return;
      all.splice(current, 1);
      if (!all.length) all.push({ name: name(), query: "" });
      choose(Math.min(current, all.length - 1));
    });
    add.disabled = all.length >= MOST;
    place.replaceChildren(...named, add, rename, drop);
  }

  draw();
  if (editor.text() !== all[current].query) editor.replace(all[current].query);
  keep();
  return {
    /** Keep what was typed. */
    typed(query) {
      if (all[current].query === query) return;
      all[current].query = query;
      keep();
    },
  };
}
