"""Limits on messages, refused before the application (PEP 3333); slots of long responses; /metrics of all processes."""

from __future__ import annotations

import io
import re
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Request
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_accept_header
from werkzeug.test import EnvironBuilder

from attackers import ask
from gcmgraph.web.http import form_parsing, limit_middleware, limits
from gcmgraph.web.http.counting import BOUNDS, OTHER_PATHS, RequestCounts
from gcmgraph.web.http.form_parsing import FormRequest
from gcmgraph.web.http.limit_middleware import REFUSED, BodyLimiter, RequestLine, ResponseLimiter
from gcmgraph.web.http.limits import MAX_FIELDS, WHOLE
from program import ROOT
from serving import served

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


FORM = "application/x-www-form-urlencoded"
PIECES = (
    "a",
    "=",
    "&",
    "+",
    "%",
    "%4",
    "%41",
    "%zz",
    "%C3",
    "%a9",
    "%00",
    "é",
    "ع",
    "&&",
    "\r\n",
    ";",
    "%26",
)


def test_two_slashes_are_a_404(client: FlaskClient) -> None:
    for path in ("//doc/country/AFG", "//", "///static/style.css", "//example.org/sparql"):
        answer = client.get(
            "/", environ_overrides={"PATH_INFO": path, "QUERY_STRING": "query=ASK{}"}
        )
        assert (answer.status_code, "two slashes" in answer.get_json()["detail"]) == (404, True)


def test_methods_are_case_sensitive(client: FlaskClient) -> None:
    for method in ("get", "pOST", "gét", "1"):
        answer = client.get("/sparql?query=ASK{}", environ_overrides={"REQUEST_METHOD": method})
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, POST, OPTIONS")
        assert "is none of GET, HEAD, POST and OPTIONS." in answer.get_json()["detail"]


#: Rows of the table of headers in docs/http.md.
_ROW_OF_HEADERS = re.compile(
    r"^\| ((?:`[A-Za-z-]+`(?:, )?)+|all others) \| ([\d,]+) \|", re.MULTILINE
)

#: Names of headers in the code that reads requests, of MCP and of Werkzeug (`accept_mimetypes`,
#: `make_conditional`).
_READ_HEADER = re.compile(
    r"""headers\.get(?:list)?\(\s*["']([\w-]+)|HTTP_(?!\b)([A-Z_]+)|_HEADER = "([\w-]+)\""""
)


def documented_limits() -> dict[str, int]:
    """The limits of headers in docs/http.md; those of all others under the empty name."""
    guide = (ROOT / "docs" / "http.md").read_text("utf-8")
    found = {}
    for names, number in _ROW_OF_HEADERS.findall(guide):
        for name in re.findall(r"`([^`]+)`", names) or [""]:
            found[name] = int(number.replace(",", ""))
    return found


def headers_read() -> set[str]:
    """The headers of requests that the code of the server names."""
    names = {
        "Accept-Encoding",
        "Authorization",
        "Content-Type",
        "Cookie",
        "If-Match",
        "If-Range",
        "Prefer",
    }
    for file in (ROOT / "src" / "gcmgraph" / "web").rglob("*.py"):
        for groups in _READ_HEADER.findall(file.read_text("utf-8")):
            name = next(filter(None, groups)).replace("_", "-").title()
            names.add(name)
    return names


def test_limits_of_headers_are_documented() -> None:
    documented = documented_limits()
    assert documented.pop("") == limits.LONGEST_HEADER
    assert documented == limits.LONGEST_HEADERS


@pytest.mark.parametrize("name", sorted(headers_read()))
def test_long_header_is_refused_before_parsing(client: FlaskClient, name: str) -> None:
    documented = documented_limits()
    limit = documented.get(name, documented[""])
    headers = {
        "Accept": "application/json",
        name: ",".join(f"a{number};q=0.5" for number in range(10_000)),
    }
    began = time.process_time()
    answer = client.get("/doc/country/AFG", headers=headers)
    assert time.process_time() - began < 0.2
    assert answer.status_code == 431
    assert answer.get_json()["detail"] == f"The header {name} has more than {limit:,} characters."
    assert client.get("/health", headers={name: "x" * limit}).status_code != 431


