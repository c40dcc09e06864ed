"""Checks of data over HTTP: formats, languages and length of reports, and data that are hostile or cannot be read."""

from __future__ import annotations

import gzip
import http.client
import io
import json
import re
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from desk_over_http import PRACTICE, Served, filled_template
from openpyxl import load_workbook

from gcmgraph.platform.errors import column_letters
from gcmgraph.validation.report import LISTED

TURTLE = {"Content_Type": "text/turtle"}
JSON, XLSX = "application/json", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


SPELLED = ("country/PHL", "Philippines")

#: Marks tests of the real server, which checks in a process of its own.
REAL = pytest.mark.parametrize("desk", ["folder"], indirect=True, scope="module")


#: Addresses and headers, the Content-Type of the report, and parts of it.
REPORTS = [
    ("/validate", {"Accept": "text/turtle"}, "text/turtle; charset=utf-8", ("sh:ValidationReport",)),
    ("/validate", {"Accept": "application/ld+json"}, "application/ld+json", ("shacl#ValidationReport",)),
    ("/validate", {"Accept": "application/sarif+json"}, "application/sarif+json", ("helpUri",)),
    ("/validate", {"Accept": "text/plain", "Accept_Language": "fr"}, "text/plain; charset=utf-8", ("erreur",)),
    ("/validate", {"Accept": "text/html"}, "text/html; charset=utf-8", ("/shapes#Practice-country", *SPELLED)),
    ("/validate?format=json", {}, JSON, ('"nearest"', *SPELLED)),
    ("/validate?format=text", {}, "text/plain; charset=utf-8", ("contribution.ttl:6:74: violation", *SPELLED)),
    ("/validate?format=github", {}, "text/plain; charset=utf-8",
     ("::error file=contribution.ttl,line=6,col=74::", *SPELLED)),
    ("/validate?format=html&lang=es", {}, "text/html; charset=utf-8",
     ("No existe ese país en este grafo.", "Indique el país por su código ISO 3166 de tres letras")),
    ("/validate?format=html&lang=ar", {}, "text/html; charset=utf-8",
     ("السطر \u20686\u2069، العمود \u206874\u2069",)),
    ("/validate?format=pdf", {}, "application/problem+json", ("github",)),
    ("/contributions?title=Bad", {"Accept": "text/turtle"}, "text/turtle; charset=utf-8", ("sh:ValidationReport",)),
    ("/contributions?title=Bad&format=text&language=en", {"Accept_Language": "fr"}, "text/plain; charset=utf-8",
     ("contribution.ttl:6:74: erreur",)),
    ("/contributions?title=Bad&format=html", {}, "text/html; charset=utf-8", ("/shapes#Practice-country",)),
    ("/contributions?title=Bad&format=json", {}, "application/problem+json", ('"report"',)),
]  # fmt: skip


@pytest.mark.parametrize(("path", "headers", "content_type", "parts"), REPORTS)
def test_report_formats(
    desk: Served, path: str, headers: dict[str, str], content_type: str, parts: tuple[str, ...]
) -> None:
    body = PRACTICE.replace("SLUG", "g").replace("country/PHL", "country/Phillipines").encode()
    answer = desk.ask(path, body, desk.contributor, **TURTLE | headers)
    stored = path.startswith("/contributions")
    status = 422 if stored else 400 if "pdf" in path else 200
    assert (answer.status, answer.headers["content-type"]) == (status, content_type)
    assert answer.headers["cache-control"] == "no-store"
    assert [part for part in parts if part not in answer.body.decode()] == []
    assert not stored or "problem" in content_type or "Authorization" in answer.headers["vary"]


@pytest.mark.parametrize(
    ("body", "headers", "status", "said"),
    [
        (b"<http://a/b> <http://a/c>\n<d> .", TURTLE, 400, "valid Turtle"),
        (b"a", {"Content_Type": "application/octet-stream"}, 400, "in which format"),
        (b"x", {**TURTLE, "Content_Encoding": "gzip"}, 415, "gzip"),
        (b"#" * 10_500_000, TURTLE, 413, "the limit is 10,485,760"),
        (b"PK\x03\x04", {"Content_Type": XLSX}, 400, ""),
        (b"title [en]\nCaf\xe9\n", {"Content_Type": "text/csv"}, 400, "0xE9"),
        (b"", {"Content_Type": "text/csv"}, 400, ""),
    ],
)
def test_unreadable_data_are_refused(
    desk: Served, body: bytes, headers: dict[str, str], status: int, said: str
) -> None:
    for path in ("/validate", "/contributions?title=x"):
        answer = desk.ask(path, body, desk.contributor, **headers)
        assert answer.status == status
        assert said in str(answer.json["detail"])


