"""A copy of a store for each test: of the small repository, which has the reference data of the real one."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import Desk, open_desk

from gcmgraph.repository.layout import Repository
from gcmgraph.validation.checks.rules import Rules
from shared import copy_store


@pytest.fixture
def desk(small_store: Path, small_repository: Repository, rules: Rules, tmp_path: Path) -> Desk:
    copy_store(small_store, tmp_path / "store")
    return open_desk(tmp_path, rules, small_repository)
