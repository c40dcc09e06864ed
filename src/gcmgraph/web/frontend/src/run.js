// Ask the endpoint. A long query goes into the body: addresses have limits.

const LONGEST_ADDRESS = 6000;
const ACCEPT = "application/sparql-results+json, text/turtle;q=0.9, application/problem+json;q=0.8";

const UNUSED = /"((?:[^"\\]|\\.)*)"(?:;nearest="((?:[^"\\]|\\.)*)")?/g;

/** Terms of the query that the graph lacks, and the nearest ones: the header `Result-Unknown-Terms`. */
function unused(header) {
  return [...(header ?? "").matchAll(UNUSED)].map(([, term, nearest]) => ({ term, nearest: nearest ? nearest.split(" ") : [] }));
}

/**
 * `{problem}` (RFC 9457), `{results}` (SPARQL JSON) or `{graph}` (Turtle); `truncated` where not all came; with an empty
 * answer, `unused` has terms that the graph lacks.
 */
export async function ask(site, query, signal) {
  const parameters = new URLSearchParams({ query });
  const address = `${site.root}/sparql`;
  const short = parameters.toString().length <= LONGEST_ADDRESS;
  const response = short
    ? await fetch(`${address}?${parameters}`, { headers: { Accept: ACCEPT }, signal })
    : await fetch(address, { method: "POST", body: parameters, headers: { Accept: ACCEPT }, signal });
  const type = response.headers.get("Content-Type") ?? "";
  if (!response.ok) {
    const problem = type.includes("json") ? await response.json() : { detail: `${response.status} ${response.statusText}` };
    return { problem };
  }
  const limits = {
    truncated: response.headers.has("Result-Truncated"),
    unused: unused(response.headers.get("Result-Unknown-Terms")),
  };
  return type.includes("json") ? { results: await response.json(), ...limits } : { graph: await response.text(), ...limits };
}