def announced(desk: Served, path: str, size: int, **headers: str) -> tuple[int, str]:
    """The answer to who says how much will come, and sends nothing yet: its status and body."""
    connection = http.client.HTTPConnection(urlsplit(desk.base).netloc, timeout=20)
    connection.putrequest("POST", path)
    for name, value in {
        "Content-Type": "text/turtle",
        "Content-Length": str(size),
        **headers,
    }.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    told = answer.status, answer.read().decode()
    connection.close()
    return told


@REAL
def test_large_files_are_refused_before_reading(desk: Served) -> None:
    status, body = announced(desk, "/validate", 100 * 2**20)
    assert (status, json.loads(body)["status"]) == (413, 413)
    status, page = announced(desk, "/validate?lang=fr", 12_000_000, Accept="text/html,*/*;q=0.8")
    assert (status, '<html lang="fr"' in page) == (413, True)
    assert "<strong>413 Envoi trop volumineux</strong>" in page
    assert "What was sent is longer than 10 MB, the limit here." in page


#: Numbers of statements that no contribution may make (49,990, about the most there may be, passed
#: on 2026-11-28).
SMALL, LARGE = LISTED + 100, 5_000


def refused(count: int) -> bytes:
    head = b"@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
    return head + b"".join(
        b"<https://example.org/%d> owl:sameAs <https://example.org/> .\n" % n for n in range(count)
    )


@pytest.mark.parametrize("count", [SMALL, pytest.param(LARGE, marks=pytest.mark.exhaustive)])
def test_size_of_a_long_report_and_all_findings(desk: Served, count: int) -> None:
    answer = desk.ask("/validate", refused(count), Accept="application/json", **TURTLE)
    document = answer.json
    assert (document["total"], document["violations"], len(document["results"])) == (
        count,
        count,
        LISTED,
    )
    assert [kind["count"] for kind in document["kinds"]] == [count]
    assert len(answer.body) < 2_500_000
    page = desk.ask("/validate?lang=fr", refused(count), Accept="text/html", **TURTLE).body.decode()
    assert page.count('<li class="violation">') == LISTED
    assert re.search(f"<li>{str(count)[:-3]}.?{str(count)[-3:]} × ", page)
    assert "Seuls les 1000 premiers problèmes sont listés" in page
    assert len(page) < 2_500_000
    answer = desk.ask("/validate?findings=all&format=json", refused(count), **TURTLE)
    assert answer.headers["content-type"] == JSON
    assert len(json.loads(answer.body)["results"]) == count
    assert desk.ask("/validate?findings=all", b"<", **TURTLE).status == 400


HEAVY = "@prefix gcm: <https://w3id.org/gcmgraph/ontology#> .\n" + "".join(
    f"<https://w3id.org/gcmgraph/id/practice/p{number}> a gcm:Practice .\n"
    for number in range(49_990)
)


@REAL
@pytest.mark.exhaustive
def test_heavy_checks_leave_room_for_pages_submissions_and_decisions(desk: Served) -> None:
    assert desk.send("first").status == 201  # starts a process for checks
    end = time.monotonic() + 12

    def attack(body: bytes) -> set[int]:
        statuses = set()
        while time.monotonic() < end:
            answer = desk.ask("/validate", body, **TURTLE, Accept=JSON)
            busy = (
                answer.headers.get("retry-after", "").isdecimal()
                and b"Other contributions are being" in answer.body
            )
            assert busy == (answer.status == 429)
            statuses.add(answer.status)
            time.sleep(0.2)
        return statuses

    bodies = [HEAVY.encode()] * 4 + [PRACTICE.encode()] * 26
    with ThreadPoolExecutor(len(bodies)) as pool:
        attacks = [pool.submit(attack, body) for body in bodies]
        pages = []
        while time.monotonic() < end:
            sent = desk.send(f"during-{len(pages)}")
            assert (sent.status, desk.decide(sent.json["id"], "accept").status) == (201, 200)
            pages += [
                desk.ask(path, Accept="text/html").seconds
                for path in ("/health", "/doc/country/PHL") * 4
            ]
        assert 429 in set().union(*(attack.result() for attack in attacks))
    assert sorted(pages)[int(0.8 * len(pages))] < 1, sorted(pages)[-8:]


