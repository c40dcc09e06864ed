/** The address of this page with a query in it. */
export function permalink(site, query) {
  return `${site.root}/sparql?${new URLSearchParams({ query, lang: site.language })}`;
}

/** The address of the answer to a query, in a format. */
export function download(site, query, format) {
  return `${site.root}/sparql?${new URLSearchParams({ query, format })}`;
}
