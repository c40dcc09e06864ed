"""Every route, with hostile paths, parameters and headers: no 5xx, nothing run, nothing of the Host header told."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from html.parser import HTMLParser
from urllib.parse import quote, unquote_to_bytes, urlencode

import pytest
from desk_over_http import headers_of
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gcmgraph.contributions.contribution import Role
from markup import run_by_a_browser

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


class _Run(HTMLParser):
    """Collects what a browser would run, of lines that may end within a tag."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += run_by_a_browser(tag, attrs)


def run_of_a_page(markup: str) -> list[str]:
    """What of a page a browser would run. Most lines stand in nearly every page: each is read once."""
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
    reader = _Run()
    reader.feed(lines)
    return reader.found, bool(reader.rawdata or reader.cdata_elem)


#: Manifests of reconciliation need whole addresses, of the server as it was requested.
MANIFESTS = {"/reconcile", "/reconcile/v1"}


def refuse(client: FlaskClient, method: str, path: str, headers: dict[str, str], data: bytes | None = None) -> None:
    """Send a request and check that its answer does no harm."""
    raw = {}
    if path.startswith("//"):  # the client would take what follows for the name of a host
        raw, path = {"PATH_INFO": unquote_to_bytes(path).decode("latin-1")}, "/"
    told = {"Host": "evil.example", **headers}
    response = client.open(path, method=method, headers=told, data=data, buffered=True, environ_overrides=raw)
    assert response.status_code < 500, (method, path[:200], response.status_code, response.data[:200])
    assert "Set-Cookie" not in response.headers
    assert "evil.example" not in str(response.headers)
    if path.partition("?")[0] not in MANIFESTS:
        assert b"evil.example" not in response.data
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    if response.mimetype == "text/html" and "Content-Encoding" not in response.headers:
        assert run_of_a_page(response.text) == [], path[:200]


def routes(app: Flask) -> list[tuple[str, str]]:
    """Return each method and rule: a new route joins by itself."""
    return sorted((method, str(rule)) for rule in app.url_map.iter_rules() for method in rule.methods or ())


def texts(method: str, number: int) -> list[str]:
    """Return what to send to a route: everything with GET and POST, with others a quarter, another one for each route.

    HEAD does what GET does and tells less; so all pairs of method, route and text are met, but not all three together.
    """
    return TEXTS if method in {"GET", "POST"} else TEXTS[number % 4 :: 4]


def filled(rule: str, text: str) -> str:
    return re.sub(r"<(?:any\(([^,)]+)[^>]*|[^>]*)>", lambda m: m[1] or quote(text, safe="/%"), rule)


@cache
def everywhere(text: str) -> str:
    """Return a query string, or a form, in which every parameter is a text."""
    return urlencode([(name, text) for name in PARAMETERS], errors="surrogatepass")


@pytest.mark.parametrize("part", [pytest.param(1, marks=pytest.mark.exhaustive), 9])
def test_hostile_paths_and_parameters(app: Flask, client: FlaskClient, part: int) -> None:
    """All parameters at once, so of the longest text only 1,000 characters; `make test` sends a ninth of the cases."""
    cases = [(method, rule, text) for n, (method, rule) in enumerate(routes(app)) for text in texts(method, n)]
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
                ("application/json", f'{{"decision": "accept", "reason": 1, "text": "{MARK}"}}'.encode()),
                ("multipart/form-data; boundary=x", b"--x\r\n" + text.encode("utf-8", "surrogatepass")),
                (text.encode("ascii", "replace").decode().translate({13: None, 10: None, 0: None}), b"\xff\0"),
            ):
                headers = {**told, "Accept": "text/html", "Content-Type": media}
                refuse(client, method, filled(rule, text), headers, body if method == "POST" else None)


@pytest.mark.parametrize(
    "header",
    ["Accept", "Accept-Language", "Accept-Encoding", "If-None-Match", "If-Modified-Since", "Range", "If-Range",
     "Cache-Control", "Content-Type", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "Authorization"],
)  # fmt: skip
def test_hostile_headers(client: FlaskClient, header: str) -> None:
    values = [text.replace("\r", "").replace("\n", "").replace("\0", "") for text in TEXTS[::4]]
    for value in [*values, "a/b;q=0.1," * 800, "x" * 8192, ";,;q=" * 2000, 'W/"' * 2000, "gzip;q=1e400"]:
        for path in ("/id/practice/glo-act", "/doc/practice/glo-act", "/dataset", "/static/style.css", "/search"):
            refuse(client, "GET", path, {header: value.encode().decode("latin-1")})


@given(
    st.text(st.characters(codec="utf-8"), max_size=60),
    st.sampled_from(
        ["/", "/id/", "/doc/", "/doc/practice/", "/graph/", "/browse/", "/dumps/", "/static/", "/queries/"]
    ),
    st.sampled_from(["text/html", "text/turtle", "*/*"]),
)
@example("/0:\x80\x80\x80\x80\x80\x80𐀀𐀀", "/", "text/html")
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_generated_paths(client: FlaskClient, text: str, start: str, accept: str) -> None:
    refuse(client, "GET", start + quote(text, safe="/%&=;"), {"Accept": accept})


def test_false_host_header(client: FlaskClient) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    for path in ("/doc/practice/glo-act.ttl", "/dataset.ttl", "/ontology.nt", "/.well-known/void"):
        asked = {"Cache-Control": "no-cache"}
        assert client.get(path, headers={**headers, **asked}).data == client.get(path, headers=asked).data
    assert client.get("/id/practice/glo-act", headers=headers).headers["Location"] == "/doc/practice/glo-act"
