"""The sheets of the real shapes beside the reference data."""

from __future__ import annotations

import pytest
from workbooks import Reader

from gcmgraph.store.port import Store
from gcmgraph.validation.rules import Rules


@pytest.fixture(scope="session")
def reader(small_graph: Store, rules: Rules) -> Reader:
    return Reader(small_graph, rules)
