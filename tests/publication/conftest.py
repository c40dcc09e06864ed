"""The real dataset in memory."""

from __future__ import annotations

import pytest

from gcmgraph.publication.build.assembly import Assembly
from gcmgraph.store.embedded.store import EmbeddedStore


@pytest.fixture(scope="session")
def graph(assembly: Assembly) -> EmbeddedStore:
    return EmbeddedStore.in_memory(assembly.quads)
