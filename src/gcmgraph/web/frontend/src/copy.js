// The same question from a terminal or a program.

import { permalink } from "./permalink.js";
import { bare } from "./prefixes.js";

const MEDIA_TYPES = { SELECT: "text/csv", ASK: "application/sparql-results+json", CONSTRUCT: "text/turtle", DESCRIBE: "text/turtle" };

/** The media type in which a query's answer is handiest. */
function handiest(query) {
  const form = /\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b/i.exec(bare(query));
  return MEDIA_TYPES[(form?.[1] ?? "SELECT").toUpperCase()];
}

/** Text that asks `query`: a link, or a piece of shell, Python or R. */
export function snippet(kind, query, site) {
  const endpoint = new URL(`${site.root}/sparql`, location.href).href;
  if (kind === "link") return new URL(permalink(site, query), location.href).href;
  return { curl, python, r }[kind](query.trimEnd(), endpoint, handiest(query));
}

function curl(query, endpoint, accept) {
  let end = "SPARQL";
  while (query.split("\n").includes(end)) end += "_";
  return `curl --silent --show-error --header 'Accept: ${accept}' --data-urlencode query@- '${endpoint}' <<'${end}'\n${query}\n${end}\n`;
}

function python(query, endpoint, accept) {
  const quoted = query.replaceAll("\\", "\\\\").replaceAll('"""', '\\"\\"\\"');
  const csv = accept === "text/csv";
  return `import io
import urllib.parse
import urllib.request
${csv ? "\nimport pandas as pd\n" : ""}
query = """
${quoted}
"""
request = urllib.request.Request(
    "${endpoint}",
    data=urllib.parse.urlencode({"query": query}).encode(),
    headers={"Accept": "${accept}"},
)
with urllib.request.urlopen(request) as response:
    text = response.read().decode()
${csv ? "print(pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False))" : "print(text)"}
`.replace(csv ? "" : "import io\n", "");
}

/** Base R, no packages: its url() sends GET only, and what is percent-encoded in a query is encoded again. */
function r(query, endpoint, accept) {
  let dashes = "";
  while (query.includes(`)${dashes}"`)) dashes += "-";
  const read = accept === "text/csv" ? 'print(read.csv(text = text, encoding = "UTF-8", colClasses = "character", na.strings = ""))' : 'cat(text, sep = "\n")';
  return `query <- r"${dashes}(
${query}
)${dashes}"
address <- paste0("${endpoint}?query=", URLencode(query, reserved = TRUE, repeated = TRUE))
answer <- url(address, headers = c(Accept = "${accept}"))
text <- readLines(answer, encoding = "UTF-8", warn = FALSE)
close(answer)
${read}
`;
}
