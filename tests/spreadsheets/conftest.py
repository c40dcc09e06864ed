"""What tests of spreadsheets stand on: the reference data as published graph, and the sheets of the real shapes."""

from __future__ import annotations

import pytest
from workbooks import ADDRESSES, Reader

from gcmgraph.publication.assembly import assemble
from gcmgraph.repository.layout import Repository
from gcmgraph.spreadsheets.columns import Sheet
from gcmgraph.store.embedded import EmbeddedStore
from gcmgraph.validation.rules import Rules, load_rules


@pytest.fixture(scope="session")
def published() -> EmbeddedStore:
    """The real graph."""
    return EmbeddedStore.in_memory(assemble(Repository.find(), ADDRESSES).quads)


@pytest.fixture(scope="session")
def rules() -> Rules:
    return load_rules(Repository.find(), ADDRESSES)


@pytest.fixture(scope="session")
def reader(published: EmbeddedStore, rules: Rules) -> Reader:
    return Reader(published, rules)


@pytest.fixture(scope="session")
def sheets(reader: Reader) -> tuple[Sheet, ...]:
    return reader.sheets
