// Which properties a class has: from the partitions of the dataset's description (VoID), asked for once.

import { bare } from "./prefixes.js";

const PARTITIONS = `SELECT DISTINCT ?class ?property { ?partition void:class ?class ; void:propertyPartition/void:property ?property }`;

/** The properties of each class, as short forms: a promise of a map of sets, asked for when first needed. */
export function properties(site, shortened) {
  let asked = null;
  return () => (asked ??= fetchProperties(site, shortened).catch(() => ((asked = null), new Map())));
}

async function fetchProperties(site, shortened) {
  const response = await fetch(`${site.root}/sparql?${new URLSearchParams({ query: PARTITIONS, format: "json" })}`);
  if (!response.ok) throw new Error(response.statusText);
  const found = new Map();
  for (const { class: kind, property } of (await response.json()).results.bindings) {
    const name = shortened(kind.value);
    found.set(name, (found.get(name) ?? new Set()).add(shortened(property.value)));
  }
  return found;
}

/** The classes of the subject of the statement that ends `before`, a part of `query`; empty where none is stated. */
export function classesOfSubject(query, before) {
  const statement = bare(before).split(/[{}]|\.(?=\s|$)/).pop();
  const parts = statement.split(";");
  const subject = /^\s*([?$]\w+|[\w-]*:[\w.-]*)\s/.exec(statement)?.[1];
  const words = parts.at(-1).trim().split(/\s+/).filter(Boolean);
  if (!subject || words.length > (parts.length > 1 ? 1 : 2)) return []; // an object is typed
  const escaped = subject.replace(/[$.?]/g, "\\$&");
  return [...bare(query).matchAll(new RegExp(`${escaped}\\s+(?:[^.{}]*;\\s*)?(?:a|rdf:type)\\s+([\\w-]+:[\\w-]+)`, "g"))].map((found) => found[1]);
}
