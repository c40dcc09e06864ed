"""A store in memory and one on disk, empty."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.store.embedded import EmbeddedStore


@pytest.fixture(params=["memory", "disk"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> EmbeddedStore:
    return EmbeddedStore.in_memory() if request.param == "memory" else EmbeddedStore.open(tmp_path / "index")
