"""What an attacker, or a careless program, may send to be contributed: a clear 4xx, nothing kept, others unhindered."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from dataclasses import dataclass

import pytest
from desk_over_http import PRACTICE, Served

TURTLE, TRIG, JSON_LD, RDF_XML = "text/turtle", "application/trig", "application/ld+json", "application/rdf+xml"
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
    line: int | None = None
    column: int | None = None


CASES = [
    Case("gzip without saying so", TURTLE, gzip.compress(b"\n" * 20_000_000), "not UTF-8"),
    Case("billion laughs", RDF_XML, LAUGHS, "DOCTYPE"),
    Case("billion laughs in UTF-16", RDF_XML, LAUGHS.decode().encode("utf-16"), "not UTF-8"),
    Case("remote context", JSON_LD, b'{"@context": "http://127.0.0.1:1/", "@id": "http://a/b"}', "not fetched"),
    Case("remote import", JSON_LD, b'{"@context": {"@import": "http://127.0.0.1:1/"}, "x": 1}', "not fetched"),
    Case("deep lists", TURTLE, b"<http://a/b> <http://a/c> " + b"(" * DEEP, ""),
    Case("lists in lists", TURTLE, b"<http://a/b> <http://a/c> " + b"( " * 9_000 + b")" * 9_000 + b".", "blank nodes"),
    Case("deep nodes", TURTLE, b"<http://a/b> <http://a/c> " + b"[<http://a/c> " * (DEEP // 2), "valid Turtle"),
    Case("deep triple terms", TURTLE, b"<http://a/b> <http://a/c> " + b"<<( <http://a/b> <http://a/c> " * 300_000, ""),
    Case("deep arrays", JSON_LD, b"[" * DEEP, "Nest less"),
    Case("deep objects", JSON_LD, b'{"http://a/b":' * 500_000 + b"1" + b"}" * 500_000, "Nest less"),
    Case("deep elements", RDF_XML, _XML + b"<a:b><a:c>" * 500_000, "nested deeper than 256", line=1),
    Case("an error on line 40,000", TURTLE, LONG.encode(), "valid Turtle", line=40_000, column=18),
    Case("Latin-1", TURTLE, "# caf\xe9".encode("latin-1"), "0xE9 is not UTF-8", line=1, column=6),
    Case("a shape", TURTLE, more("<> sh:path dct:title .").replace(b"<>", b"x:s"), "what a term means", 422),
    Case("a class of SHACL", TURTLE, more("practice:hostile a sh:NodeShape ."), "what a term means", 422),
    Case("imports", TURTLE, more("x:o owl:imports x:p ."), "what a term means", 422),
    Case("an axiom", TURTLE, more("gcm:Practice rdfs:subClassOf gcm:Organisation ."), "what a term means", 422),
    Case("our ontology", TURTLE, more('gcm:Practice rdfs:label "bad"@en .'), "may not describe", 422),
    Case("a shape of ours", TURTLE, more("<https://w3id.org/gcmgraph/shapes#x> a x:y ."), "may not describe", 422),
    Case("an objective", TURTLE, more("<https://w3id.org/gcmgraph/id/objective/99> a x:y ."), "may not describe", 422),
    Case("a contribution", TURTLE, more("<https://w3id.org/gcmgraph/id/contribution/1> a x:y ."),
         "may not describe", 422),
    Case("a country under a foreign address", TURTLE, more('x:afg a gcm:Country ; gcm:iso3 "AFG" .'),
         "add to the reference data", 422),
    Case("the end of another's practice", TURTLE, more("practice:hostile prov:wasInvalidatedBy x:e ."),
         "is withdrawn", 422),
    Case("the end of it, said the other way round", TURTLE, more("x:e prov:invalidated practice:hostile ."),
         "is withdrawn", 422),
    Case("a file's address", TURTLE, more("<https://w3id.org/gcmgraph/> a x:y ."), "may not describe", 422),
    Case("base without slash", TURTLE, more("<https://w3id.org/gcmgraph> a x:y ."), "spelling", 422),
    Case("http", TURTLE, more("<http://w3id.org/gcmgraph/id/country/PHL> a x:y ."), "spelling", 422),
    Case("capitals", TURTLE, more("<HTTPS://W3ID.org:443/gcmgraph/id/country/PHL> a x:y ."), "spelling", 422),
    Case("percent", TURTLE, more("<https://w3id.org/%67cmgraph/id/country/PHL> a x:y ."), "spelling", 422),
    Case("dots before", TURTLE, more("<https://w3id.org/a/../gcmgraph/id/country/PHL> a x:y ."), "spelling", 422),
    Case("dots", TURTLE, more("<https://w3id.org/gcmgraph/id/practice/../country/PHL> a x:y ."),
         "cannot be given", 422),
    Case("a slug in capitals", TURTLE, more("practice:BAD a x:y ."), "cannot be given", 422),
    Case("another's graph", TRIG, more('<https://w3id.org/gcmgraph/graph/ontology> { x:a a x:y }'),
         "name a graph", 422),
    Case("a graph without a name", TRIG, more("_:g { x:a a x:y }"), "name a graph", 422),
    Case("2,001 blank nodes", TURTLE, more("x:a x:b " + "[], " * 2_000 + "[] ."), "more than 2,000 blank nodes"),
    Case("a flood of blank nodes", TURTLE, more("[] x:b [] .\n" * 20_000), "more than 2,000 blank nodes"),
    Case("relative IRIs", TURTLE, b"<a> <b> <c> .", "Write IRIs out in full", line=1, column=1),
    Case("relative subject", JSON_LD, b'{"@id": "a", "http://a/b": "c"}', "'a' is a relative IRI"),
    Case("relative value", JSON_LD, b'{"@id": "http://a/b", "http://a/b": {"@id": "../c"}}', "'c' is a relative IRI"),
    Case("relative about", RDF_XML, _XML + b'<a:b rdf:about="c"><a:d>e</a:d></a:b></rdf:RDF>',
         "Write IRIs out in full"),
    Case("a list without an end", TURTLE, more("x:a x:b _:l . _:l rdf:first 1 ; rdf:rest _:l ."),
         "back to themselves", 422),
    Case("a circle", TURTLE, more("x:a x:b _:a . _:a x:b _:b . _:b x:b _:c . _:c x:b _:a ."),
         "back to themselves", 422),
    Case("poison for RDFC-1.0", TURTLE, more(POISON), "back to themselves", 422),
    Case("a triple term", TURTLE, more("x:a x:b <<( x:a x:b x:c )>> ."), "triple term"),
    Case("a reified triple", TURTLE, more("<< x:a x:b x:c >> x:d x:e ."), "triple term"),
    Case("a long text", TURTLE, more(f'x:a x:b "{"x" * 100_001}" .'), "100,000 characters", 422),
    Case("a text of 9 MB", TURTLE, more(f'x:a x:b "{"x" * 9_000_000}" .'), "100,000 characters", 422),
    Case("a long address", TURTLE, more(f"x:a x:b x:{'x' * 100_001} ."), "100,000 characters", 422),
    Case("a long property", TURTLE, more(f"x:a x:{'x' * 100_001} 1 ."), "100,000 characters", 422),
    Case("a long datatype", TURTLE, more(f"x:a x:b '1'^^x:{'x' * 100_001} ."), "100,000 characters", 422),
    Case("NUL", TURTLE, more('x:a x:b "a\0b" .'), "control character", 422),
    Case("NUL escaped", TURTLE, more('x:a x:b "a\\u0000b" .'), "control character", 422),
    Case("half a character", TURTLE, more('x:a x:b "a\\uD800b" .'), "valid Turtle"),
    Case("no language", TURTLE, more('x:a x:b "a"@aaaaaaaaaa .'), "valid Turtle"),
    Case("50,001 statements", TURTLE, more("".join(f"x:{n} a x:y .\n" for n in range(50_001 - 6))),
         "more than 50,000 statements"),
    Case("nothing but a comment", TURTLE, b"# nothing", "no statement"),
]  # fmt: skip


@pytest.mark.parametrize("path", ["/validate", "/contributions?title=x"])
def test_remote_contexts_are_not_fetched(desk: Served, path: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/context.jsonld"
        ours = "https://w3id.org/gcmgraph/context.jsonld"
        scoped = {"x": {"@id": "http://a/x", "@context": address}}
        for context in (address, {"@import": address}, [ours, address], [ours, scoped]):
            body = json.dumps({"@context": context, "@id": "http://a/b", "x": {"http://a/c": "d"}}).encode()
            answer = desk.ask(path, body, desk.contributor, Content_Type=JSON_LD, Accept="application/json")
            assert (answer.status, "contexts are not fetched" in str(answer.json["hint"])) == (400, True)
        with pytest.raises(BlockingIOError):
            listener.accept()


#: Every case is submitted, and some are validated, which reads data in the same way.
SENT = [(case, "/contributions?title=x") for case in CASES] + [(case, "/validate") for case in CASES[::4]]


@pytest.mark.parametrize(("case", "path"), SENT, ids=lambda one: getattr(one, "name", None))
def test_hostile_contributions_are_refused(desk: Served, case: Case, path: str) -> None:
    before = len(desk.ask("/contributions", token=desk.curator).json["contributions"])  # type: ignore[arg-type]
    slowest, done = 0.0, threading.Event()

    def read_meanwhile() -> None:
        nonlocal slowest
        while not done.is_set():
            began = time.monotonic()
            assert desk.ask("/doc/objective/9.ttl").status == 200
            slowest = max(slowest, time.monotonic() - began)
            done.wait(0.05)

    reader = threading.Thread(target=read_meanwhile)
    reader.start()
    answer = desk.ask(path, case.body, desk.contributor, Content_Type=case.media_type, Accept="application/json")
    done.set()
    reader.join()
    status = 200 if path == "/validate" and case.status == 422 else case.status
    assert answer.status in ({status} if case.said else {400, 422})
    told = answer.json
    assert case.said in answer.body.decode()
    if case.status == 422:
        report = told if path == "/validate" else told["report"]
        first = report["results"][0]  # type: ignore[index]
        assert report["conforms"] is False  # type: ignore[index,call-overload]
        assert case.said in first["message"]["en"]
        assert first["message"]["fr"] != first["message"]["en"]
        assert first["place"]["line"] > 1
    if case.line is not None:
        assert told["line"] == case.line
    if case.column is not None:
        assert told["column"] == case.column
    assert slowest < 3
    assert len(desk.ask("/contributions", token=desk.curator).json["contributions"]) == before  # type: ignore[arg-type]
