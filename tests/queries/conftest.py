from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.queries.library import NamedQuery, read_queries
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import read_quads
from gcmgraph.repository.layout import Repository
from gcmgraph.store.port import Store

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def queries(repository: Repository) -> dict[str, NamedQuery]:
    return read_queries(repository, Addresses())


@pytest.fixture(scope="session")
def sample() -> Store:
    """Return a store of the small graph that stands beside this file."""
    return Store.in_memory(read_quads(HERE / "graph.trig"))
