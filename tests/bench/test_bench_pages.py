"""The bench of one practice: what it compares with, and what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.bare_app import make_app
from bench.pages import CEILING, OURS, TRIFID, UNCACHED, _practice, differs, text, triples_of
from gcmgraph.model.terms import IRI, Literal, Quad
from gcmgraph.rdfio.canonical import serialize_canonical
from gcmgraph.rdfio.media import TURTLE
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.store.versions.folder import StoreFolder

BASE = "https://w3id.org/gcmgraph/"
QUAD = Quad(IRI(f"{BASE}id/practice/b"), IRI("urn:x:p"), Literal("Value"), IRI(f"{BASE}graph/g"))
OTHER = Quad(IRI(f"{BASE}id/practice/a#part"), IRI("urn:x:p"), Literal("x"), IRI(f"{BASE}graph/g"))


@pytest.fixture
def store(tmp_path: Path) -> Path:
    StoreFolder(tmp_path).publish("v1", [QUAD, OTHER], {"gcmgraph.nq": serialize_canonical([QUAD, OTHER])})
    return tmp_path


def test_the_bare_application_answers_with_the_practice(store: Path) -> None:
    client = make_app(str(StoreFolder(store).current_folder() / "index"), BASE).test_client()
    turtle = client.get("/doc/practice/b", headers={"Accept": "text/turtle"})
    assert {q.triple for q in parse_quads(turtle.data, TURTLE, source="bare")} == {QUAD.triple}
    page = client.get("/doc/practice/b", headers={"Accept": "text/html"})
    assert page.mimetype == "text/html"
    assert "Value" in page.text


def test_a_thing_is_asked_for_and_no_part(store: Path) -> None:
    assert _practice(store) == "b"


@pytest.mark.parametrize(("ours", "said"), [(100.0, "met"), (40.0, "NOT met"), (50.0, "met")])
def test_the_table_says_whether_half_of_the_ceiling_is_reached(ours: float, said: str) -> None:
    rates = {OURS: ours, UNCACHED: 5.0, CEILING: 100.0}
    wrong = dict.fromkeys((*rates, TRIFID), "")
    told = {"requests_per_second": {"Turtle": rates}, "wrong": {"Turtle": wrong}, "missing": {"other": "gone"}}
    lines = text(told, 1.0).splitlines()
    verdict = next(line for line in lines if line.startswith("Turtle:"))
    assert verdict.endswith(f"; {said}")
    assert lines[-1] == "other: not measured: gone"


def test_who_is_wrong_has_no_figure() -> None:
    told = {
        "requests_per_second": {"Turtle": {OURS: 7.0}},
        "wrong": {"Turtle": {OURS: "", TRIFID: "1 of 2 triples are not in it"}},
        "missing": {},
    }
    lines = text(told, 1.0).splitlines()
    assert any(line.split() == ["|", "trifid", "|", "wrong", "|"] for line in lines)
    assert lines[-1] == "Turtle, trifid: wrong, not counted: 1 of 2 triples are not in it"


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ('<{thing}> <urn:x:p> "Value" .', ""),
        ('<{thing}> <urn:x:p> "Value" . <urn:x:other> <urn:x:p> "more, of other things" .', ""),
        ('<{thing}> <urn:x:p> "Another" .', "1 of 1 triples are not in it, 1 are too many"),
        ("", "1 of 1 triples are not in it, 0 are too many"),
        ("no Turtle", "it cannot be read"),
    ],
)
def test_turtle_is_compared_with_the_store(store: Path, document: str, fault: str) -> None:
    right = triples_of(StoreFolder(store), QUAD.subject)
    content = document.replace("{thing}", QUAD.subject.value).encode()
    assert differs(content, "Turtle", right).startswith(fault)
    assert bool(differs(content, "Turtle", right)) == bool(fault)


@pytest.mark.parametrize(("page", "fault"), [("<p>Value</p>", ""), ("<p>none</p>", "1 of 1 texts are not on the page")])
def test_a_page_has_the_texts_of_the_thing(store: Path, page: str, fault: str) -> None:
    assert differs(page.encode(), "HTML", triples_of(StoreFolder(store), QUAD.subject)) == fault
