"""HTTP of every route: caching, validators, HEAD, CORS, security headers, 304, 405, 406; the table of formats."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.http import parse_csp_header, parse_set_header
from werkzeug.test import TestResponse

from gcmgraph.web.http import responses
from gcmgraph.web.http.responses import Caching
from serving import Application

PAGE, ANY = "text/html", "*/*"
CHECKED, PUBLIC, PRIVATE, FOREVER = Caching.REVALIDATED, Caching.BY_VERSION, Caching.NEVER, Caching.FOREVER

#: What Vary names, besides Accept-Encoding.
FULL, ACCEPT, LANGUAGE, NOTHING = {"accept", "accept-language"}, {"accept"}, {"accept-language"}, set[str]()
BY_TOKEN, BY_HOST = FULL | {"authorization", "cookie"}, FULL | {"host", "x-forwarded-proto"}


@dataclass(frozen=True)
class Route:
    """An example of the addresses of a rule, and what its response declares."""

    address: str
    caching: Caching | None
    vary: set[str]
    status: int = 200
    accept: str = ANY
    #: whether it has an entity tag
    tag: bool = True
    #: whether Accept can be refused
    negotiated: bool = False


def negotiated(address: str, *, vary: set[str] = FULL, caching: Caching = PUBLIC, tag: bool = True) -> Route:
    """A route whose format Accept chooses."""
    return Route(address, caching, vary, tag=tag, negotiated=True)


def fixed(address: str, vary: set[str] = NOTHING, caching: Caching = PUBLIC, tag: bool = True) -> Route:
    """A route of one format."""
    return Route(address, caching, vary, tag=tag)


#: Addresses that are rules: of one format, of one format in the language of the reader, and negotiated ones.
_PLAIN = (
    "/.well-known/ai-catalog.json", "/context.jsonld", "/llms.txt", "/mcp/server-card", "/openapi.json",
    "/robots.txt", "/server.json", "/sitemap.xml", "/tables/croissant.json",
)  # fmt: skip
_IN_LANGUAGE = (
    "/", "/about", "/coverage", "/coverage.svg", "/map", "/map.svg", "/network.svg", "/network", "/opensearch.xml",
)  # fmt: skip
_NEGOTIATED = (
    "/.well-known/sparql-examples", "/.well-known/void", "/ontology", "/shapes", "/changes", "/dataset", "/linksets",
    "/matrix", "/queries",
)  # fmt: skip

#: An example of every rule that answers GET.
ROUTES: Mapping[str, Route] = {
    "/ontology.<suffix>": fixed("/ontology.nt", FULL),
    "/shapes.<suffix>": fixed("/shapes.nt", FULL),
    "/brief/<kind>/<local>": negotiated("/brief/country/AFG"),
    "/browse/<kind>": negotiated("/browse/country"),
    "/changes.<suffix>": fixed("/changes.atom", FULL),
    "/compare": fixed("/compare?country=NER&country=MAR", FULL),
    "/context/<version>.jsonld": fixed("/context/0.1.0.jsonld"),
    "/contributions": negotiated("/contributions", vary=BY_TOKEN, caching=PRIVATE, tag=False),
    "/contributions/<identifier>": Route("/contributions/none", PRIVATE, FULL, 404, tag=False),
    "/contributions/<identifier>/content": Route("/contributions/none/content", PRIVATE, FULL, 401, tag=False),
    "/contributions/<identifier>/preview": Route("/contributions/none/preview", PRIVATE, FULL, 401, tag=False),
    "/contributions/<identifier>/review": Route("/contributions/none/review", PRIVATE, FULL, 401, tag=False),
    "/contributions/feed/<code>": Route("/contributions/feed/none", PRIVATE, FULL, 404, tag=False),
    "/contributions/status/<code>": Route("/contributions/status/none", PRIVATE, FULL, 404, tag=False),
    "/contributions/form/<kind>": fixed("/contributions/form/practice", BY_TOKEN, PRIVATE, tag=False),
    "/contributions/invitation/<code>": Route("/contributions/invitation/none", PRIVATE, FULL, 404, tag=False),
    "/contributions/review": Route("/contributions/review", PRIVATE, FULL, 401, tag=False),
    "/contributions/token": fixed("/contributions/token", BY_TOKEN, PRIVATE, tag=False),
    "/contributions/template.<suffix>": fixed("/contributions/template.csv", LANGUAGE, CHECKED),
    "/dataset.<any(bib, ris):suffix>": fixed("/dataset.bib", FULL),
    "/dataset.<suffix>": fixed("/dataset.ttl", FULL),
    "/dataset/<version>": negotiated("/dataset/v1"),
    "/doc/<kind>/<path:local>": negotiated("/doc/country/AFG"),
    "/dumps": Route("/dumps", None, FULL, 308, tag=False),
    "/dumps/": negotiated("/dumps/", caching=CHECKED, tag=False),
    "/dumps/<version>": negotiated("/dumps/v1", caching=CHECKED, tag=False),
    "/dumps/<version>/<name>": fixed("/dumps/v1/gcmgraph.nq", caching=FOREVER),
    "/feedback": fixed("/feedback?page=/doc/country/AFG", BY_TOKEN, PRIVATE, tag=False),
    "/feedback/<identifier>": Route("/feedback/none", PRIVATE, FULL, 404, tag=False),
    "/feedback/review": Route("/feedback/review", PRIVATE, FULL, 401, tag=False),
    "/graph-store": negotiated("/graph-store?graph=https://w3id.org/gcmgraph/graph/linkset/eu-bodies", vary=ACCEPT),
    "/graph/<path:name>": negotiated("/graph/ontology"),
    "/guides/<name>": fixed("/guides/officer", FULL),
    "/guides/pictures/<file>.png": fixed("/guides/pictures/officer-steps.en.png", caching=CHECKED),
    "/health": fixed("/health", caching=PRIVATE, tag=False),
    "/id/<kind>/<path:local>": Route("/id/country/AFG", None, ACCEPT | FULL, 303, tag=False),
    "/linksets.<suffix>": fixed("/linksets.rdf", FULL),
    "/favicon.ico": fixed("/favicon.ico", caching=CHECKED),
    "/matrix/<facet>": negotiated("/matrix/region"),
    "/metrics": fixed("/metrics", caching=PRIVATE, tag=False),
    "/ontology/<version>": Route("/ontology/none", PRIVATE, FULL, 404, tag=False),
    "/queries/<name>": negotiated("/queries/practices-by-country"),
    "/reconcile": fixed("/reconcile", BY_HOST, CHECKED, tag=False),
    "/reconcile/flyout/<what>": fixed("/reconcile/flyout/type?id=country", LANGUAGE, CHECKED, tag=False),
    "/reconcile/preview": fixed("/reconcile/preview?id=country/AFG", FULL, CHECKED),
    "/reconcile/v1": fixed("/reconcile/v1", BY_HOST, CHECKED, tag=False),
    "/reconcile/v1/preview": fixed("/reconcile/v1/preview?id=country/AFG", FULL, CHECKED),
    "/check": negotiated("/check?resource=AFG&relation=region&value=Asia"),
    "/resolve": negotiated("/resolve?uri=AFG"),
    "/search": negotiated("/search?q=return"),
    "/search/suggest": fixed("/search/suggest?q=ret", FULL),
    "/sitemap-<int:number>.xml": fixed("/sitemap-1.xml"),
    "/sparql": negotiated("/sparql?query=ASK%7B%7D", vary=ACCEPT),
    "/statistics/<name>": negotiated("/statistics/internally-displaced"),
    "/static/<path:filename>": fixed("/static/style.css", caching=CHECKED),
    "/timeline.svg": fixed("/timeline.svg?country=AFG", FULL),
    "/tables/<kind>.csv": fixed("/tables/country.csv"),
    "/tables/<kind>.csv-metadata.json": fixed("/tables/country.csv-metadata.json"),
    "/tables/<kind>.parquet": fixed("/tables/country.parquet"),
    **{rule: fixed(rule) for rule in _PLAIN},
    **{rule: fixed(rule, FULL) for rule in _IN_LANGUAGE},
    **{rule: negotiated(rule) for rule in _NEGOTIATED},
    **{rule: fixed(rule, FULL, CHECKED) for rule in ("/reconcile/table", "/suggest", "/validate")},
    **{
        rule: fixed(f"{rule}{query}", LANGUAGE, CHECKED, tag=False)
        for root in ("/reconcile", "/reconcile/v1")
        for rule, query in (
            *((f"{root}/suggest/{what}", "?prefix=afg") for what in ("entity", "property", "type")),
            (f"{root}/extend/propose", ""),
        )
    },
    "/reconcile/properties": fixed("/reconcile/properties", LANGUAGE, CHECKED, tag=False),
}

#: More responses of some rules, by what tells them apart.
OTHERS: Mapping[str, Route] = {
    "page of a resource": Route("/doc/country/AFG", PUBLIC, FULL, accept=PAGE),
    "list as a page": Route("/browse/country", PUBLIC, FULL, accept=PAGE),
    "search as a page": Route("/search?q=return", PUBLIC, FULL, accept=PAGE),
    "query as a page": Route("/queries/practices-by-country", PUBLIC, FULL, accept=PAGE),
    "downloads as a page": Route("/dumps/", CHECKED, FULL, accept=PAGE),
    "contributions as a page": Route("/contributions", PRIVATE, BY_TOKEN, accept=PAGE, tag=False),
    "reconciliation as a page": Route("/reconcile", CHECKED, BY_HOST, accept=PAGE),
    "query form": Route("/sparql", CHECKED, FULL, accept=PAGE),
    "service description": Route("/sparql?format=ttl", PUBLIC, FULL),
    "form to resolve": Route("/resolve", CHECKED, FULL, accept=PAGE),
    "resolved to one": Route("/resolve?uri=AFG", None, FULL, 303, PAGE, tag=False),
    "resolved to none": Route("/resolve?uri=http://a.example/", PRIVATE, FULL, 404, tag=False),
    "links of a resource": fixed("/doc/country/AFG?linkset"),
    "reference to a resource": fixed("/doc/country/AFG.ris", FULL),
    "volatile query": Route("/sparql?query=ASK%7BFILTER(now()%3E0)%7D", PRIVATE, ACCEPT, tag=False),
    "no address": Route("/none", PRIVATE, FULL, 404, tag=False),
    "no suffix": Route("/ontology.zip", PRIVATE, FULL, 404, tag=False),
    "no format": Route("/search?format=zip", PRIVATE, FULL, 400, tag=False),
    "no page": Route("/none", PRIVATE, FULL, 404, PAGE, tag=False),
}

EVERY = {**ROUTES, **OTHERS}

#: Headers that may differ between two responses to the same request.
OF_THE_MOMENT = {"date", "cache-status"}

#: Headers that a 304 need not repeat (RFC 9110, 15.4.5), and Vary, which may name more.
NOT_IN_304 = OF_THE_MOMENT | {
    "content-type", "content-length", "content-language", "content-disposition", "last-modified", "vary"
}  # fmt: skip


@pytest.fixture(scope="module")
def real(real_store_folder: Path, tmp_path_factory: pytest.TempPathFactory, application: Application) -> Flask:
    """An application over all that this repository publishes, with contributions and without the response cache."""
    contributions = str(tmp_path_factory.mktemp("http"))
    return application(real_store_folder, contributions=contributions, result_cache=0)


@pytest.fixture
def client(real: Flask) -> FlaskClient:
    return real.test_client(use_cookies=False)


@pytest.fixture(params=list(EVERY.values()), ids=list(EVERY))
def route(request: pytest.FixtureRequest) -> Route:
    example: Route = request.param
    return example


def ask(client: FlaskClient, route: Route, method: str = "GET", **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.open(route.address, method=method, headers={"Accept": route.accept, **named}, buffered=True)


def headers_of(response: TestResponse, without: set[str] = OF_THE_MOMENT) -> list[tuple[str, str]]:
    return sorted((name, value) for name, value in response.headers if name.lower() not in without)


def test_every_get_rule_has_an_example(real: Flask) -> None:
    assert {rule.rule for rule in real.url_map.iter_rules() if "GET" in (rule.methods or ())} == set(ROUTES)
    router = real.url_map.bind("localhost")
    for rule, route in ROUTES.items():
        if route.status != 308:
            assert str(router.match(route.address.partition("?")[0], return_rule=True)[0]) == rule


def test_headers_of_get_and_head(client: FlaskClient, route: Route) -> None:
    """Caching as declared; other sites may read everything, and pages run our files alone."""
    response, head = (ask(client, route, method, Origin="https://other.example") for method in ("GET", "HEAD"))
    headers = response.headers
    assert response.status_code == route.status, response.text[:300]
    assert headers.get("Cache-Control") == (route.caching.value if route.caching else None)
    assert set(parse_set_header(headers.get("Vary")).as_set()) - {"accept-encoding"} == route.vary
    assert ("ETag" in headers) is route.tag
    if route.status >= 400:
        page = route.accept == PAGE
        assert response.mimetype == ("text/html" if page else "application/problem+json")
        assert page or response.get_json()["status"] == route.status
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in headers
    assert {"etag", "link", "result-truncated"} <= parse_set_header(headers["Access-Control-Expose-Headers"]).as_set()
    policy = parse_csp_header(headers["Content-Security-Policy"])
    framed = "*" if re.match(r"/reconcile/(v1/)?preview", route.address) else "'none'"
    assert (policy.default_src, policy.script_src, policy.style_src) == ("'none'", "'self'", "'self'")
    assert (policy.base_uri, policy.form_action, policy.frame_ancestors) == ("'none'", "'self'", framed)
    assert (head.status_code, head.data) == (route.status, b"")
    # the length of /metrics grows with each request
    apart = OF_THE_MOMENT | {"content-length"} if "/metrics" in route.address else OF_THE_MOMENT
    assert headers_of(head, apart) == headers_of(response, apart)


def test_known_entity_tag_returns_304(client: FlaskClient, route: Route) -> None:
    whole = ask(client, route)
    if not route.tag:
        assert ask(client, route, If_None_Match='"any"').status_code == route.status
        return
    tag = whole.headers["ETag"]
    for method, known in (("GET", tag), ("HEAD", f'"other", {tag}'), ("GET", f"W/{tag.removeprefix('W/')}")):
        response = ask(client, route, method, If_None_Match=known)
        assert (response.status_code, response.data) == (304, b"")
        assert set(headers_of(response, NOT_IN_304)) <= set(headers_of(whole, NOT_IN_304))
        for name in ("ETag", "Cache-Control", "Content-Location", "Access-Control-Allow-Origin"):
            assert response.headers.get(name) == whole.headers.get(name)
        assert set(parse_set_header(response.headers.get("Vary"))) >= set(parse_set_header(whole.headers.get("Vary")))
    assert ask(client, route, If_None_Match='"other"').status_code == route.status


@pytest.mark.parametrize("route", [r for r in ROUTES.values() if r.negotiated], ids=lambda route: route.address)
def test_unacceptable_format_returns_alternatives(client: FlaskClient, route: Route) -> None:
    refused = client.get(route.address, headers={"Accept": "image/png"})
    assert (refused.status_code, refused.mimetype) == (406, "application/problem+json")
    assert refused.headers["Cache-Control"] == "no-store"
    assert parse_set_header(refused.headers["Vary"]).as_set() >= FULL
    assert refused.get_json()["alternatives"]


@pytest.mark.parametrize("route", [r for r in ROUTES.values() if not r.negotiated], ids=lambda route: route.address)
def test_response_of_one_format_ignores_accept(client: FlaskClient, route: Route) -> None:
    response = client.get(route.address, headers={"Accept": "image/png"}, buffered=True)
    assert response.status_code == route.status


def test_other_methods_return_allowed_methods(real: Flask, client: FlaskClient) -> None:
    router = real.url_map.bind("localhost")
    posted = {rule.rule: rule.rule.replace("<identifier>", "none") for rule in real.url_map.iter_rules()}
    addresses = {route.address.partition("?")[0] for route in ROUTES.values()}
    addresses |= {address for rule, address in posted.items() if rule not in ROUTES}
    assert "/contributions/none/comments" in addresses
    for address in addresses:
        allowed = {*router.allowed_methods(address)} - {"PUT", "PATCH", "DELETE"}
        offered = allowed - ({"POST"} if address == "/graph-store" else set())  # whose refusals are routes, too
        unrouted = {"TRACE", "CONNECT"} if address != "/graph-store" else set()
        for method in ({"POST", "PUT", "PATCH", "DELETE"} | unrouted) - offered:
            refused = client.open(address, method=method)
            assert (refused.status_code, refused.mimetype) == (405, "application/problem+json"), address
            assert set(refused.headers["Allow"].split(", ")) == offered, address
        preflight = client.options(address, headers={"Origin": "https://other.example"})
        if address == "/dumps":  # the router redirects before it answers
            continue
        assert preflight.status_code == 200
        assert set(preflight.headers["Access-Control-Allow-Methods"].split(", ")) == offered
        assert "if-none-match" in parse_set_header(preflight.headers["Access-Control-Allow-Headers"]).as_set()
        assert preflight.headers["Access-Control-Max-Age"] == "86400"


def test_modules_that_write_caching_headers() -> None:
    """Middleware below Flask changes them, and /sparql has its own."""
    package = Path(responses.__file__).parents[1]
    writers = {
        str(file.relative_to(package))
        for file in package.rglob("*.py")
        if "node_modules" not in file.parts
        and re.search(r'"Cache-Control"|"Vary"|\.vary\b|\.cache_control\b|set_etag|make_conditional', file.read_text())
    }
    assert writers - {"sparql/protocol.py"} == {"http/responses.py"}


#: Adds a row to the table before the application reads it, and asks for it in all ways.
_ONE_MORE = """
import json, sys
from pathlib import Path
import gcmgraph.web.http as http
from importlib.util import module_from_spec, spec_from_file_location
path = Path(http.__file__).parent / "formats.py"
spec = spec_from_file_location("gcmgraph.web.http.formats", path)
row = 'Format("Lines", "lines", "application/x-lines", FormatKind.DESCRIPTION, write_lines),'
source = path.read_text()
assert source.count("\\nFORMATS = (\\n") == 1
module = sys.modules[spec.name] = http.formats = module_from_spec(spec)
module.write_lines = lambda triples, prefixes: b"".join(b"%d\\n" % 1 for _ in triples)
exec(compile(source.replace("\\nFORMATS = (\\n", f"\\nFORMATS = (\\n{row}\\n"), path, "exec"), module.__dict__)

