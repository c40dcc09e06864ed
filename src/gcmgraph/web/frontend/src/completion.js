// What may be typed next: words of SPARQL, variables of this query, prefixes, the classes and properties of the graph
// with their labels, most used first, and resources by name.

import { classesOfSubject } from "./classes.js";

const WORDS = (
  "SELECT DISTINCT WHERE OPTIONAL FILTER UNION MINUS GRAPH VALUES BIND AS ASK CONSTRUCT DESCRIBE PREFIX FROM NAMED " +
  "ORDER BY GROUP HAVING LIMIT OFFSET ASC DESC EXISTS NOT IN COUNT SUM AVG MIN MAX SAMPLE GROUP_CONCAT SEPARATOR " +
  "LANG LANGMATCHES STR STRSTARTS STRENDS CONTAINS LCASE UCASE SUBSTR CONCAT REPLACE REGEX BOUND COALESCE IF DATATYPE " +
  "YEAR MONTH DAY NOW ISIRI ISLITERAL ISBLANK"
).split(" ");

/** The terms of the graph, asked for once, when they are first needed: a promise of options. */
export function vocabulary(site) {
  let asked = null;
  return () => (asked ??= fetchTerms(site).catch(() => ((asked = null), [])));
}

async function rowsOfTerms(site, language) {
  const response = await fetch(`${site.root}/queries/terms?format=json&page_size=5000&language=${language}`);
  if (!response.ok) throw new Error(response.statusText);
  return (await response.json()).results.bindings;
}

/** Terms of other vocabularies have labels in English alone, which are shown in every language. */
async function fetchTerms(site) {
  const languages = [...new Set([site.language, "en"])];
  const [rows, english] = await Promise.all(languages.map((language) => rowsOfTerms(site, language)));
  const others = new Map(english?.map((row) => [row.term.value, row]));
  const seen = new Map();
  for (const found of rows) {
    const row = found.label ? found : { ...others.get(found.term.value), ...found };
    const name = compressed(row.term.value, site.prefixes);
    if (!name || seen.has(name)) continue;
    seen.set(name, {
      label: name,
      detail: row.label?.value ?? "",
      info: row.definition?.value,
      type: row.kind.value,
      boost: Math.min(40, Math.log2(1 + Number(row.uses.value))) + (name.startsWith("gcm:") ? 20 : 0),
    });
  }
  return [...seen.values()];
}

/** The terms, with those first that the class of the subject has. */
async function ofSubject(context, known, properties) {
  const query = context.state.doc.toString();
  const classes = classesOfSubject(query, query.slice(0, context.pos));
  if (!classes.length) return known;
  const all = await properties();
  const likely = new Set(classes.flatMap((name) => [...(all.get(name) ?? [])]));
  return known.map((term) => (likely.has(term.label) ? { ...term, boost: 80 + Math.min(19, 0.3 * term.boost) } : term));
}

export function compressed(iri, prefixes) {
  let best = null;
  for (const [prefix, namespace] of Object.entries(prefixes)) {
    if (iri.startsWith(namespace) && (!best || namespace.length > prefixes[best].length)) best = prefix;
  }
  const local = best === null ? "" : iri.slice(prefixes[best].length);
  return /^[A-Za-z_][\w-]*$/.test(local) ? `${best}:${local}` : null;
}

/** A completion source for CodeMirror. */
export function completions(prefixes, terms, things, properties) {
  const namespaces = Object.entries(prefixes).map(([prefix, iri]) => ({ label: `${prefix}:`, detail: iri, type: "namespace" }));
  const words = WORDS.map((label) => ({ label, type: "keyword", boost: -10 }));
  return async (context) => {
    const variable = context.matchBefore(/[?$]\w*/);
    if (variable) {
      const found = new Set(context.state.doc.toString().match(/[?$]\w+/g));
      found.delete(variable.text);
      return { from: variable.from, options: [...found].sort().map((label) => ({ label, type: "variable" })), validFor: /^[?$]\w*$/ };
    }
    const name = context.matchBefore(/\p{L}[\p{L}\p{M}\w-]*(?::[\p{L}\p{M}\w-]*)?/u);
    if (!name && !context.explicit) return null;
    const [prefix, local] = name?.text.split(":") ?? [];
    const found = local === undefined ? [] : await things(prefix, local);
    if (found.length) return { from: name.from, options: found, filter: false };
    const known = await ofSubject(context, await terms(), properties);
    const options = name?.text.includes(":") ? known : [...known, ...namespaces, ...words];
    return { from: name?.from ?? context.pos, options, validFor: /^[\p{L}\p{M}\w-]*:?[\p{L}\p{M}\w-]*$/u };
  };
}

const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** A completion source of terms by the words of their labels, in the language of the page: `pays` offers gcm:country. */
export function byLabel(terms, properties) {
  return async (context) => {
    const typed = context.matchBefore(/\p{L}[\p{L}\p{M}\w-]+/u);
    if (!typed || /[?$:@<"'\w]$/.test(context.state.sliceDoc(Math.max(0, typed.from - 1), typed.from))) return null;
    const start = folded(typed.text);
    const known = await ofSubject(context, await terms(), properties);
    const options = known
      .filter(({ label, detail }) => !folded(label).includes(start) && folded(detail).split(/[\s'’(]+/).some((word) => word.startsWith(start)))
      .sort((a, b) => b.boost - a.boost);
    return options.length ? { from: typed.from, options, filter: false } : null;
  };
}