@pytest.mark.parametrize("name", ["Accept", "Accept-Language"])
def test_list_in_a_header_is_parsed_once_for_a_page(
    client: FlaskClient, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []

    def parse(value: str, kind: type[Any]) -> Any:
        parsed.append(value)
        return parse_accept_header(value, kind)

    for module in ("gcmgraph.web.i18n", "werkzeug.sansio.request"):
        monkeypatch.setattr(f"{module}.parse_accept_header", parse)
    value = ("fr," if name == "Accept-Language" else "text/html,").ljust(
        limits.LONGEST_HEADERS[name], "x"
    )
    headers = {"Accept": "text/html", "Cache-Control": "no-cache", name: value}
    answer = client.get("/doc/country/AFG", headers=headers)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert parsed.count(value) == 1


def test_response_to_long_headers_is_cached(client: FlaskClient) -> None:
    headers = {"Accept": "text/csv".ljust(limits.LONGEST_HEADERS["Accept"], ",")}
    headers["Accept-Language"] = "fr".ljust(limits.LONGEST_HEADERS["Accept-Language"], ",")
    address = "/sparql?query=SELECT * { ?s ?p ?o } LIMIT 1"
    answers = [client.get(address, headers=headers) for _ in range(2)]
    assert [answer.headers["Cache-Status"] for answer in answers] == [
        "gcmgraph; fwd=miss",
        "gcmgraph; hit",
    ]
    assert {answer.mimetype for answer in answers} == {"text/csv"}


def _parts(count: int) -> bytes:
    part = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
    return (part * count + "--b--\r\n").encode()


@pytest.mark.parametrize(
    "path", ["/validate", "/contributions", "/reconcile", "/sparql", "/contributions/form/practice"]
)
def test_form_with_too_many_fields_is_refused_before_parsing(
    client: FlaskClient, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FormDataParser, "parse", lambda *_: pytest.fail("parsed"))
    for kind in (FORM, "Application/X-WWW-Form-URLencoded; charset=utf-8"):
        refused = client.post(path, data=b"a&" * MAX_FIELDS, content_type=kind)
        assert (refused.status_code, refused.mimetype) == (413, "application/problem+json")
        assert "2,000 fields" in refused.get_json()["detail"]
        assert "file" in refused.get_json()["hint"]


def test_form_with_more_parts_than_the_limit_is_refused(client: FlaskClient) -> None:
    boundary = "multipart/form-data; boundary=b"
    refused = client.post("/validate", data=_parts(MAX_FIELDS + 1), content_type=boundary)
    assert (refused.status_code, "2,000 fields" in refused.get_json()["detail"]) == (413, True)
    for data, kind in ((b"a&" * (MAX_FIELDS - 1), FORM), (_parts(MAX_FIELDS), boundary)):
        empty = client.post("/validate", data=data, content_type=kind)
        assert (empty.status_code, empty.get_json()["detail"]) == (400, "Nothing was sent.")


def test_address_with_too_many_parameters_is_refused(client: FlaskClient) -> None:
    paths = ("/health", "/browse/practice", "/static/style.css", "/sparql", "/nothing", "/dumps")
    for path in paths:
        refused = client.get(f"{path}?{'a&' * MAX_FIELDS}")
        assert (refused.status_code, refused.mimetype) == (400, "application/problem+json")
        assert "2,000 parameters" in refused.get_json()["detail"]
        assert "hint" in refused.get_json()
    assert client.get(f"/health?{'a&' * (MAX_FIELDS - 1)}").status_code == 200


def _echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [])
    return [environ["wsgi.input"].read()]


