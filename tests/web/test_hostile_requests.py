"""Every route with hostile paths, parameters and headers: no 5xx, nothing run; markup in names is text."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes, urlencode

import pytest
from desk_over_http import headers_of
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gcmgraph.contributions.contribution import Role
from gcmgraph.rdf.canonical import serialize_canonical
from gcmgraph.rdf.namespaces import PREFIXES
from gcmgraph.rdf.parsing import read_quads
from gcmgraph.rdf.terms import Literal, Quad
from gcmgraph.repository.layout import Repository
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.store.version_files import DUMP
from markup import Page
from serving import Application
from shared import once

MARK = "q9zmark"

#: Each holds the mark, so that what is echoed is found.
TEXTS = [
    f"<script>{MARK}</script>",
    f"<img src=x onerror={MARK}>",
    f"\" onmouseover=\"{MARK}",
    f"'{MARK}'><b>",
    f"{MARK}/../../../etc/passwd",
    f"..%2f..%2f{MARK}",
    f"%3Cscript%3E{MARK}%253Cscript%253E",
    f"{MARK}\r\nSet-Cookie: a=b\r\n\r\n<script>",
    f"{MARK}\0\x01\x7f",
    f"{MARK}😀\u202eé\ufeff",
    f"javascript:{MARK}",
    f"data:text/html,<script>{MARK}</script>",
    f"{MARK}{{{{7*7}}}}${{7*7}}%s%n",
    MARK + "x" * 10_000,
    f"{MARK}\\\"'`;--",
    f"-1{MARK}", "9" * 400, "-1", "NaN", "",
]  # fmt: skip

PARAMETERS = (
    "q", "uri", "query", "format", "lang", "page", "page-size", "limit", "offset", "graph", "default", "linkset",
    "default-graph-uri", "named-graph-uri", "country", "organisation", "action", "objective", "target", "update",
    "from", "to", "kind", "v", "queries", "extend", "sort", "lead", "partner", "area", "audience", "source", "type",
    "statement", "passage", "part", "title", "language", "name", "supersedes", "token", "decision", "reason", "text",
    "file", "data", "media", "state",
)  # fmt: skip


def run_of_a_page(markup: str) -> list[str]:
    """What of a page a browser would run.

    Most lines stand in nearly every page: each is read once.
    """
    found: list[str] = []
    begun = ""
    for line in markup.splitlines(keepends=True):
        begun += line
        run, goes_on = _run_in(begun)
        if not goes_on:
            found += run
            begun = ""
    return [*found, *_run_in(begun)[0]]


@lru_cache(10_000)
def _run_in(lines: str) -> tuple[list[str], bool]:
    """What of some lines a browser would run, and whether a tag, a comment or a script goes on in the next one."""
    reader = Page(lines)
    return reader.run, bool(reader.rawdata or reader.cdata_elem)


#: Headers that name another host.
FALSE_HOST = {
    "Host": "evil.example",
    "X-Forwarded-Host": "evil.example",
    "Forwarded": "host=evil.example",
}


def refuse(
    client: FlaskClient, method: str, path: str, headers: dict[str, str], data: bytes | None = None
) -> None:
    """Send a request and check that its answer does no harm."""
    raw = {}
    if path.startswith("//"):  # the client would take what follows for the name of a host
        raw, path = {"PATH_INFO": unquote_to_bytes(path).decode("latin-1")}, "/"
    response = client.open(
        path,
        method=method,
        headers=FALSE_HOST | headers,
        data=data,
        buffered=True,
        environ_overrides=raw,
    )
    assert response.status_code < 500, (
        method,
        path[:200],
        response.status_code,
        response.data[:200],
    )
    assert "Set-Cookie" not in response.headers
    assert "evil.example" not in str(response.headers)
    assert b"evil.example" not in response.data
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    if response.mimetype == "text/html" and "Content-Encoding" not in response.headers:
        assert run_of_a_page(response.text) == [], path[:200]


def routes(app: Flask) -> list[tuple[str, str]]:
    """Return each method and rule: a new route joins by itself."""
    return sorted(
        (method, str(rule)) for rule in app.url_map.iter_rules() for method in rule.methods or ()
    )


def texts(method: str, number: int) -> list[str]:
    """Return what to send to a route: everything with GET and POST, with others a quarter, another one for each route.

    HEAD does what GET does and tells less; so all pairs of method, route and text are met, but not
    all three together.
    """
    return TEXTS if method in {"GET", "POST"} else TEXTS[number % 4 :: 4]


def filled(rule: str, text: str) -> str:
    return re.sub(r"<(?:any\(([^,)]+)[^>]*|[^>]*)>", lambda m: m[1] or quote(text, safe="/%"), rule)


@cache
def everywhere(text: str) -> str:
    """Return a query string, or a form, in which every parameter is a text."""
    return urlencode([(name, text) for name in PARAMETERS], errors="surrogatepass")


@pytest.mark.parametrize("part", [pytest.param(1, marks=pytest.mark.exhaustive), 13])
def test_hostile_paths_and_parameters(app: Flask, client: FlaskClient, part: int) -> None:
    """All parameters at once, so of the longest text only 1,000 characters; `make test` sends few of the cases."""
    cases = [
        (method, rule, text)
        for n, (method, rule) in enumerate(routes(app))
        for text in texts(method, n)
    ]
    for method, rule, text in cases[::part]:
        body = b"" if method == "POST" else None
        for accept in ("text/html", "*/*"):
            refuse(client, method, filled(rule, text), {"Accept": accept}, body)
        address = f"{filled(rule, 'practice/glo-act')}?{everywhere(text[:1_000])}"
        refuse(client, method, address, {"Accept": "text/html"}, body)


@pytest.mark.exhaustive
@pytest.mark.parametrize("role", Role)
def test_hostile_paths_and_bodies_with_a_token(app: Flask, client: FlaskClient, role: Role) -> None:
    told = headers_of(app.config["CONTRIBUTIONS"], role)
    rules = [(m, r) for m, r in routes(app) if r.startswith(("/contributions", "/validate"))]
    assert len(rules) > 15
    for number, (method, rule) in enumerate(rules):
        for text in texts(method, number):
            for media, body in (
                ("application/x-www-form-urlencoded", everywhere(text).encode()),
                (
                    "application/json",
                    f'{{"decision": "accept", "reason": 1, "text": "{MARK}"}}'.encode(),
                ),
                (
                    "multipart/form-data; boundary=x",
                    b"--x\r\n" + text.encode("utf-8", "surrogatepass"),
                ),
                (
                    text.encode("ascii", "replace")
                    .decode()
                    .translate({13: None, 10: None, 0: None}),
                    b"\xff\0",
                ),
            ):
                headers = {**told, "Accept": "text/html", "Content-Type": media}
                refuse(
                    client, method, filled(rule, text), headers, body if method == "POST" else None
                )


@pytest.mark.parametrize(
    "header",
    ["Accept", "Accept-Language", "Accept-Encoding", "If-None-Match", "If-Modified-Since", "Range", "If-Range",
     "Cache-Control", "Content-Type", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "Authorization"],
)  # fmt: skip
def test_hostile_headers(client: FlaskClient, header: str) -> None:
    values = [text.replace("\r", "").replace("\n", "").replace("\0", "") for text in TEXTS[::4]]
    allowed = [
        "a/b;q=0.1," * 100,
        ";,;q=" * 200,
        'W/"' * 330,
        "gzip;q=1e400",
    ]  # shorter than any limit
    for value in [*values, *allowed, "x" * 8192, ";,;q=" * 2000]:
        for path in (
            "/id/practice/glo-act",
            "/doc/practice/glo-act",
            "/dataset",
            "/static/style.css",
            "/search",
        ):
            refuse(client, "GET", path, {header: value.encode().decode("latin-1")})


STARTS = [
    "/",
    "/id/",
    "/doc/",
    "/doc/practice/",
    "/graph/",
    "/browse/",
    "/dumps/",
    "/static/",
    "/queries/",
]
ACCEPTED = ["text/html", "text/turtle", "*/*"]


@given(
    st.text(st.characters(codec="utf-8"), max_size=60),
    st.sampled_from(STARTS),
    st.sampled_from(ACCEPTED),
)
@example("/0:\x80\x80\x80\x80\x80\x80𐀀𐀀", "/", "text/html")
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_generated_paths(client: FlaskClient, text: str, start: str, accept: str) -> None:
    refuse(client, "GET", start + quote(text, safe="/%&=;"), {"Accept": accept})


MARKUP = "\"'><b class=q9zmark>]]></script>"

#: Where templates state that a text is markup.
MARKED = [
    "briefs/country.html chart.drawing",
    "figures.html chart.drawing",
    "figures.html picture.drawing",
    "figures.html view.lines.drawing",
]

#: Pages with names, also those that pass there.
PATHS = (
    "/", "/map", "/map.svg", "/matrix/country", "/browse/practice", "/browse/organisation",
    "/browse/country", "/browse/practice?view=timeline", "/search?q=smuggling",
    "/queries/practices-of-objective?objective=9", "/dataset", "/linksets", "/shapes", "/contributions/form/practice",
    "/brief/country/NER", "/brief/objective/9", "/reconcile/preview?id=country%2FNER", "/graph/reference/countries",
    "/doc/organisation/unodc", "/doc/sdg/10.7", "/doc/action/9a", "/doc/objective/9",
    "/check?resource=NER&relation=M49&value=002", "/doc/country/NER", "/compare?country=NER&country=MAR", "/network",
    "/network.svg", "/coverage", "/coverage.svg", "/doc/statistics/migrants-by-origin",
    "/doc/statistics/migrants-by-origin?country=NER&country=MAR",
    "/statistics/migrants-by-origin?picture=map&format=svg",
)  # fmt: skip


@pytest.fixture(scope="module")
def marked_app(
    small_store: Path, tmp_path_factory: pytest.TempPathFactory, application: Application
) -> Flask:
    """The application over the small dataset, in which each text with a language, and each name, ends in markup."""

    def marked(quad: Quad) -> Quad:
        value = quad.object
        if isinstance(value, Literal) and (
            value.language or quad.predicate.value.endswith(("/name", "/title"))
        ):
            named = Literal(value.value + MARKUP, language=value.language)
            return Quad(quad.subject, quad.predicate, named, quad.graph_name)
        return quad

    def make(folder: Path) -> None:
        quads = list(map(marked, read_quads(small_store / "current" / DUMP)))
        StoreFolder(folder).publish("v1", quads, {DUMP: serialize_canonical(quads)})

    return application(once(tmp_path_factory, "hostile-names", make))


def test_texts_stated_to_be_markup_are_known(repository: Repository) -> None:
    templates = repository.root / "src" / "gcmgraph" / "web" / "templates"
    found = [
        f"{file.relative_to(templates)} {value}"
        for file in sorted(templates.rglob("*.html"))
        for value in re.findall(r"([\w.\[\]]+)\s*\|\s*safe\b", file.read_text("utf-8"))
    ]
    assert found == MARKED


@pytest.mark.parametrize("path", PATHS)
def test_markup_in_names_is_text(marked_app: Flask, path: str) -> None:
    response = marked_app.test_client().get(path, headers={"Accept": "text/html, image/svg+xml"})
    page = Page(response.text)
    assert (response.status_code, page.run) == (200, [])
    assert "q9zmark" not in page.values("class")
    assert "q9zmark" in response.text


TITLE = "An \u202eoffice\u202c and \u2067another"
SHOWN = "An [U+202E]office[U+202C] and [U+2067]another"
ID = "https://w3id.org/gcmgraph/id/practice/directions"


@pytest.fixture(scope="module")
def directions(client_over: Callable[..., FlaskClient]) -> FlaskClient:
    titled = f'<{ID}> a <https://w3id.org/gcmgraph/ontology#Practice> ; <{PREFIXES["dct"]}title> "{TITLE}"@en .'
    graph = f"GRAPH <https://w3id.org/gcmgraph/graph/curated> {{ {titled} }}"
    return client_over(Path(__file__).with_name("graph.trig").read_text("utf-8") + graph)


@pytest.mark.parametrize(
    "path",
    ["/doc/practice/directions.html?lang=en", "/browse/practice?lang=ar", "/search?q=office"],
)
def test_pages_show_controls_of_data(directions: FlaskClient, path: str) -> None:
    page = directions.get(path, headers={"Accept": "text/html"}).text
    assert SHOWN in page
    assert "\u202e" not in page
    shown = re.sub("<script.*?</script>", "", page, flags=re.DOTALL)
    assert "\u2067" not in shown
    assert page.count("\u2068") == page.count("\u2069")


def test_controls_in_data_and_of_requests(directions: FlaskClient) -> None:
    assert TITLE in directions.get("/doc/practice/directions.ttl").text
    page = directions.get("/search?q=a%E2%80%AEb%E2%81%A6c", headers={"Accept": "text/html"}).text
    assert "a[U+202E]b[U+2066]c" in page
    assert not {"\u202e", "\u2066"} & {*page}
