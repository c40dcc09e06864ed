"""What the tests of the shapes share: the examples beside this file, and what is reported about them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from gcmgraph.rdf.parsing import read_quads
from gcmgraph.store.port import Store
from gcmgraph.validation.report import Report
from gcmgraph.validation.rules import Rules
from gcmgraph.validation.validate import validate_files

FOLDER = Path(__file__).parent


@pytest.fixture(scope="session")
def published() -> Store:
    return Store.in_memory(read_quads(FOLDER / "published.ttl"))


@pytest.fixture(scope="session")
def report_on(rules: Rules, published: Store) -> Callable[[Path], Report]:
    """Return what gives the report on an example, read beside what is published."""
    return cache(lambda path: validate_files([path], rules, published))
