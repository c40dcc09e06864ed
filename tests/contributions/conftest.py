"""A copy of the real graph's store for each test."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import Desk, open_desk

from gcmgraph.validation.checks.rules import Rules
from shared import copy_store


@pytest.fixture
def desk(built_store: Path, rules: Rules, tmp_path: Path) -> Desk:
    copy_store(built_store, tmp_path / "store")
    return open_desk(tmp_path, rules)
