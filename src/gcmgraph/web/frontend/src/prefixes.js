// PREFIX lines for other endpoints: this one knows its prefixes without.

/** A query's text without its comments, strings and IRIs, so that only names are left. */
export function bare(query) {
  return query.replace(/<[^<>"{}|^`\\\s]*>|"""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#.*/g, (found) =>
    found.startsWith("<") ? "<>" : found.startsWith("#") ? "" : '""',
  );
}

/** A query with a PREFIX line for each known prefix that it uses and does not declare. */
export function withPrefixes(query, prefixes) {
  const text = bare(query);
  const declared = new Set([...text.matchAll(/\bPREFIX\s+([\w.-]*):/gi)].map((found) => found[1]));
  const used = new Set([...text.matchAll(/(?<![\w?$:-])([A-Za-z][\w.-]*):/g)].map((found) => found[1]));
  const missing = [...used].filter((prefix) => prefix in prefixes && !declared.has(prefix)).sort();
  return missing.map((prefix) => `PREFIX ${prefix}: <${prefixes[prefix]}>\n`).join("") + query;
}
