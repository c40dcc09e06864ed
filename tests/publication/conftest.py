"""The real dataset, assembled once."""

from __future__ import annotations

import pytest

from gcmgraph.namespaces import Addresses
from gcmgraph.publication.assembly import Assembly, assemble
from gcmgraph.repository.layout import Repository
from gcmgraph.store.embedded import EmbeddedStore


@pytest.fixture(scope="session")
def repository() -> Repository:
    return Repository.find()


@pytest.fixture(scope="session")
def assembly(repository: Repository) -> Assembly:
    return assemble(repository, Addresses())


@pytest.fixture(scope="session")
def graph(assembly: Assembly) -> EmbeddedStore:
    return EmbeddedStore.in_memory(assembly.quads)
