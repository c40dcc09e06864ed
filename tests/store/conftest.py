"""One store per engine, emptied before each test."""

from __future__ import annotations

from pathlib import Path

import pytest
from engines import DBA, ENGINES, Engine, emptied, oxigraph

from gcmgraph.store.embedded.store import EmbeddedStore
from gcmgraph.store.remote.store import RemoteStore


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def store(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    match engine:
        case "memory":
            return EmbeddedStore.in_memory()
        case "disk":
            return EmbeddedStore.open(tmp_path / "index")
        case "virtuoso":
            return emptied(RemoteStore(request.getfixturevalue("virtuoso_url"), DBA))
        case _:
            return emptied(oxigraph(request.getfixturevalue("oxigraph_url"), standard=engine == "standard"))