def test_marks_in_a_spreadsheet(desk: Served) -> None:
    data, column = filled_template(
        desk.ask("/contributions/template.xlsx?language=en").body, "Phillipines"
    )
    report = desk.ask("/validate?name=mine.xlsx", data, Content_Type=XLSX, Accept=JSON).json
    (result,) = [result for result in report["results"] if result["level"] == "violation"]  # type: ignore[attr-defined]
    place = {"source": "mine.xlsx sheet Practice", "line": 2, "column": column}
    assert result["place"] == {**place, "cell": f"Practice!{column_letters(column)}2"}
    marked = desk.ask("/validate?name=mine.xlsx&format=xlsx", data, Content_Type=XLSX)
    assert (marked.status, marked.headers["content-type"]) == (200, XLSX)
    assert "filename=mine-checked.xlsx" in marked.headers["content-disposition"]
    comment = load_workbook(io.BytesIO(marked.body))["Practice"].cell(2, column).comment
    assert "There is no such country" in comment.text
    turtle = desk.ask("/validate?format=xlsx", b"<a:b> <a:c> <a:d> .", **TURTLE)
    assert (turtle.status, "workbooks (.xlsx) only" in turtle.body.decode()) == (400, True)


TTL, TRIG, JSON_LD, RDF_XML = (
    "text/turtle",
    "application/trig",
    "application/ld+json",
    "application/rdf+xml",
)
DEEP = 1_000_000

GOOD = PRACTICE.replace("SLUG", "hostile") + (
    "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
    "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    "@prefix prov: <http://www.w3.org/ns/prov#> .\n"
    "@prefix practice: <https://w3id.org/gcmgraph/id/practice/> . @prefix x: <http://example.org/> .\n"
)
HOSTILE = "https://w3id.org/gcmgraph/id/practice/hostile"
_XML = b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="http://a/">'

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "lol">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    + "]><a>&l9;</a>"
).encode()
#: A Turtle file with a text that does not end on its last line, the 40,000th.
_MANY = "".join(f'x:{n} dct:title "x"@en .\n' for n in range(39_999 - GOOD.count("\n")))
LONG = GOOD + _MANY + 'x:oops dct:title "x .\n'
#: Every blank node with every other: what RDFC-1.0 tries all orders of.
POISON = "".join(f"_:n{a} dct:relation _:n{b} .\n" for a in range(30) for b in range(30) if a != b)


def more(turtle: str) -> bytes:
    """A practice that conforms, and something that may not be said."""
    return (GOOD + turtle).encode()


@dataclass(frozen=True)
class Case:
    """A body, and what its answer says: empty where the parser or the limit of memory may be first (400 or 422)."""

    name: str
    media_type: str
    body: bytes
    said: str
    status: int = 400
    #: line and column
    place: tuple[int, int] | None = None


