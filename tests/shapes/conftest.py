"""What the tests of the shapes share: the repository's shapes and the examples beside this file."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.parsing import read_quads
from gcmgraph.repository.layout import Repository
from gcmgraph.store.embedded import EmbeddedStore
from gcmgraph.validation.shapes import Shapes, load_shapes

FOLDER = Path(__file__).parent


@pytest.fixture(scope="session")
def repository() -> Repository:
    return Repository.find(str(FOLDER.parents[1]))


@pytest.fixture(scope="session")
def shapes(repository: Repository) -> Shapes:
    return load_shapes(repository, Addresses())


@pytest.fixture(scope="session")
def published() -> EmbeddedStore:
    return EmbeddedStore.in_memory(read_quads(FOLDER / "published.ttl"))
