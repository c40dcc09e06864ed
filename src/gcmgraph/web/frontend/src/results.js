// Answers as tables. Everything that comes from the graph is set as text, never as HTML.

import { download } from "./permalink.js";
import { views } from "./views.js";

const SHOWN_ROWS = 500;
const RESULT_FORMATS = { json: "JSON", csv: "CSV", tsv: "TSV", xlsx: "XLSX", xml: "XML" };
const GRAPH_FORMATS = { ttl: "Turtle", jsonld: "JSON-LD", rdf: "RDF/XML", nt: "N-Triples" };

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.filter((child) => child !== null));
  return made;
}

function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** The form of a message that goes with a number. */
function counted(forms, number, site) {
  return forms[new Intl.PluralRules(site.language).select(number)] ?? forms.other;
}

export function showMessage(place, text) {
  place.replaceChildren(element("p", { className: "note" }, text));
}

export function showProblem(place, problem, site) {
  const where = problem.line ? filled(site.words.place, { line: problem.line, column: problem.column ?? 1 }) + ": " : "";
  const box = element("div", { className: "problem" }, element("p", {}, element("strong", {}, where), problem.detail));
  box.setAttribute("role", "alert");
  if (problem.hint) box.append(element("p", {}, problem.hint));
  place.replaceChildren(box);
}

/** Show an outcome of `ask`, with a link to each format it can be had in. */
export function show(place, outcome, query, site) {
  const section = element("section", {}, element("h2", { id: "answer" }, site.words.answer));
  for (const { term, nearest } of outcome.unused) section.append(unused(term, nearest, site));
  if (outcome.truncated) section.append(element("p", { className: "problem" }, site.words.truncated));
  if (outcome.graph !== undefined) {
    section.append(element("pre", { tabIndex: 0, textContent: outcome.graph || site.words.none }));
  } else if ("boolean" in outcome.results) {
    section.append(element("p", { className: "boolean" }, outcome.results.boolean ? site.words.yes : site.words.no));
  } else {
    section.append(...views(outcome.results, table(outcome, site), (value) => plain(value, site), site));
  }
  section.append(downloads(query, outcome, site));
  place.replaceChildren(section);
}

/** A term that the graph lacks, with the nearest ones. */
function unused(term, nearest, site) {
  const code = (name) => element("bdi", {}, element("code", {}, name));
  const sentence = (words, ...parts) => {
    const [before, after] = words.split(/\{\w+\}/);
    return [before, ...parts, after ?? ""];
  };
  const names = nearest.flatMap((name, index) => (index ? [", ", code(name)] : [code(name)]));
  const box = element("p", { className: "problem" }, ...sentence(site.words.unused, code(term)));
  if (names.length) box.append(" ", ...sentence(site.words.nearest, ...names));
  box.setAttribute("role", "note");
  return box;
}

function table({ results: { head, results }, truncated }, site) {
  const rows = results.bindings;
  if (!rows.length) return [element("p", {}, site.words.none)];
  const shown = rows.slice(0, SHOWN_ROWS);
  const some = truncated ? site.words.some : site.words.cut;
  const words = rows.length > SHOWN_ROWS ? some : counted(site.words.rows, rows.length, site);
  const scroll = element("div", { className: "scroll", tabIndex: 0 }, element("table", {},
    element("thead", {}, element("tr", {}, ...head.vars.map((name) => element("th", { scope: "col" }, name)))),
    element("tbody", {}, ...shown.map((row) => element("tr", {}, ...head.vars.map((name) => cell(row[name], site))))),
  ));
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-labelledby", "answer");
  return [element("p", {}, filled(words, { shown: shown.length, count: rows.length, num: rows.length })), scroll];
}

function cell(value, site) {
  if (!value) return element("td");
  if (value.type === "uri") return element("td", {}, link(value.value, site));
  const text = plain(value, site);
  const language = value["xml:lang"];
  if (!language) return element("td", {}, text);
  const tag = language === site.language ? null : element("span", { className: "tag" }, language);
  return element("td", {}, element("span", { lang: language, dir: "auto" }, text), tag);
}

/** A value as text: an IRI in short form, a triple term as in Turtle. */
function plain(value, site) {
  if (value.type === "uri") return shortened(value.value, site);
  if (value.type !== "triple") return value.value;
  const parts = ["subject", "predicate", "object"].map((part) => plain(value.value[part], site));
  return `<<( ${parts.join(" ")} )>>`;
}

function shortened(iri, site) {
  return Object.entries(site.prefixes)
    .filter(([, namespace]) => iri.startsWith(namespace))
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([prefix, namespace]) => `${prefix}:${iri.slice(namespace.length)}`)[0] ?? iri;
}

function link(iri, site) {
  const text = shortened(iri, site);
  const href = address(iri, site);
  return href ? element("a", { href }, text) : element("code", {}, text);
}

/** Where an IRI leads: a path of this server for ours, somebody's web address, or nowhere. */
function address(iri, site) {
  if (iri.startsWith(site.base)) {
    const path = iri.slice(site.base.length);
    if (path.startsWith("id/")) return `${site.root}/doc/${path.slice(3)}?lang=${site.language}`.replace(/(#[^?]*)(\?.*)$/, "$2$1");
    if (/^(ontology|shapes)(#|$)|^graph\//.test(path)) return `${site.root}/${path}`;
  }
  return /^https?:\/\/[^/]/.test(iri) ? iri : null;
}

function downloads(query, outcome, site) {
  const boolean = outcome.results && "boolean" in outcome.results;
  const formats = outcome.graph !== undefined ? GRAPH_FORMATS : boolean ? { json: "JSON", xml: "XML" } : RESULT_FORMATS;
  const links = Object.entries(formats).map(([format, name]) =>
    element("li", {}, element("a", { href: download(site, query, format), download: `answer.${format}` }, name)),
  );
  return element("aside", { className: "formats" }, element("h3", {}, site.words.download), element("ul", {}, ...links));
}
