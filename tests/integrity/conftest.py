"""What is stored, made once and copied for each test."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from stored import Stored, make_stored

from gcmgraph.repository.layout import Repository
from gcmgraph.validation.rules import Rules
from shared import once


@pytest.fixture(scope="session")
def whole(
    small_store: Path,
    small_repository: Repository,
    rules: Rules,
    tmp_path_factory: pytest.TempPathFactory,
) -> Stored:
    """To be read only."""
    make = partial(make_stored, small_store=small_store, repository=small_repository, rules=rules)
    return Stored(once(tmp_path_factory, "stored", make))


@pytest.fixture
def stored(whole: Stored, tmp_path: Path) -> Stored:
    return whole.copied(tmp_path / "stored")
