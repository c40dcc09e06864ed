"""Golden record: bodies that a server returns at every kind of address, and a build's dump, compared with a later one.

    python -m tools.golden record http://127.0.0.1:8080 RECORD.json.gz
    python -m tools.golden compare http://127.0.0.1:8080 RECORD.json.gz [--allow PATTERN …]
    python -m tools.golden dump OLD.nq NEW.nq

For changes that are to change nothing: record before, compare after, with the same data. Bodies are
normalised: graphs to canonical N-Quads, JSON to sorted members, pages to their text and links,
workbooks to their cells; times, hashes of static files and nonces are replaced. `compare` prints a
difference of each body that is not equal, and exits with 1 if there is one that no PATTERN (a
regular expression over `address | difference`) allows.
"""

from __future__ import annotations

import argparse
import difflib
import gzip
import io
import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import Message
from itertools import product
from pathlib import Path
from typing import Any

import openpyxl
import pyoxigraph as ox

from gcmgraph.rdf.namespaces import Addresses

#: Media types of a document of a resource, its suffixes, and the languages of its page.
TYPES = (
    "text/html text/turtle application/ld+json application/rdf+xml application/n-triples application/n-quads "
    "application/trig text/csv application/x-bibtex text/markdown image/png"
).split()
SUFFIXES = (
    ".ttl",
    ".jsonld",
    ".rdf",
    ".nt",
    ".csv",
    ".bib",
    ".ris",
    ".html",
    ".linkset.json",
    ".xyz",
)
LANGUAGES = ("fr", "es", "ar", "zh", "ru")

#: Queries of each form, and one with an error of each kind.
QUERIES = (
    "SELECT * {?s a gcm:Practice} ORDER BY ?s",
    "ASK {?s a gcm:Action}",
    "CONSTRUCT {?s a ?t} WHERE {?s a gcm:Objective; a ?t}",
    "DESCRIBE <https://w3id.org/gcmgraph/id/country/AFG>",
    "SELECT * {",
    "SELECT * {?s gcm:contry ?o}",
    "SELECT * {SERVICE <http://example.org/> {?s ?p ?o}}",
    "INSERT DATA {<a:a> <a:b> <a:c>}",
)
RESULTS = (
    "application/sparql-results+json application/sparql-results+xml text/csv text/tab-separated-values text/turtle "
    "application/ld+json text/html image/png"
).split()

#: Requests that are refused: method, address, body, its media type.
REFUSED = (
    ("GET", "/doc/practice/absent", None, ""),
    ("GET", "/doc/nonsense/1", None, ""),
    ("GET", "/id/country/Frnace", None, ""),
    ("GET", "/browse/practice?countri=NER", None, ""),
    ("GET", "/browse/practice?country=XXX", None, ""),
    ("GET", "/queries/absent", None, ""),
    ("GET", "/queries/practices-by-country?country=nowhere", None, ""),
    ("GET", "/queries/practices-by-country?land=NER", None, ""),
    ("GET", "/search", None, ""),
    ("GET", "/resolve?uri=nonsense", None, ""),
    ("GET", "/sparql?query=x&query=y", None, ""),
    ("GET", "/graph-store?graph=urn:absent", None, ""),
    ("GET", "/dumps/absent/gcmgraph.nq.gz", None, ""),
    ("GET", "/contributions/absent", None, ""),
    ("GET", "/brief/practice/absent", None, ""),
    ("GET", "/matrix?by=nonsense", None, ""),
    ("DELETE", "/doc/country/AFG", None, ""),
    ("PUT", "/graph-store?default", b"<a:a> <a:b> <a:c> .", "text/turtle"),
    ("POST", "/contributions", b"<a:a> <a:b> <a:c> .", "text/turtle"),
    ("POST", "/validate", b"<a:a> <a:b> ", "text/turtle"),
    ("POST", "/validate", b"<a:a> <a:b> <a:c> .", "text/turtle"),
    ("POST", "/validate", b"x", "application/x-unknown"),
    ("POST", "/sparql", b"query=SELECT", "text/plain"),
    ("POST", "/mcp", b"{", "application/json"),
    ("POST", "/reconcile", b"queries={", "application/x-www-form-urlencoded"),
)

#: Text that differs between two runs of the same program, and its replacement.
_VOLATILE = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?"), "TIME"),
    (re.compile(r"(/static/[\w./-]+\?v=)[\w-]+"), r"\1HASH"),
    (re.compile(r'nonce="[^"]*"'), 'nonce=""'),
)