from gcmgraph.settings import Settings
from gcmgraph.web.app import create_app
app = create_app(Settings(store=sys.argv[1], contributions=sys.argv[2]))
client = app.test_client()
accept = {"Accept": "application/x-lines"}
told = {}
for path in sys.argv[3:]:
    response = client.get(path, headers=accept)
    told[path] = [response.status_code, response.mimetype, response.text[:4]]
told["links"] = client.get("/doc/objective/9.ttl").headers.getlist("Link")
told["page"] = client.get("/doc/objective/9.html").text
told["openapi"] = client.get("/openapi.json").text
told["problem"] = client.get("/ontology", headers={"Accept": "image/png"}).get_json()["alternatives"]
print(json.dumps(told))
app.extensions["gcmgraph"].workers.close()
"""

_EVERYWHERE = (
    "/doc/objective/9", "/doc/objective/9.lines", "/graph/curated", "/graph/curated.lines", "/ontology",
    "/ontology.lines", "/dataset", "/dataset.lines", "/changes", "/changes.lines", "/dataset/v1", "/dataset/v1.lines",
    "/linksets", "/linksets.lines", "/resolve?uri=AFG", "/resolve?uri=AFG&format=lines", "/browse/country",
    "/browse/country?format=lines", "/queries", "/queries?format=lines", "/queries/practices-by-country",
    "/queries/practices-by-country?format=lines", "/.well-known/void",
    "/graph-store?graph=https://w3id.org/gcmgraph/graph/curated",
    "/graph-store?graph=https://w3id.org/gcmgraph/graph/curated&format=lines", "/sparql",
)  # fmt: skip


def test_row_of_the_table_adds_a_media_type(store_folder: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", _ONE_MORE, str(store_folder), str(tmp_path), *_EVERYWHERE]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=300).stdout)
    for path in _EVERYWHERE:
        status, media_type, start = told[path]
        assert (status, media_type) == (200, "application/x-lines"), path
        assert start.startswith("1\n") or path.startswith("/linksets"), path
    assert any('.lines>; rel="alternate"; type="application/x-lines"' in link for link in told["links"])
    assert "/doc/objective/9.lines" in told["page"]
    assert told["openapi"].count("application/x-lines") > 5
    assert {"type": "application/x-lines", "href": "/ontology.lines"} in told["problem"]


def test_missing_store_returns_503(tmp_path: Path, caplog: pytest.LogCaptureFixture, application: Application) -> None:
    response = application(tmp_path).test_client().get("/health")
    told = {"title": "Service Unavailable", "status": 503, "detail": "There is no graph yet."}
    assert response.get_json() == told
    assert f"There is no graph in {tmp_path} yet. Run 'gcmgraph build' first." in caplog.text


def test_folder_of_one_word_in_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, application: Application
) -> None:
    monkeypatch.chdir(tmp_path)
    response = application("graph").test_client().get("/health")
    assert response.get_json()["detail"] == "There is no graph in graph yet."
