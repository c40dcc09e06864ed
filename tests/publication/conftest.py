"""The real dataset in memory, and a small one."""

from __future__ import annotations

import pytest

from gcmgraph.publication.assembly import Assembly
from gcmgraph.store.port import Store


@pytest.fixture(scope="session")
def graph(assembly: Assembly) -> Store:
    return Store.in_memory(assembly.quads)


@pytest.fixture(
    scope="session", params=["small", pytest.param("whole", marks=pytest.mark.exhaustive)]
)
def small_or_whole(request: pytest.FixtureRequest) -> Assembly:
    """The small dataset in `make test`, the whole one in the exhaustive half."""
    found: Assembly = request.getfixturevalue(
        "small_assembly" if request.param == "small" else "assembly"
    )
    return found
