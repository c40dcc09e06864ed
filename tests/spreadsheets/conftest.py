"""What tests of spreadsheets stand on: the reference data as published graph, and the sheets of the real shapes."""

from __future__ import annotations

import pytest
from workbooks import Reader

from gcmgraph.publication.build import Assembly
from gcmgraph.spreadsheets.columns import Sheet
from gcmgraph.store.port import Store
from gcmgraph.validation.rules import Rules


@pytest.fixture(scope="session")
def published(small_assembly: Assembly) -> Store:
    """All reference data, and a few practices."""
    return Store.in_memory(small_assembly.quads)


@pytest.fixture(scope="session")
def reader(published: Store, rules: Rules) -> Reader:
    return Reader(published, rules)


@pytest.fixture(scope="session")
def sheets(reader: Reader) -> tuple[Sheet, ...]:
    return reader.sheets
