// Completion of resources by name: `country:Nig` offers those of this graph whose labels or codes match, in any language.

const MOST = 20;

/** A function from a prefix and what was typed after it to a promise of options; of no other prefixes than the graph's. */
export function things(site) {
  return async (prefix, text) => {
    const namespace = site.prefixes[prefix];
    if (!text || !namespace?.startsWith(`${site.base}id/`)) return [];
    const parameters = new URLSearchParams({ q: text, lang: site.language, limit: MOST });
    const response = await fetch(`${site.root}/search/suggest?${parameters}`);
    if (!response.ok) return [];
    return (await response.json()).results
      .filter(({ iri }) => iri.startsWith(namespace))
      .map(({ iri, label }) => {
        const local = iri.slice(namespace.length);
        const plain = /^[A-Za-z0-9_](?:[\w.-]*[\w-])?$/.test(local);
        return { label: plain ? `${prefix}:${local}` : `<${iri}>`, detail: label.text, type: "constant" };
      });
  };
}