def _report(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    refusal = environ[REFUSED]
    start_response(f"{refusal.status.value} {refusal.status.phrase}", [])
    return [refusal.detail.encode(), environ["wsgi.input"].read()]


def called(app: RequestLine, body: bytes = b"", **environ: str) -> tuple[str, Iterable[bytes]]:
    """The status and the body of a response."""
    statuses: list[str] = []
    sent: dict[str, Any] = {"REQUEST_METHOD": "GET", "wsgi.input": io.BytesIO(body), **environ}
    parts = app(sent, lambda status, *_: statuses.append(status))  # type: ignore[arg-type,func-returns-value]
    return statuses[0], parts


def _send(body: bytes, path: str = "/stored", **environ: str) -> tuple[str, bytes]:
    limiter = RequestLine(BodyLimiter(_echo, 100, {"/large": 200}, {"/stored"}), _report)
    status, parts = called(limiter, body, REQUEST_METHOD="POST", PATH_INFO=path, **environ)
    return status, b"".join(parts)


CHUNKED = {"HTTP_TRANSFER_ENCODING": "chunked"}


@pytest.mark.parametrize(
    ("body", "path", "headers", "status"),
    [
        (b"x" * 100, "/stored", {"CONTENT_LENGTH": "100"}, "200"),
        (b"x" * 200, "/large", {"CONTENT_LENGTH": "200"}, "200"),
        (b"", "/stored", {"CONTENT_LENGTH": "0"}, "200"),
        (b"whole", "/other", CHUNKED, "200"),
        (b"whole?", "/stored", CHUNKED, "411"),
        (b"x" * 101, "/other", {"CONTENT_LENGTH": "101"}, "413"),
        (b"x" * 101, "/other", CHUNKED, "413"),
        (b"x", "/other", {"CONTENT_LENGTH": "one"}, "400"),
    ],
)
def test_bodies_are_passed_on_whole_or_refused(
    body: bytes, path: str, headers: dict[str, str], status: str
) -> None:
    answered, returned = _send(body, path, **headers)
    assert answered[:3] == status
    assert (returned == body) == (status == "200")


def test_incomplete_body_and_bodies_over_the_limit_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected = b"The body ended after 14 of 90 bytes. Send it again."
    assert _send(b"x" * 14, CONTENT_LENGTH="90") == ("400 Bad Request", expected)
    monkeypatch.setattr(limits, "BODY_BYTES", 50)
    monkeypatch.setattr(limit_middleware, "_PIECE", 10)
    assert _send(b"x" * 50, CONTENT_LENGTH="50")[0] == "200 OK"
    assert _send(b"x" * 51, CONTENT_LENGTH="51")[0] == "429 Too Many Requests"


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_fields_are_those_of_werkzeug(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        few_escapes = re.compile(form_parsing.FEW_ESCAPES.pattern.replace(b"1024", b"2"))
        patch.setattr(form_parsing, "FEW_ESCAPES", few_escapes)
        _, ours, _ = FormRequest.form_data_parser_class().parse(
            io.BytesIO(text.encode()), FORM, None
        )
    _, theirs, _ = FormDataParser().parse(io.BytesIO(text.encode()), FORM, None)
    assert list(ours.items(multi=True)) == list(theirs.items(multi=True))


def test_body_that_is_not_utf8_has_no_fields() -> None:
    for parser in (FormRequest.form_data_parser_class(), FormDataParser()):
        assert not parser.parse(io.BytesIO(b"a=1&b=\xc3"), FORM, None)[1]


def test_escapes_take_little_memory(client: FlaskClient) -> None:
    assert client.application.request_class is FormRequest
    body = b"text=" + b"%41" * 300_000
    request: Request = FormRequest(
        EnvironBuilder(method="POST", data=body, content_type=FORM).get_environ()
    )
    tracemalloc.start()
    try:
        assert len(request.form["text"]) == 300_000
        assert tracemalloc.get_traced_memory()[1] < 6 * len(body)
    finally:
        tracemalloc.stop()


LONG = b"x" * (WHOLE + 1)


class Body:
    """A body in pieces that counts how often it was closed."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.pieces)

    def close(self) -> None:
        """Called by the server (PEP 3333)."""
        self.closed += 1


def limited(
    body: Iterable[bytes], *headers: tuple[str, str], **limits: int
) -> Callable[..., tuple[str, Iterable[bytes]]]:
    """A limiter around an application with one response; called with parts of the environment."""

    def app(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", list(headers))
        return body

    return partial(called, RequestLine(ResponseLimiter(app, **limits), _report))


def test_short_responses_and_those_to_head_take_no_slot() -> None:
    for length in ([("Content-Length", "4")], []):
        body = Body(b"ab", b"cd")
        assert limited(body, *length, senders=0)() == ("200 OK", [b"ab", b"cd"])
        assert body.closed == 1
    ask = limited(Body(), ("Content-Length", str(len(LONG))), senders=0)
    assert ask(REQUEST_METHOD="HEAD") == ("200 OK", [])


def test_long_response_takes_a_slot_until_it_is_closed() -> None:
    for body, headers in (
        (Body(LONG), [("Content-Length", str(len(LONG)))]),
        (Body(*[LONG[:100_000]] * 10), []),
        ([LONG], []),
    ):
        ask = limited(body, *headers, senders=1)
        status, parts = ask()
        assert (status, isinstance(parts, list)) == ("200 OK", False)
        refused, detail = ask()
        assert (refused, b"Try again" in b"".join(detail)) == ("503 Service Unavailable", True)
        assert b"".join(parts) == b"".join(body)
        for _ in range(2):
            parts.close()  # type: ignore[attr-defined]
        assert ask()[0] == "200 OK"


def test_responses_in_memory_have_a_limit_of_bytes() -> None:
    ask = limited([LONG], senders=10, size=len(LONG) + 1)
    _, first = ask()
    assert ask()[0] == "503 Service Unavailable"
    first.close()  # type: ignore[attr-defined]
    assert ask()[0] == "200 OK"


_LINE = re.compile(r'# (?:HELP|TYPE) \w+ .+|\w+(?:\{\w+="[^"\\]*"(?:,\w+="[^"\\]*")*\})? [\d.]+')


def numbers(text: str) -> dict[str, float]:
    """Each line's name with its labels, and its number."""
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(number) for name, _, number in lines}


def test_requests_are_counted_by_address_and_status(client: FlaskClient) -> None:
    before = numbers(client.get("/metrics").text)
    for path in (
        "/shapes.ttl",
        *["/sparql?query=ASK%7B%7D"] * 2,
        "/sparql?query=ASK",
        "/nowhere/at/all",
    ):
        client.get(path)
    answer = client.get("/metrics")
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert [line for line in answer.text.splitlines() if not _LINE.fullmatch(line)] == []
    now, requests, seconds = (
        numbers(answer.text),
        "gcmgraph_requests_total",
        "gcmgraph_request_duration_seconds",
    )
    more = {
        f'{requests}{{path="/sparql",status="200"}}': 2,
        f'{requests}{{path="/sparql",status="400"}}': 1,
        f'{requests}{{path="/shapes",status="200"}}': 1,
        f'{requests}{{path="other",status="404"}}': 1,
        f'{requests}{{path="/metrics",status="200"}}': 1,
        f'{seconds}_count{{path="/sparql"}}': 3,
        f'{seconds}_bucket{{path="/sparql",le="+Inf"}}': 3,
    }
    assert {name: now[name] - before.get(name, 0) for name in more} == more
    assert now[f'{seconds}_sum{{path="/sparql"}}'] > before.get(
        f'{seconds}_sum{{path="/sparql"}}', 0
    )
    assert now["gcmgraph_dataset_quads"] == client.get("/health").json["quads"]  # type: ignore[index]


def test_durations_are_counted_by_bound() -> None:
    counts = RequestCounts(["/a"])
    for seconds in (0.001, 0.002, 0.5, 31):
        counts.add("/a", 200, seconds)
    counts.add("/b", 299, 0.1)
    known, other = counts
    assert (known.path, known.statuses, round(known.seconds, 3)) == ("/a", {200: 4}, 31.503)
    within = {bound: 1 if bound == 0.001 else 2 if bound < 0.5 else 3 for bound in BOUNDS}
    assert dict(zip(BOUNDS, known.within, strict=False)) == within
    assert known.within[-1] == 4
    assert (other.path, other.statuses) == (OTHER_PATHS, {0: 1})


def test_metrics_count_requests_of_all_server_processes(store_folder: Path) -> None:
    with served(store_folder, workers=2) as server:
        for number in range(40):
            ask(server, f"/health?{number}")
        for _ in range(5):
            counts = numbers(ask(server, "/metrics").body.decode())
            assert counts['gcmgraph_requests_total{path="/health",status="200"}'] == 40
