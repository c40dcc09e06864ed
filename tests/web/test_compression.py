"""Compressed answers: what is compressed, for whom, under which entity tag."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from itertools import chain
from typing import Any

import pytest
from flask.testing import FlaskClient

from gcmgraph.web.middleware.compression import LEAST, SIDE_BY_SIDE, WHOLE, Compression, takes_gzip

GZIP = {"Accept-Encoding": "gzip, deflate, br"}
PAGE = "/doc/practice/glo-act.html"


@pytest.mark.parametrize(
    ("header", "takes"),
    [
        ("gzip", True), ("GZIP;Q=0.5", True), ("br, gzip;q=0.1", True), ("*", True), ("*;q=0.1, br", True),
        ("", False), ("br", False), ("gzip;q=0", False), ("*, gzip;q=0", False), ("identity", False),
        ("gzip;q=x", False), ("gzip," * 500, False),
    ],
)  # fmt: skip
def test_the_header_decides(header: str, takes: bool) -> None:
    assert takes_gzip(header) is takes


@pytest.mark.parametrize(
    "path",
    [PAGE, "/", "/browse/country", "/doc/practice/glo-act.ttl", "/doc/practice/glo-act.jsonld", "/ontology.rdf",
     "/static/style.css", "/context.jsonld", "/graph-store?default&format=nt", "/queries"],
)  # fmt: skip
def test_text_comes_compressed_and_is_the_same(client: FlaskClient, path: str) -> None:
    headers = {"Accept": "text/html, */*;q=0.5"}
    plain = client.get(path, headers=headers)
    for _ in range(2):
        short = client.get(path, headers={**headers, **GZIP})
        assert short.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(short.data) == plain.data
        assert len(short.data) < len(plain.data)
        assert "Accept-Encoding" in short.headers["Vary"]
        assert "Accept-Encoding" in plain.headers["Vary"]
        assert "Content-Encoding" not in plain.headers
        assert short.headers["ETag"] == plain.headers["ETag"][:-1] + '-gzip"'


def test_a_client_that_has_it_compressed_is_told_so(client: FlaskClient) -> None:
    tag = client.get(PAGE, headers=GZIP).headers["ETag"]
    known = client.get(PAGE, headers={**GZIP, "If-None-Match": f'"other", {tag}'})
    assert (known.status_code, known.headers["ETag"], known.data) == (304, tag, b"")
    assert "Content-Encoding" not in known.headers
    plain = client.get(PAGE).headers["ETag"]
    assert client.get(PAGE, headers={**GZIP, "If-None-Match": plain}).headers["ETag"] == plain


def test_a_client_that_does_not_take_gzip_does_not_have_what_is_compressed(client: FlaskClient) -> None:
    identity = {"Accept-Encoding": "identity"}
    for path in (PAGE, "/static/style.css"):
        tag, plain = client.get(path, headers=GZIP).headers["ETag"], client.get(path).headers["ETag"]
        answer = client.get(path, headers={**identity, "If-None-Match": tag})
        assert (answer.status_code, answer.headers["ETag"]) == (200, plain)
        known = client.get(path, headers={**identity, "If-None-Match": f"{tag}, {plain}"})
        assert (known.status_code, known.headers["ETag"]) == (304, plain)


@pytest.mark.parametrize(
    "path",
    [PAGE, "/doc/practice/glo-act.ttl", "/static/style.css", "/openapi.json", "/context.jsonld", "/robots.txt",
     "/sitemap.xml"],
)  # fmt: skip
@pytest.mark.parametrize("encoding", [GZIP, {}])
def test_a_304_varies_as_the_200_does(client: FlaskClient, path: str, encoding: dict[str, str]) -> None:
    whole = client.get(path, headers=encoding)
    known = client.get(path, headers={**encoding, "If-None-Match": whole.headers["ETag"]})
    assert (known.status_code, known.headers["Vary"]) == (304, whole.headers["Vary"])
    assert "Accept-Encoding" in known.headers["Vary"]


def test_the_304_of_what_is_never_compressed_does_not_vary() -> None:
    def app(environ: object, start_response: Any) -> Iterable[bytes]:
        start_response("304 NOT MODIFIED", [("ETag", '"dump"'), ("Accept-Ranges", "bytes")])
        return []

    assert "Vary" not in answered(Compression(app))[0]


def test_head_says_what_get_says(client: FlaskClient) -> None:
    for path in (PAGE, "/", "/static/style.css"):
        get, head = client.get(path, headers=GZIP), client.head(path, headers=GZIP)
        assert head.data == b""
        for name in ("ETag", "Content-Encoding", "Content-Type", "Vary"):
            assert head.headers[name] == get.headers[name], path


def test_small_answers_and_those_that_are_small_already_stay(client: FlaskClient) -> None:
    for path in ("/health", "/static/favicon.svg"):
        response = client.get(path, headers=GZIP)
        assert len(response.data) < LEAST
        assert "Content-Encoding" not in response.headers


def answered(app: Any, **environ: object) -> tuple[dict[str, str], bytes]:
    told: dict[str, str] = {}

    def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
        told.update(headers)

    parts = app({"REQUEST_METHOD": "GET", "PATH_INFO": "/", "HTTP_ACCEPT_ENCODING": "gzip", **environ}, start)
    return told, b"".join(parts)


def test_long_answers_are_compressed_on_their_way() -> None:
    pieces = [b"<urn:x:s> <urn:x:p> <urn:x:o> .\n" * 1000] * 200

    def app(environ: object, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "application/n-triples"), ("Content-Length", str(WHOLE + 1))])
        yield from pieces

    def started(environ: object, start_response: Any) -> Iterable[bytes]:
        parts = iter(app(environ, start_response))
        return chain([next(parts)], parts)

    headers, body = answered(Compression(started))
    assert "Content-Length" not in headers
    assert gzip.decompress(body) == b"".join(pieces)


def test_what_is_compressed_at_once_is_bounded() -> None:
    def app(environ: object, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5000")])
        return [b"x" * 5000]

    compression = Compression(app)
    for _ in range(SIDE_BY_SIDE):  # as if others were at work
        compression._places.acquire()
    headers, body = answered(compression)
    assert (body, headers.get("Content-Encoding")) == (b"x" * 5000, None)
    assert headers["Content-Length"] == "5000"
    compression._places.release()
    assert answered(compression)[0]["Content-Encoding"] == "gzip"


def test_what_is_kept_is_bounded_and_weak_tags_keep_nothing() -> None:
    bodies = {"/weak": b"w" * 4000}

    def app(environ: dict[str, str], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        tag = 'W/"w"' if path == "/weak" else f'"{path}"'
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "4000"), ("ETag", tag)])
        return [bodies.get(path, path.encode().ljust(4000))]

    compression = Compression(app, max_bytes=2_000)
    for number in range(50):
        answered(compression, PATH_INFO=f"/{number}")
    assert 0 < sum(size for _, size in compression._cached.values()) <= 2_000
    assert answered(compression, PATH_INFO="/weak")[0]["ETag"] == 'W/"w"'
    bodies["/weak"] = b"v" * 4000
    assert gzip.decompress(answered(compression, PATH_INFO="/weak")[1]) == b"v" * 4000


def test_static_files_are_kept_for_good_under_the_address_that_pages_link(client: FlaskClient) -> None:
    page = client.get("/", headers={"Accept": "text/html"}).text
    start = page.index("/static/style.css?v=")
    linked = page[start : page.index('"', start)]
    response = client.get(linked)
    assert "immutable" in response.headers["Cache-Control"]
    assert client.get(linked, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304
    for other in ("/static/style.css", "/static/style.css?v=older"):
        assert client.get(other).headers["Cache-Control"] == "no-cache"
        assert client.get(other).data == response.data
    assert client.get("/static/..%2Fapp.py?v=1").status_code == 404
    assert client.get("/static/nothing%00.css").status_code == 404
