from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.model.terms import Quad
from gcmgraph.rdfio.parsing import read_quads
from gcmgraph.repository.layout import Repository


@pytest.fixture(scope="session")
def checkout() -> Repository:
    return Repository(Path(__file__).parents[2])


@pytest.fixture(scope="session")
def ontology(checkout: Repository) -> list[Quad]:
    return [quad for path in checkout.ontology for quad in read_quads(path)]
