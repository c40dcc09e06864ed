"""Parts of pySHACL that are not documented and that the validator depends on: they are where it expects them."""

from __future__ import annotations

import pyshacl.shape
import pytest
from pyshacl.constraints import ALL_CONSTRAINT_PARAMETERS, CONSTRAINT_PARAMETERS_MAP
from rdflib import Graph

from gcmgraph.model.terms import IRI
from gcmgraph.rdfio.media import TURTLE
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.validation.pyshacl_validator import constraint_graph
from gcmgraph.validation.rules import Shapes

TEXT = b"""@prefix : <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
:S a sh:NodeShape ; sh:targetNode :a ; sh:property [ sh:path :p ; sh:minCount 1 ] ."""


@pytest.fixture
def shapes() -> Shapes:
    return Shapes(tuple(parse_quads(TEXT, TURTLE, source="shapes")))


def test_pyshacl_keeps_the_table_of_parameters_where_we_replace_it(
    shapes: Shapes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pyshacl.shape, "CONSTRAINT_PARAMS", (None, None), raising=False)
    pyshacl.validate(Graph(), shacl_graph=constraint_graph(shapes.quads))
    assert pyshacl.shape.CONSTRAINT_PARAMS == (ALL_CONSTRAINT_PARAMETERS, CONSTRAINT_PARAMETERS_MAP), (
        "pySHACL no longer reads its table of constraint parameters from `pyshacl.shape.CONSTRAINT_PARAMS`: "
        "`_find_parameters_by_key` in `validation/pyshacl_validator.py` has no effect; adapt or remove it."
    )


def test_with_the_table_replaced_the_results_are_there(shapes: Shapes) -> None:
    assert [result.focus for result in shapes.results([])] == [IRI("http://example.org/a")]
    assert pyshacl.shape.CONSTRAINT_PARAMS[0] is CONSTRAINT_PARAMETERS_MAP