@dataclass(frozen=True)
class Request:
    """A request; written as text in a record."""

    address: str
    accept: str = ""
    language: str = ""
    method: str = "GET"
    body: bytes | None = None
    type: str = ""

    def __str__(self) -> str:
        shown = "" if self.body is None else f" {self.type} {self.body.decode('utf-8', 'replace')}"
        return f"{self.method} {self.address} [{self.accept}] [{self.language}]{shown}"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)


def send(base: str, request: Request) -> tuple[int, dict[str, str], bytes]:
    """Status, headers in lower case, and body. A redirect is not followed."""
    headers = {"Accept": request.accept or "*/*", "Accept-Language": request.language or "en"}
    if request.type:
        headers["Content-Type"] = request.type
    address = base + urllib.parse.quote(request.address, safe="/?=&%+:;,.-_~()*'!@$#")
    asked = urllib.request.Request(address, request.body, headers, method=request.method)
    try:
        with _OPENER.open(asked, timeout=120) as response:
            return response.status, _lower(response.headers), response.read()
    except urllib.error.HTTPError as error:
        return error.code, _lower(error.headers), error.read()


def _lower(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def requests(base: str) -> Iterator[Request]:
    """All requests of a record: documents of two resources of each kind, lists and pages, queries, refusals."""
    addresses = Addresses()
    for iri in sorted(resources(base, addresses.base)):
        local = iri.removeprefix(f"{addresses.base}id/")
        yield Request(f"/id/{local}", "text/turtle")
        yield from (Request(f"/doc/{local}", accept) for accept in TYPES)
        yield from (Request(f"/doc/{local}", "text/html", language) for language in LANGUAGES)
        yield from (Request(f"/doc/{local}{suffix}") for suffix in SUFFIXES)
    paths = json.loads(send(base, Request("/openapi.json"))[2])["paths"]
    plain = [path for path, item in sorted(paths.items()) if "{" not in path and "get" in item]
    types = ("", "text/html", "application/json", "text/csv", "text/turtle")
    yield from (
        Request(path, accept) for path, accept in product(plain, types) if path not in _UNSTABLE
    )
    yield from (
        Request(path, "text/html", lang)
        for path, lang in product(plain, ("fr", "ar"))
        if path not in _UNSTABLE
    )
    listed = json.loads(send(base, Request("/queries", "application/json"))[2])
    for name in sorted(query["name"] for query in listed):
        yield from (
            Request(f"/queries/{name}", accept) for accept in ("application/json", "text/csv")
        )
        yield Request(f"/queries/{name}", "text/html", "fr")
    for query, accept in product(QUERIES, RESULTS):
        form = urllib.parse.urlencode({"query": query}).encode()
        yield Request(
            "/sparql", accept, method="POST", body=form, type="application/x-www-form-urlencoded"
        )
    for (method, address, body, media_type), accept in product(
        REFUSED, ("application/json", "text/html")
    ):
        yield Request(address, accept, "", method, body, media_type)


#: Addresses whose content depends on the moment.
_UNSTABLE = {"/metrics", "/health"}


def resources(base: str, iris: str) -> Iterator[str]:
    """Two resources of each kind of address."""
    kind = f"REPLACE(STR(?x), '^{iris}id/([^/]+)/.*$', '$1')"
    query = f"SELECT DISTINCT ({kind} AS ?k) {{?x a ?c FILTER(STRSTARTS(STR(?x), '{iris}id/'))}} ORDER BY ?k"
    for row in rows(base, query):
        start = f"{iris}id/{row['k']}/"
        found = f"SELECT DISTINCT ?x {{?x a ?c FILTER(STRSTARTS(STR(?x), '{start}'))}} ORDER BY ?x LIMIT 2"
        yield from (one["x"] for one in rows(base, found))


def rows(base: str, query: str) -> list[dict[str, str]]:
    """Values of the rows of a SELECT."""
    form = urllib.parse.urlencode({"query": query}).encode()
    asked = Request(
        "/sparql", RESULTS[0], method="POST", body=form, type="application/x-www-form-urlencoded"
    )
    bindings = json.loads(send(base, asked)[2])["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in bindings]


def record(base: str) -> dict[str, dict[str, Any]]:
    """Status, headers that matter and normalised body of each request."""
    found = {}
    for request in requests(base):
        status, headers, body = send(base, request)
        media_type = headers.get("content-type", "").split(";")[0]
        found[str(request)] = {
            "status": status,
            "type": media_type,
            "vary": sorted(
                one.strip().lower() for one in headers.get("vary", "").split(",") if one.strip()
            ),
            "headers": sorted(name for name in _HEADERS if name in headers),
            "location": headers.get("location", "").replace(base, ""),
            "body": normalised(media_type, body, base),
        }
    return found


_HEADERS = (
    "access-control-allow-origin cache-control content-language content-security-policy etag last-modified link "
    "retry-after allow"
).split()


def normalised(media_type: str, body: bytes, base: str = "") -> list[str]:
    """Lines of a body that are equal where its content is; digests of pictures and archives are left out."""
    rdf = {format.media_type: format for format in _FORMATS}.get(media_type)
    if rdf is not None:
        try:
            return canonical(ox.parse(body, format=rdf, base_iri="http://localhost/"))
        except (SyntaxError, ValueError):
            pass  # compared as text
    if media_type in _BINARY:
        return []
    if media_type.endswith("spreadsheetml.sheet"):
        sheets = openpyxl.load_workbook(io.BytesIO(body), read_only=True)
        return [
            f"{sheet.title}: {row}" for sheet in sheets for row in sheet.iter_rows(values_only=True)
        ]
    text = (
        body.decode("utf-8", "replace").replace(base, "BASE")
        if base
        else body.decode("utf-8", "replace")
    )
    for pattern, replacement in _VOLATILE:
        text = pattern.sub(replacement, text)
    if media_type.endswith("json"):
        try:
            return json.dumps(
                json.loads(text), indent=0, sort_keys=True, ensure_ascii=False
            ).splitlines()
        except ValueError:
            pass
    if media_type == "text/html":
        text = re.sub(r"\s*(<[^>]+>)\s*", r"\n\1\n", text)
    return [line.strip() for line in text.splitlines() if line.strip()]


_FORMATS = (ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS, ox.RdfFormat.TRIG,
            ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD)  # fmt: skip
_BINARY = {"image/png", "application/gzip", "application/zip", "application/octet-stream"}


def canonical(quads: Any) -> list[str]:
    """Sorted N-Quads with canonical names of blank nodes."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return sorted(str(quad) for quad in dataset)


def differences(
    old: dict[str, dict[str, Any]], new: Callable[[], dict[str, dict[str, Any]]]
) -> Iterator[tuple[str, list[str]]]:
    """Requests whose answers differ, with the differences."""
    now = new()
    for name in sorted(old.keys() | now.keys()):
        if name not in now or name not in old:
            yield name, ["only in the record" if name in old else "not in the record"]
            continue
        before, after = old[name], now[name]
        told = [
            f"{key}: {before[key]} → {after[key]}"
            for key in before
            if key != "body" and before[key] != after[key]
        ]
        diff = difflib.unified_diff(before["body"], after["body"], lineterm="", n=0)
        told += [line for line in diff if not line.startswith(("---", "+++", "@@"))]
        if told:
            yield name, told


def main() -> int:
    """Run a command. Exit status 1 where something differs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=("record", "compare", "dump"))
    parser.add_argument("first", help="address of a server, or a dump")
    parser.add_argument("second", type=Path, help="record, or a dump")
    parser.add_argument(
        "--allow", nargs="*", default=[], metavar="PATTERN", help="differences that are explained"
    )
    parser.add_argument("--lines", type=int, default=8, help="lines shown of each difference")
    options = parser.parse_args()
    base = options.first.rstrip("/")
    if options.command == "record":
        found = record(base)
        with gzip.open(options.second, "wt", encoding="utf-8") as file:
            json.dump(found, file, ensure_ascii=False)
        print(f"{len(found):,} responses recorded.")
        return 0
    if options.command == "dump":
        old, new = (
            {*Path(name).read_text("utf-8").splitlines()}
            for name in (options.first, options.second)
        )
        print(
            "\n".join(
                sorted([f"-{line}" for line in old - new] + [f"+{line}" for line in new - old])[
                    :200
                ]
            )
        )
        print(
            f"{len(old & new):,} statements in both, {len(old - new):,} removed, {len(new - old):,} added."
        )
        return int(old != new)
    with gzip.open(options.second, "rt", encoding="utf-8") as file:
        old_record = json.load(file)
    allowed = [re.compile(pattern) for pattern in options.allow]
    count = 0
    for name, told in differences(old_record, lambda: record(base)):
        unexplained = [
            line for line in told if not any(p.search(f"{name} | {line}") for p in allowed)
        ]
        if unexplained:
            count += 1
            print(f"{name}\n  " + "\n  ".join(line[:300] for line in unexplained[: options.lines]))
    print(f"{len(old_record) - count:,} of {len(old_record):,} responses equal, {count:,} differ.")
    return int(bool(count))


if __name__ == "__main__":
    sys.exit(main())
