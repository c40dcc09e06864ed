// Ask the endpoint. A long query goes into the body: addresses have limits.

const LONGEST_ADDRESS = 6000;
const ACCEPT = "application/sparql-results+json, text/turtle;q=0.9, application/problem+json;q=0.8";

/** `{problem}` (RFC 9457), `{results}` (SPARQL JSON) or `{graph}` (Turtle), and `truncated` where not all came. */
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
  const truncated = response.headers.has("Result-Truncated");
  return type.includes("json") ? { results: await response.json(), truncated } : { graph: await response.text(), truncated };
}
