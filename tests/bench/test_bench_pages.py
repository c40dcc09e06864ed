"""The bench of one practice: what it compares with, and what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.bare_app import make_app
from bench.pages import _practice, _table
from gcmgraph.model.terms import IRI, Literal, Quad
from gcmgraph.rdfio.canonical import serialize_canonical
from gcmgraph.rdfio.media import TURTLE
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.store.versions import StoreFolder

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


@pytest.mark.parametrize(("ours", "said"), [(100.0, "met"), (40.0, "NOT met"), (100.1, "met")])
def test_the_table_says_whether_the_goals_are_met(ours: float, said: str) -> None:
    rates = {"gcmgraph": ours, "gcmgraph, result cache off": 5.0, "bare Flask on granian": 100.0, "trifid 5": 4.0}
    lines = _table({"Turtle": rates, "HTML": rates}, {"other": "gone"}, 1.0)
    verdict = next(line for line in lines if line.startswith("Turtle:"))
    assert verdict.endswith(f"; {said}")
    assert lines[-1] == "other: not measured: gone"
