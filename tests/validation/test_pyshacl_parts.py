"""Parts of pySHACL that are not documented and that the validator depends on: they are where it expects them."""

from __future__ import annotations

import pyshacl.shape
import pytest
from pyshacl.constraints import ALL_CONSTRAINT_PARAMETERS, CONSTRAINT_PARAMETERS_MAP
from random_graphs import ex, parsed
from rdflib import Graph

from gcmgraph.validation.pyshacl_validator import constraint_graph
from gcmgraph.validation.rules import Shapes


@pytest.fixture
def shapes() -> Shapes:
    return Shapes(tuple(parsed(":S a sh:NodeShape ; sh:targetNode :a ; sh:property [ sh:path :p ; sh:minCount 1 ] .")))


def test_table_of_parameters_in_pyshacl(shapes: Shapes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyshacl.shape, "CONSTRAINT_PARAMS", (None, None), raising=False)
    pyshacl.validate(Graph(), shacl_graph=constraint_graph(shapes.quads))
    assert pyshacl.shape.CONSTRAINT_PARAMS == (ALL_CONSTRAINT_PARAMETERS, CONSTRAINT_PARAMETERS_MAP), (
        "pySHACL no longer reads its table of constraint parameters from `pyshacl.shape.CONSTRAINT_PARAMS`: "
        "`_find_parameters_by_key` in `validation/pyshacl_validator.py` has no effect; adapt or remove it."
    )


def test_results_with_the_table_replaced(shapes: Shapes) -> None:
    assert [result.focus for result in shapes.results([])] == [ex("a")]
    assert pyshacl.shape.CONSTRAINT_PARAMS[0] is CONSTRAINT_PARAMETERS_MAP
