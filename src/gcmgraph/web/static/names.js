// Search in the names of a copy of the site as files, in the browser: for the suggestions of the header
// (search.js), and for the list of its own page.

const LISTED = 100; // results of the page at most
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const words = (text) => fold(text).split(/[^\p{L}\p{N}.]+/u).filter(Boolean);

let names; // the file, read once

async function read(address) {
  names ??= fetch(address).then((response) => response.json());
  return names;
}

/** How well a name fits: 0 whole, 1 its beginning, 2 all words begin words of it; null for none. */
function fit(name, text, asked) {
  const folded = fold(name);
  if (folded === text) return 0;
  if (folded.startsWith(text)) return 1;
  const own = words(name);
  const all = asked.every((word) => own.some((other) => other.startsWith(word)) || folded.includes(word) && /\p{Script=Han}/u.test(word));
  return all ? 2 : null;
}

/** The resources whose names or codes fit a text, best first, as /search/suggest returns them. */
export async function searchNames(address, text, limit, language) {
  const { kinds, resources } = await read(address);
  const whole = fold(text.trim());
  const asked = words(text);
  if (!asked.length) return [];
  const hits = [];
  for (const { file, kind, code, names: own, others } of resources) {
    const named = own[language] ? language : own.en ? "en" : Object.keys(own)[0];
    const spellings = [[own[named], named], ...(code ? [[code, null]] : [])];
    spellings.push(...Object.entries(own).map(([tag, name]) => [name, tag]), ...others.map((name) => [name, null]));
    let best = null;
    spellings.forEach(([name, tag], place) => {
      const fits = fit(name, whole, asked);
      if (fits !== null && (!best || fits < best.fits)) best = { fits, place, text: name, language: tag };
    });
    if (!best) continue;
    const folder = language === "en" ? "" : `${language}/`;
    hits.push({
      order: [best.fits, Math.min(best.place, 1), own[named].length],
      label: { text: own[named], language: named },
      match: { text: best.text, language: best.language },
      notation: code,
      kind_name: kinds[kind][language],
      href: new URL(`../${folder}${file}`, address).href,
    });
  }
  hits.sort((a, b) => a.order.map((value, n) => value - b.order[n]).find(Boolean) ?? 0);
  return hits.slice(0, limit);
}

/** Fill the list of the page with what its address asks for. */
async function list(form) {
  const text = new URLSearchParams(location.search).get("q") ?? "";
  form.q.value = text;
  if (!text.trim()) return;
  const address = new URL(form.dataset.results, location).href;
  const results = await searchNames(address, text, LISTED, document.documentElement.lang);
  document.getElementById("found").textContent = results.length ? "" : document.getElementById("found").dataset.none;
  document.getElementById("results").replaceChildren(...results.map((result) => {
    const link = Object.assign(document.createElement("a"), { href: result.href, textContent: result.label.text, lang: result.label.language, dir: "auto" });
    const kind = Object.assign(document.createElement("span"), { className: "where", textContent: result.kind_name });
    const item = document.createElement("li");
    item.append(link, " ", kind);
    return item;
  }));
}

const form = document.querySelector("form[data-results]");
if (form) list(form);
