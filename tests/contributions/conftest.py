"""The real graph, built once; a copy of its store for each test."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from desk import ADDRESSES, Desk, open_desk

from gcmgraph.publication.build import build
from gcmgraph.repository.layout import Repository
from gcmgraph.store.versions import StoreFolder
from gcmgraph.validation.rules import Rules, load_rules


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store folder with the real graph."""
    folder = tmp_path_factory.mktemp("built") / "store"
    assert build(Repository.find(), ADDRESSES, StoreFolder(folder)).summary is not None
    return folder


@pytest.fixture(scope="session")
def rules() -> Rules:
    return load_rules(Repository.find(), ADDRESSES)


@pytest.fixture
def desk(built: Path, rules: Rules, tmp_path: Path) -> Desk:
    subprocess.run(["cp", "-al", built, tmp_path / "store"], check=True)
    return open_desk(tmp_path, rules)