CASES = [
    Case("gzip without saying so", TTL, gzip.compress(b"\n" * 20_000_000), "not UTF-8"),
    Case("billion laughs", RDF_XML, LAUGHS, "DOCTYPE"),
    Case("deep lists", TTL, b"<http://a/b> <http://a/c> " + b"(" * DEEP, ""),
    Case("deep nodes", TTL, b"<http://a/b> <http://a/c> " + b"[<http://a/c> " * (DEEP // 2), "valid Turtle"),
    Case("deep triple terms", TTL, b"<http://a/b> <http://a/c> " + b"<<( <http://a/b> <http://a/c> " * 300_000, ""),
    Case("deep objects", JSON_LD, b'{"http://a/b":' * 500_000 + b"1" + b"}" * 500_000, "Nest less"),
    Case("deep elements", RDF_XML, _XML + b"<a:b><a:c>" * 500_000, "nested deeper than 256"),
    Case("an error on line 40,000", TTL, LONG.encode(), "valid Turtle", place=(40_000, 18)),
    Case("Latin-1", TTL, "# caf\xe9".encode("latin-1"), "0xE9 is not UTF-8", place=(1, 6)),
    Case("an axiom", TTL, more("gcm:Practice rdfs:subClassOf gcm:Organisation ."), "what a term means", 422),
    Case("a contribution", TTL, more("<https://w3id.org/gcmgraph/id/contribution/1> a x:y ."),
         "may not describe", 422),
    Case("the end of another's practice", TTL, more("x:e prov:invalidated practice:hostile ."),
         "is withdrawn", 422),
    Case("http", TTL, more("<http://w3id.org/gcmgraph/id/country/PHL> a x:y ."), "spelling", 422),
    Case("capitals", TTL, more("<HTTPS://W3ID.org:443/gcmgraph/id/country/PHL> a x:y ."), "spelling", 422),
    Case("percent", TTL, more("<https://w3id.org/%67cmgraph/id/country/PHL> a x:y ."), "spelling", 422),
    Case("dots before", TTL, more("<https://w3id.org/a/../gcmgraph/id/country/PHL> a x:y ."), "spelling", 422),
    Case("a graph without a name", TRIG, more("_:g { x:a a x:y }"), "name a graph", 422),
    Case("2,001 blank nodes", TTL, more("x:a x:b " + "[], " * 2_000 + "[] ."), "more than 2,000 blank nodes"),
    Case("relative IRIs", TTL, b"<a> <b> <c> .", "Write IRIs out in full", place=(1, 1)),
    Case("relative subject", JSON_LD, b'{"@id": "a", "http://a/b": "c"}', "'a' is a relative IRI"),
    Case("relative value", JSON_LD, b'{"@id": "http://a/b", "http://a/b": {"@id": "../c"}}', "'c' is a relative IRI"),
    Case("relative about", RDF_XML, _XML + b'<a:b rdf:about="c"><a:d>e</a:d></a:b></rdf:RDF>',
         "Write IRIs out in full"),
    Case("a list without an end", TTL, more("x:a x:b _:l . _:l rdf:first 1 ; rdf:rest _:l ."),
         "back to themselves", 422),
    Case("a circle", TTL, more("x:a x:b _:a . _:a x:b _:b . _:b x:b _:c . _:c x:b _:a ."),
         "back to themselves", 422),
    Case("poison for RDFC-1.0", TTL, more(POISON), "back to themselves", 422),
    Case("a reified triple", TTL, more("<< x:a x:b x:c >> x:d x:e ."), "triple term"),
    Case("a text of 9 MB", TTL, more(f'x:a x:b "{"x" * 9_000_000}" .'), "100,000 characters", 422),
    Case("a long address", TTL, more(f"x:a x:b x:{'x' * 100_001} ."), "100,000 characters", 422),
    Case("a long property", TTL, more(f"x:a x:{'x' * 100_001} 1 ."), "100,000 characters", 422),
    Case("NUL escaped", TTL, more('x:a x:b "a\\u0000b" .'), "control character", 422),
    Case("half a character", TTL, more('x:a x:b "a\\uD800b" .'), "valid Turtle"),
    Case("50,001 statements", TTL, more("".join(f"x:{n} a x:y .\n" for n in range(50_001 - 6))),
         "more than 50,000 statements"),
    Case("nothing but a comment", TTL, b"# nothing", "no statement"),
]  # fmt: skip


def test_remote_contexts_are_not_fetched(desk: Served) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/context.jsonld"
        ours = "https://w3id.org/gcmgraph/context.jsonld"
        scoped = {"x": {"@id": "http://a/x", "@context": address}}
        for context in (address, {"@import": address}, [ours, address], [ours, scoped]):
            body = json.dumps(
                {"@context": context, "@id": "http://a/b", "x": {"http://a/c": "d"}}
            ).encode()
            answer = desk.ask(
                "/contributions?title=x", body, desk.contributor, Content_Type=JSON_LD
            )
            assert (answer.status, "contexts are not fetched" in str(answer.json["hint"])) == (
                400,
                True,
            )
        with pytest.raises(BlockingIOError):
            listener.accept()


#: Every case is submitted, by `make test` each third, and some are validated, which reads data in
#: the same way.
SENT = [
    *(
        pytest.param(
            case, "/contributions?title=x", marks=() if number % 3 == 0 else pytest.mark.exhaustive
        )
        for number, case in enumerate(CASES)
    ),
    *(pytest.param(case, "/validate", marks=pytest.mark.exhaustive) for case in CASES[::4]),
]


@REAL
@pytest.mark.parametrize(("case", "path"), SENT, ids=lambda one: getattr(one, "name", None))
def test_hostile_contributions_are_refused(desk: Served, case: Case, path: str) -> None:
    def listed() -> int:
        return len(desk.ask("/contributions", token=desk.curator).json["contributions"])  # type: ignore[arg-type]

    def read_meanwhile() -> float:
        slowest = 0.0
        while not done.wait(0.05):
            reply = desk.ask("/doc/objective/9.ttl")
            assert reply.status == 200
            slowest = max(slowest, reply.seconds)
        return slowest

    before, done = listed(), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(read_meanwhile)
        answer = desk.ask(
            path,
            case.body,
            desk.contributor,
            Content_Type=case.media_type,
            Accept="application/json",
        )
        done.set()
        assert reader.result() < 3
    status = 200 if path == "/validate" and case.status == 422 else case.status
    assert answer.status in ({status} if case.said else {400, 422})
    told = answer.json
    assert case.said in answer.body.decode()
    if case.status == 422:
        report = told if path == "/validate" else told["report"]
        first = report["results"][0]  # type: ignore[index]
        assert report["conforms"] is False  # type: ignore[index,call-overload]
        assert case.said in first["message"]["en"] != first["message"]["fr"]
        assert first["place"]["line"] > 1
    assert case.place in {None, (told.get("line"), told.get("column"))}
    assert listed() == before
