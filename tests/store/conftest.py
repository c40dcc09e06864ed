"""A store in memory and one on disk, empty."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.store.port import Store


@pytest.fixture(params=["memory", "disk"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return Store.in_memory() if request.param == "memory" else Store.open(tmp_path / "index", read_only=False)
